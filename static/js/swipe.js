/* A row of the queue follows the finger: to the right it was written, to the left it waits until tomorrow. It sends
   the row's own forms, so taps do the same. With less motion wished for, the row stays and only the word shows. */

const LEAST = 12; // pixels before a way is chosen: a tap trembles
const FAR = 96; // and from which letting go means it
const EDGE = 24; // of the screen: there the system's own swipe begins

const still = matchMedia("(prefers-reduced-motion: reduce)");
let swipe = null;

document.addEventListener("pointerdown", (event) => {
  const row = event.target.closest?.("#queue .due");
  swipe = null;
  if (!row || event.pointerType === "mouse" || !event.isPrimary) return;
  if (event.target.closest("input, textarea, select, .chips")) return;
  if (event.clientX < EDGE || event.clientX > innerWidth - EDGE) return;
  swipe = { row, id: event.pointerId, x: event.clientX, y: event.clientY, dx: 0, on: false };
});

document.addEventListener("pointermove", (event) => {
  if (!swipe || event.pointerId !== swipe.id) return;
  const [dx, dy] = [event.clientX - swipe.x, event.clientY - swipe.y];
  if (!swipe.on) {
    if (Math.abs(dy) > LEAST && Math.abs(dy) > Math.abs(dx)) swipe = null;
    if (!swipe || Math.abs(dx) < LEAST || Math.abs(dx) < 1.5 * Math.abs(dy)) return;
    swipe.on = true;
  }
  follow(swipe, dx);
});

document.addEventListener("pointerup", (event) => {
  if (!swipe?.on || event.pointerId !== swipe.id) return forget();
  const { row, dx } = swipe;
  row.addEventListener("click", stop, { capture: true });
  setTimeout(() => row.removeEventListener("click", stop, { capture: true }), 300);
  const control = Math.abs(dx) >= FAR ? controlOf(row, dx) : null;
  forget();
  if (control?.form) control.click(); // htmx learns by the click which of a form's buttons it was
  else control?.requestSubmit();
});

document.addEventListener("pointercancel", forget);

function follow(swipe, dx) {
  const control = controlOf(swipe.row, dx);
  swipe.dx = control ? dx : 0;
  swipe.row.dataset.to = dx > 0 ? "right" : "left";
  swipe.row.dataset.hint = control?.dataset.word ?? "";
  swipe.row.toggleAttribute("data-far", Boolean(control) && Math.abs(dx) >= FAR);
  swipe.row.style.setProperty("--x", still.matches || !control ? "0px" : `${dx}px`);
}

/** What a swipe that way sends: a form, or the button of one. */
function controlOf(row, dx) {
  return row.querySelector(`[data-swipe="${dx > 0 ? "right" : "left"}"]`);
}

function forget() {
  if (!swipe) return;
  const { row } = swipe;
  swipe = null;
  for (const name of ["data-to", "data-hint", "data-far"]) row.removeAttribute(name);
  row.removeAttribute("style"); // rows have no id: htmx would copy this to the new one, and the policy refuse it
}

/** The finger that moved a row must not follow its link as well. */
function stop(event) {
  if (!event.isTrusted) return;
  event.preventDefault();
  event.stopPropagation();
}

/* The hint stands where there is a finger to follow; after a swap the region has the focus that its button lost. */
function settle() {
  const hint = document.querySelector("[data-swipe-hint]");
  if (hint) hint.hidden = !matchMedia("(pointer: coarse)").matches;
}

settle();
document.addEventListener("htmx:afterSettle", () => {
  settle();
  const queue = document.getElementById("queue");
  if (queue && (!document.activeElement || document.activeElement === document.body)) queue.focus({ preventScroll: true });
});
