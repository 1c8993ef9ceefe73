/* A gentle guard: words that may point to a patient are named beneath the field while it is written. Nothing is refused,
   and nothing waits for it. Hangs on every field marked `data-guard`, also one that comes later; `netcard:filled` on a
   form tells that a script has put words into it. The rule itself stands in patient-signs.js. */

const PAUSE = 700; // after the last letter: whoever is in the middle of a word is not interrupted
const BEFORE = 40; // characters that may clear a sign
const SEEN = "guard_seen"; // tells the server that it was said here
const WARN = "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 7.5v5.5M12 16.25v.1";

let signs = null;
const timers = new WeakMap();
const hints = new WeakMap();

/** What in a text may point to a patient: { words, advice }; null where nothing does. */
export async function look(text) {
  const plain = text.normalize("NFKC");
  for (const { pattern, unless, check, advice } of await ready()) {
    for (const match of plain.matchAll(pattern)) {
      const [start] = match.indices[1];
      if (unless?.test(plain.slice(Math.max(0, start - BEFORE), start))) continue;
      if (check && !CHECKS[check](match[1])) continue;
      return { words: match[1].trim(), advice };
    }
  }
  return null;
}

function ready() {
  signs ??= read().catch((fault) => {
    signs = null; // no signal: the next word asks again
    throw fault;
  });
  return signs;
}

async function read() {
  const { default: { parts, advice, signs: all } } = await import("./patient-signs.js");
  const named = /\{([a-z][a-z ]*)\}/g;
  const whole = (pattern) => {
    let made = pattern;
    while (made.search(named) >= 0) made = made.replace(named, (_, name) => parts[name]);
    return made;
  };
  return all.map((sign) => ({
    pattern: new RegExp(whole(sign.pattern), sign.caseless ? "dgiu" : "dgu"),
    unless: sign.unless && new RegExp(sign.unless, "iu"),
    check: sign.check,
    advice: advice[sign.advice],
  }));
}

/* Weights 10 to 2, then eleven less the rest (NHS Data Dictionary). */
const CHECKS = {
  nhs(words) {
    const digits = [...words.replaceAll(" ", "")].map(Number);
    const rest = digits.slice(0, 9).reduce((sum, digit, at) => sum + digit * (10 - at), 0) % 11;
    return rest !== 1 && (11 - rest) % 11 === digits[9];
  },
};

async function guard(field) {
  clearTimeout(timers.get(field));
  const written = field.value;
  const found = written.trim() ? await look(written) : null;
  if (field.value !== written) return; // more has been written since: it asks again
  const hint = hints.get(field) ?? begin(field);
  if (found) say(hint, found);
  else hint.hidden = true;
  if (found) note(field.form);
  describe(field, Boolean(found));
}

/* The place is there before it speaks: a screen reader reads what changes in it, not what comes with it. */
function begin(field) {
  const hint = document.createElement("p");
  hint.className = "hint later";
  hint.id = `${field.id}-guard`;
  hint.setAttribute("role", "status");
  hint.hidden = true;
  field.after(hint);
  hints.set(field, hint);
  return hint;
}

function say(hint, { words, advice }) {
  const text = `This could point to a patient. ${advice}`;
  hint.hidden = false;
  if (hint.dataset.said === text + words) return;
  hint.dataset.said = text + words;
  const line = document.createElement("span");
  const named = document.createElement("bdi");
  named.textContent = `“${words}”`;
  line.append(text, " ", named);
  hint.replaceChildren(sign(), line);
}

function sign() {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  icon.setAttribute("class", "ico");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  path.setAttribute("d", WARN);
  icon.append(path);
  return icon;
}

function describe(field, found) {
  const id = `${field.id}-guard`;
  const about = (field.getAttribute("aria-describedby") ?? "").split(/\s+/).filter((each) => each && each !== id);
  if (found) about.push(id);
  if (about.length) field.setAttribute("aria-describedby", about.join(" "));
  else field.removeAttribute("aria-describedby");
}

function note(form) {
  if (!form || form.elements[SEEN]) return;
  const seen = Object.assign(document.createElement("input"), { type: "hidden", name: SEEN, value: "1" });
  form.append(seen);
}

const guarded = (target) => target?.matches?.("[data-guard]");
const all = (root) => {
  const fields = root.querySelectorAll?.("[data-guard]") ?? [];
  if (fields.length) ready().catch(() => {}); // while there is a signal
  for (const field of fields) guard(field).catch(() => {});
};

document.addEventListener("focusin", ({ target }) => guarded(target) && !hints.has(target) && begin(target));
document.addEventListener("input", ({ target }) => {
  if (!guarded(target)) return;
  clearTimeout(timers.get(target));
  timers.set(target, setTimeout(() => guard(target).catch(() => {}), PAUSE));
});
document.addEventListener("focusout", ({ target }) => guarded(target) && guard(target).catch(() => {}));
document.addEventListener("netcard:filled", ({ target }) => all(target));
document.addEventListener("htmx:load", ({ target }) => all(target));
all(document);
