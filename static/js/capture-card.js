/* Somebody's card put into the form: filled while there is a network, else named only, and filled by the server when
   the capture goes up. `data-filled` on the form tells the two apart: emptied, a filled field stays empty. */

import { form } from "./capture-fields.js";

const part = (id) => document.getElementById(id);
const HANDLE = /^[a-z0-9](-?[a-z0-9]){1,29}$/;
const FILLED = ["name", "institution", "email", "phone"];
const TIME = 10_000;

/** Look a card up, by handle or address, and fill what is empty. Gives what the server said of it, or `{ later: true }`
    where it could not be asked. Rejects with a sentence for the owner. */
export async function fillFrom(typed) {
  const said = await ask(typed);
  if (!said) {
    const handle = handleIn(typed);
    if (!handle) throw new Error("No signal to look this up. Write the name; what is typed here waits.");
    delete form.dataset.filled;
    put(handle);
    return { later: true };
  }
  if (!said.card) throw new Error(said.errors?.card ?? said.error ?? "This could not be looked up just now.");
  for (const name of FILLED) form.elements[name].value ||= said[name] ?? "";
  form.dataset.filled = "";
  form.querySelector(".fold").open = true;
  put(said.card);
  return said;
}

/** Let go of the card; the words stay. */
export function letGo() {
  form.elements.no_portrait.checked = false;
  put("");
}

function put(handle) {
  form.elements.card.value = handle;
  form.elements.card.dispatchEvent(new Event("change"));
}

/* null: netcard did not answer. */
async function ask(typed) {
  try {
    const answer = await fetch(`/capture?card=${encodeURIComponent(typed)}`, {
      headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store", redirect: "error",
      signal: AbortSignal.timeout(TIME),
    });
    return answer.headers.has("Netcard-Build") && answer.status < 500 ? await answer.json() : null;
  } catch {
    return null;
  }
}

function handleIn(typed) {
  const plain = typed.trim().toLowerCase();
  if (HANDLE.test(plain)) return plain;
  try {
    const { host, pathname } = new URL(plain.includes("://") ? plain : `${location.protocol}//${plain}`);
    const handle = pathname.match(/^\/c\/([^/]+)/)?.[1] ?? "";
    return host === location.host && HANDLE.test(handle) ? handle : null;
  } catch {
    return null;
  }
}

// --- what is shown of it --------------------------------------------------------

const portrait = part("portrait");

function show() {
  const handle = form.elements.card.value;
  part("from-card").hidden = !handle;
  part("card-page").textContent = handle;
  part("card-page").href = `/c/${handle}`;
  if (!handle) delete form.dataset.filled;
  const address = handle && `/c/${handle}/headshot`;
  if (address && portrait.getAttribute("src")?.startsWith(address)) return;
  see(false);
  if (address) portrait.src = address;
  else portrait.removeAttribute("src");
}

function see(there) {
  portrait.hidden = !there;
  part("portrait-choice").hidden = !there;
}

portrait.addEventListener("load", () => see(true));
portrait.addEventListener("error", () => see(false)); // no photo on the card, or no signal
form.elements.card.addEventListener("change", show);
