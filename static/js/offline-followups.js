/* Follow-ups, with no network: what is due by this phone's date; one of them when the address names one. */

import { grouped, stateOf, thisDay } from "./offline-due.js";
import { fill, fresh, initials, ownersCopy, show } from "./offline-kept.js";

const today = thisDay();
const wanted = location.pathname.match(/^\/followups\/([0-9a-f-]{36})/i)?.[1].toLowerCase();

const copy = await ownersCopy();
const people = new Map(copy?.contacts.map((person) => [person.id, person]));

show("nobody", !copy);
if (copy && wanted) showOne(copy.due.find(({ id }) => id === wanted));
else if (copy) showAll(grouped(copy.due, today));

function showAll({ overdue, today: open, coming }) {
  show("list");
  for (const [id, dues] of [["overdue", overdue], ["today", open], ["coming", coming]]) {
    const part = document.getElementById(id);
    fill(part, { count: String(dues.length) });
    part.querySelector("h2").classList.toggle("late", id === "overdue" && dues.length > 0);
    part.querySelector("[data-text=empty]").hidden = dues.length > 0;
    part.querySelector("ul").replaceChildren(...dues.map(row));
  }
  const all = overdue.length + open.length + coming.length;
  show("due", all > 0);
  show("nothing", all === 0);
}

function row(due) {
  const { words, late } = stateOf(due, today);
  const { said = "", facts = "" } = due;
  const item = fill(fresh(due.contact ? "row" : "todo"), { who: due.who, said, facts, state: words, mini: initials(due.who) });
  if (due.contact) item.querySelector("a").href = `/contacts/${due.contact}`;
  item.querySelector(".mini").classList.toggle("met", met(due));
  item.querySelector(".state").classList.toggle("late", late);
  return item;
}

function met({ contact }) {
  const person = people.get(contact);
  return Boolean(person && !person.added);
}

function showOne(due) {
  show("list-head", false);
  show("one", Boolean(due));
  show("not-kept", !due);
  if (!due) return;
  const sheet = document.getElementById("one");
  const { said = "", facts = "" } = due;
  fill(sheet, { who: due.who, said, facts, state: stateOf(due, today).words, mini: initials(due.who) });
  sheet.querySelector(".state").classList.toggle("late", stateOf(due, today).late);
  sheet.querySelector(".mini").classList.toggle("met", met(due));
  sheet.querySelector(".mini").hidden = !due.contact; // something to do has no face
  const link = document.getElementById("person-page");
  link.hidden = !due.contact;
  link.href = `/contacts/${due.contact}`;
  document.title = `${due.who} – netcard`;
}
