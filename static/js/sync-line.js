/* Keeps the outbox going while a page is open, and says in one line what this phone is holding. */

import { counts, flush, onChange, state } from "./outbox.js";

const line = document.getElementById("sync");
const FIRST_RETRY = 4_000;
const LAST_RETRY = 300_000;
const SENT_SHOWN = 6_000;

let retry = FIRST_RETRY;
let timer = null;
let news = "";

/** What stands in the line: { state, words, href?, link? }. `count` is as `counts()` gives it. */
export function describe({ waiting, look, others }, now, signal) {
  const safe = "Safe on this phone.";
  if (look) {
    const rest = waiting ? ` ${waiting} waiting.` : "";
    return { state: "look", words: look === 1 ? "1 needs a look." : `${look} need a look.`, rest, href: "/capture#waiting", link: "Open" };
  }
  if (waiting && now === "signed-out") {
    return { state: "signed-out", words: `${waiting} waiting. ${safe}`, href: "/login?next=/capture", link: "Sign in to send" };
  }
  if (waiting && !signal) return { state: "offline", words: `No signal. ${waiting} waiting. ${safe}` };
  if (waiting && now === "sending") return { state: "sending", words: `Sending ${waiting}.` };
  if (waiting) return { state: "waiting", words: `${waiting} waiting to sync. ${safe}` };
  if (!signal) return { state: "offline", words: "No signal. You can carry on." };
  if (others) return { state: "waiting", words: `${others} kept here by someone else's sign-in.` };
  return { state: "", words: "" };
}

async function show() {
  if (!line) return;
  const said = describe(await counts(), state, navigator.onLine);
  if (!said.words && news) Object.assign(said, { state: "sent", words: news });
  const parts = said.words ? [said.words + (said.rest ?? "")] : [];
  if (said.href) {
    const link = document.createElement("a");
    link.href = said.href;
    link.textContent = said.link;
    parts.push(link);
  }
  line.dataset.state = said.state;
  line.replaceChildren(...parts);
}

function tellOfSent(sent) {
  news = sent.length === 1 ? `Sent: ${sent[0].name}.` : `${sent.length} sent.`;
  setTimeout(() => {
    news = "";
    show();
  }, SENT_SHOWN);
  // htmx lists listen for it on the body
  document.body.dispatchEvent(new CustomEvent("netcard:sent", { bubbles: true, detail: { sent } }));
}

async function go(options) {
  clearTimeout(timer);
  await flush(options).catch(backOff);
  await askForSync();
}

/* Four tabs must not knock at the same moment, hence the chance in it. */
function backOff() {
  clearTimeout(timer);
  timer = setTimeout(go, retry * (0.75 + Math.random() / 2));
  retry = Math.min(retry * 2, LAST_RETRY);
}

/* Chromium wakes the worker when the signal is back, and the worker wakes the open pages. Only without any signal:
   else it would wake them at once, and again after each failure, however long the back-off. */
async function askForSync() {
  if (navigator.onLine || !navigator.serviceWorker?.controller || !(await counts()).waiting) return;
  const registration = await navigator.serviceWorker.ready;
  await registration.sync?.register("outbox").catch(() => {});
}

function soon() {
  retry = FIRST_RETRY;
  go();
}

onChange((what) => {
  if (what.state === "unreachable") backOff();
  if (what.state === "idle") retry = FIRST_RETRY;
  if (what.sent) tellOfSent(what.sent);
  show().catch(() => {});
});

document.addEventListener("netcard:kept", () => show()); // whose phone this is may have changed
addEventListener("online", soon);
addEventListener("offline", () => show());
addEventListener("pageshow", ({ persisted }) => persisted && soon());
addEventListener("focus", () => go());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && go());
navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.type === "flush" && soon());

if (document.getElementById("waiting")) import("./waiting.js");
show().catch(() => {});
go({ ask: true });

