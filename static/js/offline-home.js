/* Today, with no network: the card to hand over, the pen, whom to write to, and how much waits. */

import { dayAhead, grouped, stateOf, thisDay } from "./offline-due.js";
import { drawing, fill, fresh, initials, ownersCopy, show, spoken } from "./offline-kept.js";

const FEW = 3; // more is the list's affair

const copy = await ownersCopy();
const card = copy?.cards[0];

show("nobody", !copy);
show("no-card", Boolean(copy) && !card);
show("card", Boolean(card));
show("capture", Boolean(copy));
show("people-link", Boolean(copy));

if (card) {
  document.documentElement.dataset.ink = card.ink;
  const plate = fill(document.getElementById("card"), { name: card.name, address: spoken(card.address) });
  plate.prepend(drawing(card.qr, `QR code for ${spoken(card.address)}`));
}

if (copy) {
  const here = copy.events.find((event) => event.here);
  const today = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" }).format(new Date());
  fill(document.querySelector(".head"), { today, here: here?.name ?? "" });
  showDue(grouped(copy.due, thisDay()));
  const people = copy.contacts.length;
  fill(document.getElementById("people-link"), { people: people === 1 ? "1 person" : `${people} people` });
}

function showDue({ overdue, today: open, coming }) {
  const hour = (due) => Boolean(due.clock) && due.day === thisDay();
  // what has its hour today stands before what is late: it is over tomorrow
  const waiting = [...overdue, ...open].sort((one, other) => hour(other) - hour(one));
  const more = waiting.length > FEW;
  const first = waiting.slice(0, FEW);
  const letters = ["Follow-ups", "Write to this one", "Write to these two", "Write to these three"][first.length];
  const named = first.some(({ clock, by }) => clock || by) ? "To do today" : letters;
  const part = document.getElementById("due");
  show("due", waiting.length + coming.length > 0);
  fill(part, { named, all: more ? `All ${waiting.length}` : "All", next: first.length || !coming.length ? "" : next(coming[0]) });
  part.querySelector("ul").replaceChildren(...first.map(row));
}

function next({ who, opens_on: day }) {
  return `Nothing to do today. Next: ${who}, ${dayAhead(day, thisDay())}.`;
}

function row(due) {
  const { words, late } = stateOf(due, thisDay());
  const { said = "", facts = "" } = due;
  const item = fill(fresh(due.contact ? "due-row" : "todo-row"), { who: due.who, said, facts, state: words, mini: initials(due.who) });
  const person = copy.contacts.find(({ id }) => id === due.contact);
  item.querySelector("a").href = `/followups/${due.id}`;
  item.querySelector(".mini").classList.toggle("met", Boolean(person && !person.added));
  item.querySelector(".state").classList.toggle("late", late);
  return item;
}
