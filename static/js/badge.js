/* How much waits, on the sign of the installed netcard: what is overdue and what is for today, by the phone's own date.
   Nothing is asked for, and nothing is shown where the browser has no badge. */

import { thisDay, waitingNow } from "./offline-due.js";
import { kept } from "./store.js";

async function count() {
  const [session, due] = [await kept("session"), await kept("due")];
  return session && due?.owner === session.owner ? waitingNow(due.value, thisDay()).length : 0;
}

async function show() {
  if (!("setAppBadge" in navigator)) return;
  const number = await count();
  await (number ? navigator.setAppBadge(number) : navigator.clearAppBadge());
}

/** Take the number off: the next person's phone owes nobody anything. */
export async function clearBadge() {
  await navigator.clearAppBadge?.().catch(() => {});
}

const soon = () => show().catch(() => {}); // no store, or no leave to

document.addEventListener("netcard:kept", soon);
// a new day may have begun meanwhile
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon());
soon();
