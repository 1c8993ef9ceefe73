/* Where we are: the event here and now, from the page when the server filled it, else from the copy on the phone. */

import { form } from "./capture-fields.js";
import { kept } from "./store.js";

const { event } = form.elements;
const FRESH = 18 * 60 * 60 * 1000; // as long as the server lets "I am here" hold

/** Fill the list where the server did not, choose the event here and now, and keep the pinned line in step. */
export async function settle(owner, today) {
  event.addEventListener("change", pin);
  if (!form.dataset.owner) await fromThePhone(owner, today);
  pin();
}

async function fromThePhone(owner, today) {
  const copy = await kept("events").catch(() => null);
  if (!copy || copy.owner !== owner) return;
  for (const each of copy.value) {
    const option = new Option(each.name, each.id);
    option.dataset.place = each.place ?? "";
    event.add(option);
  }
  const chosen = copy.value.find((each) => each.here && Date.now() - copy.at < FRESH);
  const byItsDays = copy.value.find((each) => each.starts_on <= today && today <= each.ends_on);
  event.value = (chosen ?? byItsDays)?.id ?? "";
}

function pin() {
  const option = event.selectedOptions[0];
  const there = Boolean(event.value);
  document.getElementById("where").textContent = option?.textContent ?? "Not at an event";
  document.getElementById("where-when").textContent = there ? option.dataset.place || "Here now" : "Change it when you are";
}
