/* What the shells are filled from, and how: a <template>'s parts named by data-text take words as words, never as markup. */

import { captures } from "./outbox.js";
import { kept } from "./store.js";

/** Everything of the owner whose copy is on this phone; null when there is none. */
export async function ownersCopy() {
  const session = await kept("session");
  if (!session) return null;
  const own = async (name) => {
    const record = await kept(name);
    return record?.owner === session.owner ? record.value : [];
  };
  const [cards, events, contacts, due] = await Promise.all(["cards", "events", "contacts", "due"].map(own));
  const waiting = (await captures(session.owner)).reverse();
  return { session: session.value, owner: session.owner, cards, events, contacts, due, waiting };
}

/** Put each value into the part named for it; a part with nothing to say is hidden. */
export function fill(root, values) {
  const parts = [...root.querySelectorAll("[data-text]")];
  for (const part of root.dataset.text ? [root, ...parts] : parts) {
    const value = values[part.dataset.text];
    if (value === undefined) continue;
    part.textContent = value;
    part.hidden = value === "";
  }
  return root;
}

/** A fresh copy of the first element in `<template id=…>`. */
export function fresh(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

export function show(id, shown = true) {
  const part = document.getElementById(id);
  if (part) part.hidden = !shown;
}

const SVG = "http://www.w3.org/2000/svg";

/** A QR code as netcard draws it: black on white, its quiet zone included. */
export function drawing({ side, path }, label) {
  const svg = document.createElementNS(SVG, "svg");
  const white = document.createElementNS(SVG, "path");
  const dark = document.createElementNS(SVG, "path");
  svg.setAttribute("class", "qr");
  svg.setAttribute("viewBox", `0 0 ${Number(side)} ${Number(side)}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("shape-rendering", "crispEdges");
  white.setAttribute("fill", "#fff");
  white.setAttribute("d", `M0 0h${Number(side)}v${Number(side)}h-${Number(side)}z`);
  dark.setAttribute("fill", "#000");
  dark.setAttribute("d", path);
  svg.append(white, dark);
  return svg;
}

/** The address as it is read aloud, without its scheme. */
export function spoken(address) {
  return address.replace(/^https?:\/\//, "");
}

const TITLE = /^(dra?|prof|professor|profa|mr|mrs|ms|mx|miss|mme|mlle|sir|dame|lord|lady|rev|sra?|herr|frau|sister|pd|mag|ing|docent|د|أ)\.?$/iu;

/** One or two letters for the small card, as the server writes them. */
export function initials(name) {
  const words = name.split(/\s+/).filter((word) => /\p{L}/u.test(word) && !TITLE.test(word));
  if (!words.length) return "?";
  const letters = [...new Set([0, words.length - 1])].map((at) => [...words[at].match(/\p{L}/u)[0].toUpperCase()][0]);
  // a non-joiner between: two Arabic letters would be written as one shape
  return letters.join(/[\u0590-\u08ff]/.test(letters.at(-1)) ? "\u200c" : "");
}

const UNDECOMPOSED = { đ: "d", ð: "d", ø: "o", ł: "l", ı: "i", ß: "ss", æ: "ae", œ: "oe", þ: "th", ħ: "h" };

/** Small letters without their marks, so that "Duc" finds "Đức". */
export function folded(text) {
  return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[đðøłıßæœþħ]/g, (each) => UNDECOMPOSED[each]);
}
