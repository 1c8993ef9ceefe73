/* People, with no network: the list kept on this phone and what waits to go up; one person when the address names one. */

import { fill, folded, fresh, initials, ownersCopy, show } from "./offline-kept.js";

const AT_ONCE = 200; // rows; three thousand would stop an older phone for seconds
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" });

const list = document.getElementById("people");
const search = document.querySelector("[type=search]");
const more = document.getElementById("more");
const wanted = location.pathname.match(/^\/contacts\/([0-9a-f-]{36})/i)?.[1].toLowerCase();

const copy = await ownersCopy();
const people = copy ? [...copy.waiting.map(fromOutbox), ...copy.contacts.map(fromCopy)] : [];
let found = people;
let shown = AT_ONCE;

show("nobody", !copy);
if (copy && wanted) showPerson(people.find((person) => person.id === wanted));
else if (copy) startList();

function startList() {
  show("list");
  search.value = new URLSearchParams(location.search).get("q") ?? "";
  search.addEventListener("input", look);
  search.form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => {
    shown += AT_ONCE;
    draw();
  });
  fill(document.querySelector(".head"), { count: people.length ? String(people.length) : "" });
  look();
}

function look() {
  const words = folded(search.value).split(/\s+/).filter(Boolean);
  found = people.filter((person) => words.every((word) => person.folded.includes(word)));
  shown = AT_ONCE;
  draw();
}

function draw() {
  const parts = [];
  let heading = null;
  let rows = null;
  for (const person of found.slice(0, shown)) {
    if (person.under.join() !== heading) {
      heading = person.under.join();
      rows = document.createElement("ul");
      rows.className = "rows";
      parts.push(fill(fresh("heading"), { event: person.under[0], day: person.under[1] }), rows);
    }
    rows.append(row(person));
  }
  list.replaceChildren(...parts);
  more.hidden = found.length <= shown;
  show("nobody-found", people.length > 0 && found.length === 0);
  show("empty", people.length === 0);
}

function row(person) {
  const item = fill(fresh("person"), { ...person, mini: initials(person.name) });
  if (person.added) item.querySelector(".mini").classList.remove("met");
  const link = item.querySelector("a");
  if (person.state) {
    item.querySelector(".mini").classList.add("pencilled");
    link.append(fresh(`${person.state}-state`));
  }
  link.href = person.href;
  write(item.querySelector(".tags"), person.tags);
  return item;
}

function showPerson(person) {
  if (!person) {
    show("not-kept");
    return;
  }
  const sheet = document.getElementById("one");
  if (person.added) sheet.querySelector(".mini").classList.remove("met");
  fill(sheet, { ...person, mini: initials(person.name), line: [person.title || person.role, person.institution].filter(Boolean).join(", ") });
  write(sheet.querySelector(".tags"), person.tags);
  for (const [name, scheme] of [["email", "mailto:"], ["phone", "tel:"]]) {
    const link = document.getElementById(name);
    link.hidden = !person[name];
    link.href = scheme + encodeURIComponent(person[name]).replaceAll("%40", "@").replaceAll("%2B", "+");
  }
  document.title = `${person.name} – netcard`;
  show("promise", Boolean(person.promised));
  show("list-head", false);
  show("one");
}

function write(place, tags) {
  place.hidden = !tags.length;
  place.replaceChildren(...tags.map((label) => fill(fresh("tag"), { label })));
}

function fromCopy(contact) {
  const { title = "", role = "", institution = "", email = "", phone = "", said = "", promised = "", event = "", poster = "", tags = [], added = false } = contact;
  const day = dayOf(contact.met_at);
  const where = event || (added ? (day ? "Added" : "Not met yet") : "Met");
  return findable({
    id: contact.id, name: contact.name, title, role, institution, email, phone, said, promised, poster, tags, event, day, added,
    facts: institution || title, met: [where, poster].filter(Boolean).join(", "),
    under: [where, day], href: `/contacts/${contact.id}`, state: null,
  });
}

function fromOutbox({ id, fields, state, created }) {
  const { institution = "", role = "", email = "", phone = "", discussed = "", promised = "", poster = "" } = fields;
  const tags = [fields.tags ?? []].flat().join(",").split(",").map((tag) => tag.trim()).filter(Boolean);
  return findable({
    id, name: fields.name || "No name yet", title: "", role, institution, email, phone, said: discussed, promised, poster, tags, event: "",
    day: dayOf(fields.met_at || created), facts: [institution, poster].filter(Boolean).join(", "), met: poster,
    under: ["On this phone", ""], href: `/contacts/${id}`, state: state === "look" ? "look" : "waiting",
  });
}

function findable(person) {
  const { name, institution, title, role, said, promised, event, poster, tags } = person;
  return { ...person, folded: folded([name, institution, title, role, said, promised, event, poster, ...tags].join(" ")) };
}

function dayOf(moment) {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? "" : DAY.format(date);
}
