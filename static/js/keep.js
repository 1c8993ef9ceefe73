/* Keeps a copy of what the owner needs with no network: card, events, people, what is due. Whose copy it is, the server says:
   another owner's goes before the new one is written. One tab at a time, and never while somebody signs out. */

import { clearBadge } from "./badge.js";
import { change, kept } from "./store.js";

const LOCK = "netcard-kept";
const tabs = new BroadcastChannel("netcard");

/** Ask for what has changed since the last time and keep it. Says `netcard:kept` on the document when something had. */
export function refresh() {
  return alone(async () => {
    const mark = await kept("mark");
    const answer = await ask(mark?.value);
    if (answer?.status === 200) await write(await answer.json(), answer.headers.get("ETag"));
    // ended from elsewhere, as one ends a lost phone's sign-in; an expired one leaves everything
    if (answer?.status === 401 && (await answer.json()).ended) await drop("contacts", "events", "due", "mark");
  });
}

/** Forget every copy and `leave`; no other tab may keep a new one before this page is gone. */
export function forgetAll(leave) {
  return alone(async () => {
    await change(["kept"], (tx) => tx.objectStore("kept").clear());
    await clearBadge();
    tabs.postMessage("signed out");
    leave();
    return new Promise(() => {});
  });
}

function alone(work) {
  return navigator.locks ? navigator.locks.request(LOCK, work) : work();
}

async function ask(etag) {
  const headers = { Accept: "application/json", ...(etag && { "If-None-Match": etag }) };
  try {
    const answer = await fetch("/offline/kept", {
      headers, cache: "no-store", credentials: "same-origin", redirect: "error", signal: AbortSignal.timeout(20000),
    });
    return answer.headers.has("Netcard-Build") ? answer : null;
  } catch {
    return null;
  }
}

async function write(snapshot, etag) {
  const owner = snapshot.session.user;
  const at = Date.now();
  await change(["kept"], async (tx) => {
    const store = tx.objectStore("kept");
    for (const record of await store.getAll()) if (record.owner !== owner) await store.delete(record.name);
    for (const [name, value] of Object.entries(snapshot)) await store.put({ name, owner, value, at });
    await store.put({ name: "mark", owner, value: etag, at });
  });
  document.dispatchEvent(new CustomEvent("netcard:kept"));
  // an installed netcard asks that its store be spared when space runs out; in a tab, Firefox would put up a question
  if (matchMedia("(display-mode: standalone)").matches) navigator.storage?.persist?.().catch(() => {});
}

async function drop(...names) {
  await change(["kept"], (tx) => Promise.all(names.map((name) => tx.objectStore("kept").delete(name))));
  document.dispatchEvent(new CustomEvent("netcard:kept"));
}

function keepInStep() {
  refresh().catch(() => {}); // a full disk or a private window: the pages work, with nothing kept
}

tabs.addEventListener("message", ({ data }) => {
  if (data !== "signed out") return;
  document.body.replaceChildren(); // at once; the answer to the other tab's sign-out takes a moment
  setTimeout(() => location.replace("/login"), 1500);
});
document.addEventListener("netcard:sent", keepInStep);
// what was marked on this page is not due any more
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && detail.requestConfig.verb !== "get" && keepInStep());
// a page brought back from the browser's memory may be another person's by now
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
keepInStep();
