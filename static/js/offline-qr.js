/* The QR full screen, with no network: every card of the owner, one at a time. */

import { drawing, fill, fresh, ownersCopy, show, spoken } from "./offline-kept.js";

const copy = await ownersCopy();
const sheet = document.getElementById("main");
const choice = document.getElementById("cards");
const itself = document.getElementById("no-signal");

show("nobody", !copy?.cards.length);
if (copy?.cards.length) start(copy.cards);

function start(cards) {
  const asked = new URLSearchParams(location.search).get("card");
  present(cards.find((card) => card.id === asked || card.handle === asked) ?? cards[0]);
  if (cards.length < 2) return;
  choice.hidden = false;
  for (const card of cards) {
    const chip = fill(fresh("card-chip"), { label: cards.some((other) => other !== card && other.name === card.name) ? card.handle : card.name });
    chip.dataset.card = card.id;
    chip.addEventListener("click", () => present(card));
    choice.append(chip);
  }
  mark(sheet.dataset.card);
}

function present(card) {
  sheet.dataset.card = card.id;
  document.documentElement.dataset.ink = card.ink;
  for (const code of sheet.querySelectorAll(".qr")) code.remove();
  document.getElementById("whose").before(drawing(card.qr, `QR code for ${spoken(card.address)}`));
  if (card.contact_qr) itself.querySelector("summary").after(drawing(card.contact_qr, `QR code that holds ${card.name} as a contact`));
  itself.hidden = !card.contact_qr; // a copy from before this code was kept
  fill(sheet, { name: card.name, headline: card.headline, address: spoken(card.address) });
  mark(card.id);
}

function mark(id) {
  for (const chip of choice.children) chip.setAttribute("aria-pressed", String(chip.dataset.card === id));
}
