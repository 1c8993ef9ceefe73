/* What this phone keeps: one IndexedDB, opened here and nowhere else.

   outbox  {id, owner, fields, photo, state: "waiting" | "look", errors, created}   captures not yet on the server
   draft   {owner, fields, photo, …}                                              the form as it was left
           of both, `fields.card` is the handle of a card that was added; the server takes its photo and links from there
   kept    {name, owner, value, at}                                               copies of what the server has, to read with no network */

import { openDB } from "../vendor/idb-8.0.4/index.js";

const VERSION = 1;
let opening = null;

/** The open database; opened again when the browser has closed it (iOS does, in the background). */
export function store() {
  opening ??= openDB("netcard", VERSION, {
    upgrade(db) {
      db.createObjectStore("outbox", { keyPath: "id" }).createIndex("owner", "owner");
      db.createObjectStore("draft", { keyPath: "owner" });
      db.createObjectStore("kept", { keyPath: "name" });
    },
    blocking: forget,
    terminated: () => (opening = null),
  }).catch((fault) => {
    opening = null;
    throw fault;
  });
  return opening;
}

/* A newer page wants another version: step out of its way. */
async function forget() {
  const closing = opening;
  opening = null;
  (await closing)?.close();
}

/** `work(transaction)` over the named stores; what it wrote is on the disk when this resolves. */
export async function change(names, work) {
  const attempt = async () => {
    const db = await store();
    const tx = db.transaction(names, "readwrite", { durability: "strict" });
    try {
      const [result] = await Promise.all([work(tx), tx.done]);
      return result;
    } catch (fault) {
      try { tx.abort(); } catch { /* ended already */ }
      await tx.done.catch(() => {});
      throw tx.error ?? fault;
    }
  };
  try {
    return await attempt();
  } catch (fault) {
    if (fault?.name !== "InvalidStateError") throw fault;
    opening = null; // the connection had been closed under us
    return attempt();
  }
}

/** Put one record, also while the page goes away: nothing waits for an answer, and the commit needs no page any more. */
export async function putAtOnce(name, record) {
  const tx = (await store()).transaction(name, "readwrite");
  tx.objectStore(name).put(record).catch(() => {});
  tx.commit?.();
  await tx.done;
}

/** The record kept under a name ("session", "events", …), or undefined. */
export async function kept(name) {
  return (await store()).get("kept", name);
}

/** Keep `value` under a name for its owner. */
export async function keep(name, owner, value) {
  await change(["kept"], (tx) => tx.objectStore("kept").put({ name, owner, value, at: Date.now() }));
}
