/* The quick form: nothing typed is lost, and nothing waits for a network. Saved on the phone first, then sent. */

import { fillFrom, letGo as letCardGo } from "./capture-card.js";
import { form, isoDay, noteTheMoment, problems, read, says, setDays, show, toNextField, write } from "./capture-fields.js";
import { add, captures, counts, flush, newId, onChange, owner, sendNow, update } from "./outbox.js";
import { smaller } from "./photo.js";
import { change, putAtOnce, store } from "./store.js";
import { offerUndo, state } from "./waiting.js";
import { settle } from "./where.js";

const part = (id) => document.getElementById(id);
const PAUSE = 250; // after the last letter; a closed tab loses less than a word
const SENT_SOON = 700;
const TIME = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" });

let id = newId();
let mending = null; // the parked capture that is open here
let photo = null;
let working = Promise.resolve(); // on the photo
let timer = null;
let saving = false;

const whose = async () => form.dataset.owner || (await owner().catch(() => null));

// --- the draft ------------------------------------------------------------------

function later() {
  clearTimeout(timer);
  timer = setTimeout(keepDraft, PAUSE);
}

/* One draft for each owner; "" for somebody this phone does not know yet. Begins to write before it first waits for
   anything of the store, since a page on its way out gets no answers. */
async function keepDraft() {
  clearTimeout(timer);
  timer = null;
  if (saving) return;
  const fields = read();
  const holds = says(fields) || photo;
  part("clear-line").hidden = !holds || Boolean(mending);
  try {
    if (mending) await putAtOnce("outbox", Object.assign(mending, { fields, photo }));
    else await putDraft((await whose()) ?? "", holds ? { id, fields, photo } : null);
  } catch { /* a full phone: the form itself still stands */ }
}

async function putDraft(of, draft) {
  const record = { owner: of, at: Date.now(), ...draft };
  if (!draft) await change(["draft"], (tx) => tx.objectStore("draft").delete(of));
  else await putAtOnce("draft", record).catch(() => putAtOnce("draft", { ...record, photo: null }));
}

async function takeUpDraft() {
  const db = await store();
  const of = (await whose()) ?? "";
  const draft = (await db.get("draft", of)) ?? (await db.get("draft", ""));
  if (!draft || !says(draft.fields) && !draft.photo) return;
  if (draft.owner !== of) await db.delete("draft", draft.owner);
  id = draft.id ?? id;
  write(draft.fields);
  setPhoto(draft.photo);
  const said = [...part("above").children]; // by the server, of the card that was asked for
  banner("later", "As you left it,", `${TIME.format(draft.at)}.`, "Start afresh", clear);
  part("above").append(...said);
  await keepDraft();
}

/* A card was opened while another person was half written: that one waits among the captures, to be finished. */
async function putAside() {
  const db = await store();
  const of = await whose();
  const draft = (await db.get("draft", of ?? "")) ?? (await db.get("draft", ""));
  if (!draft || (!says(draft.fields) && !draft.photo)) return true;
  if (!of || draft.fields.card === form.elements.card.value) return false;
  const { fields, photo: picture } = draft;
  const errors = { "": "Begun before a card was opened, and not finished." };
  await add({ id: draft.id ?? newId(), owner: of, fields, photo: picture, state: "look", errors });
  return true;
}

function clear() {
  const before = { id, fields: read(), photo };
  startAfresh(before.fields.event);
  keepDraft();
  offerUndo("Cleared.", () => {
    id = before.id;
    write(before.fields);
    setPhoto(before.photo);
    keepDraft();
  });
}

function startAfresh(event) {
  id = newId();
  leaveMending();
  write({ event });
  setPhoto(null);
  show({});
  part("above").replaceChildren();
  part("still").hidden = true;
  part("clear-line").hidden = true;
  part("address").value = "";
  if (location.search) history.replaceState(null, "", "/capture");
  for (const fold of form.querySelectorAll(":scope > details")) fold.open = false;
}

// --- saving ---------------------------------------------------------------------

async function save(andNext) {
  await working;
  noteTheMoment();
  const fields = read();
  const errors = problems(fields);
  show(errors);
  if (Object.keys(errors).length || saving) return;
  const of = await whose();
  if (!of) {
    banner("late", "This phone does not know yet whose people these are.", "What you wrote is kept. Sign in once with a signal, then save it.", "Sign in", () => location.assign("/login?next=/capture"));
    return;
  }
  saving = true;
  clearTimeout(timer);
  const kept = await putDown({ id, owner: of, fields, photo }).finally(() => (saving = false));
  if (!kept) return;
  startAfresh(fields.event);
  window.scrollTo(0, 0);
  navigator.storage?.persist?.();
  const going = flush();
  if (andNext || !kept.photo) offerSamePoster(fields.poster);
  else await leave(going);
  if (!kept.photo) banner("late", "This phone is full:", "the words are kept, the photo is not. Make room, and take it again.");
}

/* Onto the phone; null when that cannot be, and the form stands as it is. `photo` is false when only the words fitted. */

async function putDown(capture) {
  try {
    if (mending) {
      const mended = (record) => ({ ...record, ...capture, id: record.id, state: "waiting", errors: {} });
      if (await update(mending.id, mended)) return { photo: true };
    }
    return await add(capture);
  } catch {
    if (await sendNow(capture)) return { photo: true };
    banner("late", "This phone has no room left.", "Keep this page open: what you wrote is still here. Make room on the phone, or save again with a signal.");
    return null;
  }
}

/* "Save" ends here; the list shows the person, waiting or sent. Without a worker that page may not open. */
async function leave(going) {
  await Promise.race([going, new Promise((late) => setTimeout(late, SENT_SOON))]).catch(() => {});
  if (navigator.onLine || navigator.serviceWorker?.controller) location.assign("/contacts");
  else form.elements.name.focus();
}

function offerSamePoster(poster) {
  form.elements.name.focus();
  part("still").hidden = !poster;
  part("still").querySelector("bdi").textContent = poster ?? "";
}

// --- mending --------------------------------------------------------------------

async function mend(wanted) {
  const record = (await captures(await whose())).find((each) => each.id === wanted);
  if (!record) return;
  if (!mending) await keepDraft();
  mending = record;
  write(record.fields);
  setPhoto(record.photo);
  const rest = Object.entries(record.errors).filter(([name]) => !part(name) || part(name).type === "hidden");
  banner("late", "Needs a look.", rest.map(([, sentence]) => sentence).join(" ") || "Mend it and save: it goes up by itself.");
  show(record.errors);
  document.querySelector("h1").textContent = "To mend";
  part("save-next").hidden = true;
  part("save").classList.add("first", "grow");
  if (!form.contains(document.activeElement)) form.elements.name.focus();
}

function leaveMending() {
  if (!mending) return;
  mending = null;
  history.replaceState(null, "", "/capture");
  document.querySelector("h1").textContent = "Someone new";
  part("save-next").hidden = false;
  part("save").classList.remove("first", "grow");
}

// --- the photo ------------------------------------------------------------------

function setPhoto(bytes) {
  photo = bytes ?? null;
  const shown = part("photo-shown");
  if (shown.src) URL.revokeObjectURL(shown.src);
  part("photo-holds").hidden = !photo;
  form.elements.photo.value = "";
  if (!photo) {
    shown.removeAttribute("src");
    return;
  }
  shown.src = URL.createObjectURL(new Blob([photo], { type: "image/jpeg" }));
  part("photo-size").textContent = `${Math.ceil(photo.byteLength / 1000)} KB`;
  form.querySelector(".fold").open = true;
}

function choosePhoto() {
  const [file] = form.elements.photo.files;
  if (!file) return;
  working = smaller(file).then((bytes) => {
    setPhoto(bytes);
    if (!bytes) show({ photo: "This photo is too large. 20 MB is the most." });
    return keepDraft();
  });
}

// --- somebody's card ------------------------------------------------------------

async function fill(typed) {
  const button = part("fill-now");
  button.setAttribute("aria-busy", "true");
  show({});
  try {
    const said = await fillFrom(typed);
    part("address").value = "";
    noteTheMoment();
    await keepDraft();
    if (said.later) banner("later", "No signal to open this card.", "Write the name: the rest is added from the card when this goes up.");
    else part("above").replaceChildren();
    if (said.known) sayKnown(said);
    window.scrollTo(0, 0);
    (form.elements.name.value ? part("card-page") : form.elements.name).focus({ preventScroll: true });
  } catch (fault) {
    part("address").value = typed;
    show({ card: fault.message });
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function sayKnown({ name, known: { surely, people: [first] } }) {
  const who = surely ? name : "Somebody of this name";
  banner("later", `${who} is in your list already:`, `${first.name}, ${first.day}. Saved here, this makes a second entry.`, first.deed, () => location.assign(first.again));
}

// --- what is said ---------------------------------------------------------------

function banner(kind, strong, text, word, work) {
  const note = part("banner").content.firstElementChild.cloneNode(true);
  note.classList.add(kind);
  note.setAttribute("role", kind === "late" ? "alert" : "status");
  note.querySelector("b").textContent = strong;
  note.querySelector("div > span").textContent = text;
  if (word) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet", textContent: word });
    button.addEventListener("click", work);
    note.append(button);
  }
  part("above").replaceChildren(note);
}

async function showState(news = {}) {
  const { waiting, look } = await counts();
  const place = part("kept-here");
  if (look) place.replaceWith(named(state("look", `${look} to look at`)));
  else if (waiting) place.replaceWith(named(state("waiting", `${waiting} on this phone`)));
  else {
    place.className = "state";
    place.textContent = news.sent ? "Sent" : "";
  }
}

function named(made) {
  made.id = "kept-here";
  made.setAttribute("role", "status");
  return made;
}

// --- start ----------------------------------------------------------------------

/* A chip tapped again is taken back; a radio button alone cannot do that. */
function letGo(event) {
  const chip = event.target.closest?.(".chip")?.querySelector("[type=radio]");
  if (!chip || !chip.checked || event.target !== chip) return;
  if (chip.dataset.held) {
    chip.checked = false;
    later();
  }
  for (const each of form.querySelectorAll(`[name=${chip.name}][data-held]`)) delete each.dataset.held;
  if (chip.checked) chip.dataset.held = "1";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  save(event.submitter?.name === "next");
});
form.addEventListener("input", ({ target }) => {
  if (target.form !== form) return;
  noteTheMoment();
  later();
});
form.addEventListener("click", letGo);
form.addEventListener("keydown", toNextField);
form.elements.photo.addEventListener("change", choosePhoto);
part("photo-remove").addEventListener("click", () => {
  setPhoto(null);
  keepDraft();
});
part("clear").addEventListener("click", clear);
part("fill").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = part("address").value.trim();
  if (typed) fill(typed);
});
part("card-remove").addEventListener("click", (event) => {
  event.preventDefault();
  letCardGo();
  keepDraft();
});
part("still").addEventListener("click", () => {
  form.elements.poster.value = part("still").querySelector("bdi").textContent;
  part("still").hidden = true;
  later();
});
addEventListener("pagehide", () => timer && keepDraft());
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && timer && keepDraft());
addEventListener("hashchange", mendNamed);
document.addEventListener("netcard:mend", ({ detail }) => mend(detail));
onChange((news) => showState(news).catch(() => {}));

function mendNamed() {
  const wanted = location.hash.match(/^#mend=([0-9a-f-]{36})$/i)?.[1];
  return wanted ? mend(wanted) : undefined;
}

/* Opened from a card: filled by the server, or, in the page kept on the phone, yet to be filled. Else as it was left. */
async function begin() {
  const named = form.dataset.owner ? "" : new URLSearchParams(location.search).get("card");
  if (!named && !form.elements.card.value) return takeUpDraft();
  if (!(await putAside())) return takeUpDraft();
  return named ? fill(named) : undefined;
}

setDays();
await settle(await whose(), isoDay(new Date()));
if (location.hash.startsWith("#mend=")) await mendNamed();
else if (!("refused" in form.dataset)) await begin().catch(() => {});
showState().catch(() => {});
