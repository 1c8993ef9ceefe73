/* The square of the photo that a card shows: dragged with a finger, sized with two or with the line beneath, moved
   with the arrow keys. Writes crop_x and crop_y (fractions of width and height) and crop_size (of the shorter side),
   and puts what will be seen into the preview. Without it the server crops in the middle. */

const place = document.querySelector("[data-crop]");
if (place) start(place);

function start(place) {
  const input = document.querySelector("[data-crop-input]");
  const again = document.querySelector("[data-crop-again]");
  const unseen = document.querySelector("[data-crop-unseen]");
  const preview = document.getElementById("preview");
  const fields = ["x", "y", "size"].map((name) => document.getElementById(`crop_${name}`));
  const box = place.querySelector(".crop");
  const picture = box.querySelector("img");
  const frame = box.querySelector(".frame");
  const zoom = place.querySelector("input");
  const fingers = new Map();
  let square = null; // left, top and side in fractions of the shown width
  let portrait = null;
  let pinch = null;

  /* How high the picture is when it is 1 wide. */
  const height = () => picture.naturalHeight / picture.naturalWidth;
  const shorter = () => Math.min(1, height());

  async function open(address, chosen) {
    picture.src = address;
    try {
      await picture.decode();
    } catch {
      return close(true);
    }
    place.hidden = false;
    unseen.hidden = true;
    const side = shorter() * (chosen ? chosen.size : 1);
    square = chosen
      ? { left: chosen.x, top: chosen.y * height(), side }
      : { left: (1 - side) / 2, top: (height() - side) / 5, side };
    zoom.value = Math.round((side / shorter()) * 100);
    settle();
  }

  function close(failed = false) {
    place.hidden = true;
    unseen.hidden = !failed;
    square = null;
    for (const field of fields) field.value = "";
    show(null);
  }

  /* Inside the picture, on the screen, in the form and, once it rests, in the preview. */
  function settle() {
    square.side = Math.min(shorter(), Math.max(shorter() / 5, square.side));
    square.left = Math.min(1 - square.side, Math.max(0, square.left));
    square.top = Math.min(height() - square.side, Math.max(0, square.top));
    const percent = (value) => `${value * 100}%`;
    frame.style.left = percent(square.left);
    frame.style.top = percent(square.top / height());
    frame.style.width = percent(square.side);
    frame.style.height = percent(square.side / height());
    const values = [square.left, square.top / height(), square.side / shorter()];
    fields.forEach((field, at) => (field.value = values[at].toFixed(5)));
    clearTimeout(settle.timer);
    settle.timer = setTimeout(draw, 120);
  }

  function resize(side) {
    square.left += (square.side - side) / 2;
    square.top += (square.side - side) / 2;
    square.side = side;
    settle();
  }

  function draw() {
    if (!square) return;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 260;
    const wide = picture.naturalWidth;
    canvas
      .getContext("2d")
      .drawImage(picture, square.left * wide, square.top * wide, square.side * wide, square.side * wide, 0, 0, 260, 260);
    canvas.toBlob((bytes) => square && show(URL.createObjectURL(bytes)), "image/jpeg", 0.85);
  }

  function show(address) {
    if (portrait) URL.revokeObjectURL(portrait);
    portrait = address;
    if (address) hang();
    else preview.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* The preview comes anew from the server, which has not seen this photo yet. */
  function hang() {
    const card = preview.querySelector(".card");
    if (!portrait || !card) return;
    let shown = card.querySelector(".portrait");
    if (!shown) {
      shown = Object.assign(document.createElement("img"), { className: "portrait", width: 104, height: 130, alt: "" });
      card.prepend(shown);
    }
    shown.src = portrait;
  }

  input.addEventListener("change", () => {
    const [file] = input.files;
    if (picture.src.startsWith("blob:")) URL.revokeObjectURL(picture.src);
    if (file) open(URL.createObjectURL(file));
    else close();
  });

  const { source, x, y, size } = place.dataset;
  if (again && source) {
    again.hidden = false;
    again.addEventListener("click", () => {
      input.value = "";
      open(source, size ? { x: Number(x), y: Number(y), size: Number(size) } : null);
    });
  }

  zoom.addEventListener("input", () => square && resize((shorter() * zoom.value) / 100));

  box.addEventListener("pointerdown", (event) => {
    if (!square) return;
    event.preventDefault();
    box.focus({ preventScroll: true });
    box.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    pinch = fingers.size === 2 ? { apart: apart(), side: square.side } : null;
  });

  box.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before || !square) return;
    fingers.set(event.pointerId, event);
    if (pinch && fingers.size === 2) {
      resize((pinch.side * apart()) / pinch.apart);
      zoom.value = Math.round((square.side / shorter()) * 100);
    } else if (fingers.size === 1) {
      square.left += (event.clientX - before.clientX) / box.clientWidth;
      square.top += (event.clientY - before.clientY) / box.clientWidth;
      settle();
    }
  });

  for (const name of ["pointerup", "pointercancel"]) {
    box.addEventListener(name, (event) => {
      fingers.delete(event.pointerId);
      pinch = null;
    });
  }

  const apart = () => {
    const [one, other] = fingers.values();
    return Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY));
  };

  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || !square) return;
    event.preventDefault();
    square.left += step[0] * 0.02;
    square.top += step[1] * 0.02;
    settle();
  });

  document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target === preview && hang());
}
