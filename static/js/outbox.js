/* Captures on their way to the server. Written to the phone first, then sent: in order, by one tab at a time, and
   called sent only when netcard itself has answered with the capture's own id. No document here: a worker may use it. */

import { change, keep, kept, store } from "./store.js";

const LOCK = "netcard-outbox";
const COPIES = "netcard-kept"; // held while somebody signs out
const RETRY = new Set([408, 425, 429]);
const REFUSALS = new Set([400, 409, 413, 422]);
const SESSION_TIME = 10_000;
const WORDS_TIME = 20_000;
const PHOTO_TIME = 90_000;

const OWN_WORDS = {
  400: "The server could not read this.",
  409: "This was sent before you changed it. Look at the person in your list; send it as a new one only if it is one.",
  413: "The photo is too large for the server. Send it without, or take another.",
};

/** What the last attempt found: "idle", "sending", "unreachable" or "signed-out". */
export let state = "idle";

const listeners = new Set();
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("netcard-outbox") : null;
channel?.addEventListener("message", ({ data }) => hear(data));
channel?.unref?.();

/** `listener({ state?, sent?, changed? })` after anything happens to the outbox, in whichever tab. */
export function onChange(listener) {
  listeners.add(listener);
}

function hear(news) {
  if (news.state) state = news.state;
  for (const listener of listeners) listener(news);
}

function tell(news) {
  hear(news);
  channel?.postMessage(news);
}

/** Whose captures this phone writes down, as far as it knows: an account's id, or null. */
export async function owner() {
  return (await kept("session"))?.owner ?? null;
}

/** The owner's captures, oldest first. */
export async function captures(of) {
  const found = of ? await (await store()).getAllFromIndex("outbox", "owner", of) : [];
  return found.sort((one, other) => one.created - other.created || (one.id < other.id ? -1 : 1));
}

/** How many wait, need a look, and belong to somebody who is not signed in. */
export async function counts() {
  const mine = await owner();
  const all = await (await store()).getAll("outbox");
  const count = (rule) => all.filter(rule).length;
  return {
    waiting: count((each) => each.owner === mine && each.state === "waiting"),
    look: count((each) => each.owner === mine && each.state === "look"),
    others: count((each) => each.owner !== mine),
  };
}

// --- writing down -------------------------------------------------------------

/** Put a capture down and take the draft it came from away, both or neither.

    Gives whether the photo was kept: on a full phone the words go before the picture. Rejects when not even
    the words fit; then the draft still stands. */
export async function add(capture) {
  const record = { photo: null, state: "waiting", errors: {}, created: Date.now(), ...capture };
  try {
    await write(record);
    return { photo: true };
  } catch (fault) {
    if (fault?.name !== "QuotaExceededError" || !record.photo) throw fault;
    await write({ ...record, photo: null });
    return { photo: false };
  } finally {
    tell({ changed: true });
  }
}

function write(record) {
  return change(["outbox", "draft"], async (tx) => {
    const boxes = tx.objectStore("outbox");
    // two tabs may have taken up the same draft: what each of them saves stays
    const taken = (await boxes.getKey(record.id)) !== undefined;
    await boxes.put(taken ? { ...record, id: newId() } : record);
    await Promise.all([record.owner, ""].map((of) => tx.objectStore("draft").delete(of)));
  });
}

/** Send a capture that could not be put down, while the page is open; gives whether netcard has it. */
export async function sendNow(capture) {
  const record = { photo: null, ...capture };
  try {
    const answer = await post(record);
    return isReceipt(answer, await json(answer), record);
  } catch {
    return false;
  }
}

/** Take a capture out of the queue to be mended; null when it has gone up already or goes up right now. */
export function hold(id) {
  return alone(() => update(id, (record) => ({ ...record, state: "look" })), 1500).catch(() => null);
}

/** Change a capture that is still here; null when it is not. `rework(record)` gives the new record. */
export async function update(id, rework) {
  const changed = await change(["outbox"], async (tx) => {
    const record = await tx.objectStore("outbox").get(id);
    if (!record) return null;
    const next = rework(record);
    await tx.objectStore("outbox").put(next);
    return next;
  });
  tell({ changed: true });
  return changed;
}

/** Put a parked capture back into the queue; under a new id it counts as another person. */
export async function resend(id, { photo = true, afresh = false } = {}) {
  await change(["outbox"], async (tx) => {
    const boxes = tx.objectStore("outbox");
    const record = await boxes.get(id);
    if (!record) return;
    if (afresh) await boxes.delete(id);
    await boxes.put({
      ...record, id: afresh ? newId() : id, photo: photo ? record.photo : null, state: "waiting", errors: {},
    });
  });
  tell({ changed: true });
  return flush();
}

/** Throw a capture away; gives it back, for an undo by `putBack`. */
export async function discard(id) {
  const gone = await change(["outbox"], async (tx) => {
    const record = await tx.objectStore("outbox").get(id);
    await tx.objectStore("outbox").delete(id);
    return record;
  });
  tell({ changed: true });
  return gone;
}

export async function putBack(record) {
  await change(["outbox"], (tx) => tx.objectStore("outbox").put(record));
  tell({ changed: true });
}

/** A UUID, also where the page came over plain http and the browser hides its own maker. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// --- sending ------------------------------------------------------------------

let flushing = null;
let again = false;

/** Send what waits. Gives the state it ended in; `ask` asks who is signed in even when nothing waits. */
export function flush({ ask = false } = {}) {
  if (flushing) {
    again = true; // what was written down since may have missed its turn
    return flushing;
  }
  flushing = (async () => {
    try {
      do {
        again = false;
        await alone(() => sendAll(ask));
      } while (again);
      return state;
    } finally {
      flushing = null;
    }
  })();
  return flushing;
}

/* One at a time over all tabs. Without locks (plain http) two may send the same, and the server counts it once. */
function alone(work, patience) {
  if (!globalThis.navigator?.locks) return Promise.resolve(work());
  const signal = patience ? AbortSignal.timeout(patience) : undefined;
  return navigator.locks.request(LOCK, { signal }, work);
}

async function sendAll(ask) {
  const waits = (await (await store()).getAll("outbox")).some((each) => each.state === "waiting");
  if (!waits && !ask) {
    if (state !== "idle") tell({ state: "idle" });
    return;
  }
  const session = await whoIsSignedIn();
  if (!session.user) {
    tell({ state: session.state });
    return;
  }
  const sent = [];
  const next = async () => (await captures(session.user)).find((each) => each.state === "waiting");
  let outcome = "idle";
  for (let record = await next(); record && outcome === "idle"; record = outcome === "idle" && (await next())) {
    tell({ state: "sending" });
    outcome = await deliver(record, sent);
  }
  tell({ state: outcome, sent: sent.length ? sent : undefined, changed: true });
}

/* Every fetch here goes to netcard itself and nowhere a redirect may point to. */
const OURS = { credentials: "same-origin", redirect: "error", cache: "no-store" };

async function whoIsSignedIn() {
  try {
    const answer = await fetch("/capture/session", {
      ...OURS, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(SESSION_TIME),
    });
    const said = await json(answer);
    if (answer.status === 401 && said) return { state: "signed-out" };
    if (!answer.ok || typeof said?.user !== "string") return { state: "unreachable" };
    await remember(said.user);
    return said;
  } catch {
    return { state: "unreachable" };
  }
}

async function remember(user) {
  if ((await owner()) === user) return;
  const write = () => keep("session", user, { user });
  if (!navigator.locks) await write();
  else if (!(await navigator.locks.request(COPIES, { ifAvailable: true }, async (lock) => lock && (await write(), true)))) {
    // somebody may be signing out: ask again when that is over
    navigator.locks.request(COPIES, () => {}).then(() => flush({ ask: true }), () => {});
  }
  tell({ changed: true });
}

/* "idle" to go on with the next one, else why not. */
async function deliver(record, sent) {
  let answer;
  let said;
  try {
    answer = await post(record);
    said = await json(answer);
  } catch {
    return "unreachable";
  }
  if (answer.ok) {
    if (!isReceipt(answer, said, record)) return "unreachable";
    await change(["outbox"], (tx) => tx.objectStore("outbox").delete(record.id));
    sent.push({ id: record.id, contact: said.contact, name: record.fields.name });
    return "idle";
  }
  const { status } = answer;
  if (status === 401) return said ? "signed-out" : "unreachable";
  if (RETRY.has(status) || status >= 500) return "unreachable";
  if (!REFUSALS.has(status) && !said) return "unreachable"; // something in between, not netcard
  await park(record, status, said);
  return "idle";
}

/* A captive portal says 200 to everything, but it does not know the capture's id. */
function isReceipt(answer, said, record) {
  const known = ["created", "already"].includes(said?.status);
  return answer.ok && known && String(said.id).toLowerCase() === record.id.toLowerCase();
}

function post(record) {
  const headers = { Accept: "application/json", "Netcard-Owner": record.owner };
  const options = { ...OURS, method: "POST", headers };
  if (!record.photo) {
    headers["Content-Type"] = "application/json";
    const body = JSON.stringify({ id: record.id, ...record.fields });
    return fetch("/capture", { ...options, body, signal: AbortSignal.timeout(WORDS_TIME) });
  }
  const body = new FormData();
  for (const [name, value] of Object.entries({ id: record.id, ...record.fields })) body.append(name, value ?? "");
  body.append("photo", new Blob([record.photo], { type: "image/jpeg" }), "photo.jpg");
  return fetch("/capture", { ...options, body, signal: AbortSignal.timeout(PHOTO_TIME) });
}

async function json(answer) {
  try {
    const said = await answer.json();
    return said && typeof said === "object" ? said : null;
  } catch (fault) {
    if (fault?.name === "AbortError" || fault?.name === "TimeoutError") throw fault;
    return null;
  }
}

/* It cannot go up as it is: the owner has to look at it, and the others need not wait for that. */
function park(record, status, said) {
  const field = status === 413 && record.photo ? "photo" : "";
  const errors = said?.errors ?? { [field]: OWN_WORDS[status] ?? said?.error ?? "The server would not take this." };
  return change(["outbox"], async (tx) => {
    const now = await tx.objectStore("outbox").get(record.id);
    if (now) await tx.objectStore("outbox").put({ ...now, state: "look", errors, status });
  });
}
