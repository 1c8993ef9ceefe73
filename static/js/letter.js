/* A letter on its way out: into the owner's own mail program, the clipboard or another app. Nothing is sent from
   here; afterwards the page asks whether it went out, also when the phone has let go of it in between. */

const form = document.querySelector("form.writing");
const { subject, text, how } = form.elements;
const asked = document.getElementById("asked");
const long = document.getElementById("long");
const told = form.querySelector("[data-told]");
const gaps = form.querySelector("[data-gaps]");
const ways = [...form.querySelectorAll("[data-way], [data-edit], [data-later]")];
const mail = form.querySelector("[data-way=mail]");
const copier = form.querySelector("[data-way=copied]");
const sharer = form.querySelector("[data-way=shared]");
const marks = JSON.parse(form.dataset.marks);
const memory = `letter ${location.pathname}`;

/* What the server does for the words it was told (web/assets.py, drafting/mailto.py), for those just typed. */
function look() {
  const { to, longest } = form.dataset;
  const named = subject.value.trim() && `subject=${encodeURIComponent(subject.value.trim().replace(/\s+/g, " "))}`;
  const body = text.value && `body=${encodeURIComponent(text.value.trim().replace(/\r?\n/g, "\r\n"))}`;
  const links = [[named, body], [named], []].map((parts) => [to, parts.filter(Boolean).join("&")].filter(Boolean).join("?"));
  const at = links.findIndex((link) => link.length <= longest);
  mail.href = links.at(at);
  long.hidden = at === 0;
  const open = marks.some((mark) => `${subject.value}\n${text.value}`.includes(mark));
  if (gaps) gaps.hidden = !open;
  for (const way of ways) way.classList.toggle("quiet", open);
  mail.classList.toggle("first", !open && asked.hidden);
}

async function copy() {
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    text.select(); // without https there is only the old way
    document.execCommand("copy");
  }
}

function ask(way) {
  how.value = way;
  asked.hidden = false;
  told.hidden = true;
  mail.classList.remove("first"); // one filled button: the answer
  sessionStorage.setItem(memory, way);
  asked.scrollIntoView({ block: "nearest" });
}

function forget() {
  sessionStorage.removeItem(memory);
  how.value = "";
  asked.hidden = true;
  told.hidden = false;
  look();
}

mail.addEventListener("click", () => {
  look();
  if (!long.hidden) {
    const words = long.querySelector("[data-copied]");
    copy().then(() => (words.textContent = words.dataset.copied));
  }
  ask("mail");
});

copier.addEventListener("click", async () => {
  await copy();
  copier.querySelector("span").textContent = "Copied";
  ask("copied");
});

sharer.addEventListener("click", async () => {
  try {
    await navigator.share({ title: subject.value, text: text.value });
    ask("shared");
  } catch (fault) {
    if (fault.name !== "AbortError") throw fault;
  }
});

form.querySelector("[data-edit]").addEventListener("click", (event) => {
  event.preventDefault();
  text.focus();
});
form.querySelector("[data-not-yet]").addEventListener("click", forget);
form.addEventListener("submit", (event) => {
  unkept = false;
  if (event.submitter?.formAction !== form.action) sessionStorage.removeItem(memory);
});
form.addEventListener("input", ({ target }) => {
  unkept ||= target === subject || target === text;
  look();
});

/* They are kept when a field is left. Back, a locked phone and a closed tab leave none: then they go up on their own. */
let unkept = false;
form.addEventListener("htmx:afterRequest", ({ detail }) => (unkept &&= !detail.successful));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden || !unkept) return;
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" }).catch(() => {});
});

copier.hidden = false;
form.querySelector("[data-keep]").hidden = true; // they are kept as they change
sharer.hidden = !navigator.share;
look();
if (sessionStorage.getItem(memory)) ask(sessionStorage.getItem(memory));
