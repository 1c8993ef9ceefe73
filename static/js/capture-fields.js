/* The words of the capture form, by the names the server knows them by; and what is wrong with them, beside them. */

const NAMES = [
  "name", "institution", "role", "event", "poster", "discussed", "promised", "promised_by", "email", "phone", "tags", "met_at",
  "card", "no_portrait",
];
const SETTING = new Set(["event", "met_at"]); // filled in by the form itself: alone they are nothing to keep
const OF_CARD = new Set(["institution", "email", "phone"]); // emptied in a form filled from a card, they are to be empty
const SHOWN_BY = { card: "address", met_at: "when", promised_by: "promised_by", role: "role" };

export const form = document.getElementById("capture");

/** What the form says: a name and a text for each field that is not empty. */
export function read() {
  const data = new FormData(form);
  const fields = {};
  const filled = "filled" in form.dataset && data.get("card");
  for (const name of NAMES) {
    let value = String(data.get(name) ?? "").trim();
    if (name === "role" && value === "other") value = String(data.get("role_other")).trim() || "Other";
    if (name === "promised_by" && value === "pick") value = String(data.get("promised_day"));
    if (value || (filled && OF_CARD.has(name))) fields[name] = value;
  }
  return fields;
}

/** Whether somebody has written anything. */
export function says(fields) {
  return Object.keys(fields).some((name) => !SETTING.has(name));
}

/** Put words into the form; a field that is not among them is emptied. */
export function write(fields) {
  for (const name of ["name", "institution", "poster", "discussed", "promised", "email", "phone", "tags", "met_at", "card"]) {
    form.elements[name].value = fields[name] ?? "";
  }
  form.elements.no_portrait.checked = Boolean(fields.no_portrait);
  form.toggleAttribute("data-filled", Boolean(fields.card) && "email" in fields);
  form.elements.card.dispatchEvent(new Event("change"));
  choose("role", fields.role, "other", "role_other");
  choose("promised_by", fields.promised_by, "pick", "promised_day");
  const { event } = form.elements;
  const wanted = fields.event ?? "";
  if (wanted && ![...event.options].some((each) => each.value === wanted)) event.add(new Option("An event kept before", wanted));
  event.value = wanted;
  event.dispatchEvent(new Event("change"));
  const long = ["institution", "email", "phone", "tags"].some((name) => fields[name]);
  if (long) form.querySelector(".fold").open = true;
  showMoment();
  form.dispatchEvent(new Event("netcard:filled", { bubbles: true }));
}

function choose(name, value, otherwise, line) {
  const chips = [...form.querySelectorAll(`[type=radio][name=${name}]`)];
  const chip = value && chips.find((each) => each.value === value && each.value !== otherwise);
  for (const each of chips) {
    each.checked = each === chip || Boolean(value && !chip && each.value === otherwise);
    if (each.checked) each.dataset.held = "1";
    else delete each.dataset.held;
  }
  form.elements[line].value = value && !chip ? value : "";
}

/* What can be told without the server. It refuses more, and says so in the same places. */
export function problems(fields) {
  const found = {};
  if (!fields.name) found.name = "Put a name. A first name is enough.";
  const [, before, domain] = fields.email?.match(/^(.*)@(.*)$/) ?? [];
  if (fields.email && !before) found.email = "An e-mail address has an @ in it.";
  else if (fields.email && !/\.[^.]/.test(domain)) found.email = "The part after @ looks unfinished.";
  else if (/\s/.test(fields.email ?? "")) found.email = "This does not look like an e-mail address.";
  return found;
}

/** Show what is wrong beside each field and go to the first; an empty object clears all. */
export function show(errors) {
  for (const old of form.querySelectorAll(".hint.late")) old.remove();
  for (const marked of form.querySelectorAll("[aria-invalid]")) {
    marked.removeAttribute("aria-invalid");
    marked.removeAttribute("aria-describedby");
  }
  const places = Object.entries(errors).map(([name, sentence]) => mark(name, sentence)).filter(Boolean);
  const first = places.find((place) => place.id === "name") ?? places[0];
  if (!first) return;
  for (let fold = first.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  (first.matches("input, textarea, select") ? first : first.querySelector("input"))?.focus();
}

function mark(name, sentence) {
  const place = document.getElementById(SHOWN_BY[name] ?? name);
  if (!place || place.type === "hidden") return null;
  const hint = document.getElementById("refusal").content.firstElementChild.cloneNode(true);
  hint.id = `${name}-error`;
  hint.querySelector("span").textContent = sentence;
  place.setAttribute("aria-describedby", hint.id);
  if (place.matches("input, textarea, select")) {
    place.setAttribute("aria-invalid", "true");
    (place.closest(".affix") ?? place).after(hint);
  } else place.append(hint);
  return place;
}

/** A phone's "next" key would send the form: it goes to the next field instead. */
export function toNextField(event) {
  if (event.key !== "Enter" || event.target.form !== form || event.target.tagName !== "INPUT" || !matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  const stops = [...form.querySelectorAll("input:not([type=hidden]):not([type=radio]), textarea")].filter((each) => each.form === form && (each.checkVisibility?.() ?? true));
  stops[stops.indexOf(event.target) + 1]?.focus();
}

// --- moments and days -----------------------------------------------------------

const two = (number) => String(Math.abs(number)).padStart(2, "0");

/** A day as 2026-11-25, on this phone's calendar. */
export function isoDay(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A moment with the offset of where this phone is: 2026-11-22T11:20:00+01:00. */
export function isoMoment(date) {
  const east = -date.getTimezoneOffset();
  const offset = `${east < 0 ? "-" : "+"}${two(Math.trunc(east / 60))}:${two(east % 60)}`;
  return `${isoDay(date)}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${offset}`;
}

const when = document.getElementById("when");

function showMoment() {
  const { value } = form.elements.met_at;
  const date = value ? new Date(value) : null;
  when.value = date && !Number.isNaN(date.getTime()) ? isoMoment(date).slice(0, 16) : "";
}

/** The meeting began when the first word was written down, however late it is saved. */
export function noteTheMoment() {
  if (form.elements.met_at.value) return;
  form.elements.met_at.value = isoMoment(new Date());
  showMoment();
}

/** Days 3 and 7 from today, on their chips; and a field for the moment, which needs a script. */
export function setDays() {
  const words = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric" });
  for (const chip of form.querySelectorAll("[data-after]")) {
    const day = new Date();
    day.setDate(day.getDate() + Number(chip.dataset.after));
    chip.value = isoDay(day);
    chip.parentElement.querySelector("small").textContent = words.format(day);
  }
  document.getElementById("when-field").hidden = false;
  when.addEventListener("change", () => {
    form.elements.met_at.value = when.value ? isoMoment(new Date(when.value)) : "";
  });
}
