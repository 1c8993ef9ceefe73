/* Today, with no network: the card to hand over, the pen, and how much waits. */

import { drawing, fill, ownersCopy, show, spoken } from "./offline-kept.js";

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
  const people = copy.contacts.length;
  fill(document.getElementById("people-link"), { people: people === 1 ? "1 person" : `${people} people` });
}
