/* Signing out of a phone: what waits goes up first, what cannot is asked about, and nothing of the account stays behind
   for the next person. What the owner keeps back waits under her own name, unseen, until she signs in here again. */

import { forgetAll } from "./keep.js";
import { captures, flush } from "./outbox.js";
import { change, store } from "./store.js";
import { say } from "./toasts.js";

// on the document: the form may come with a region that is fetched later
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "sign-out") return;
  event.preventDefault();
  signOut(form).catch(() => form.submit()); // no store in this browser: then nothing is kept in it either
});

async function signOut(form) {
  if (!(await reachable())) {
    say("No signal. Signing out needs one, so you are still signed in. Nothing was changed.");
    return;
  }
  await flush().catch(() => {});
  const owner = form.dataset.owner;
  const left = (await captures(owner)).map(({ id }) => id);
  const begun = Boolean(await (await store()).get("draft", owner)); // a form that says nothing leaves no draft
  const choice = left.length || begun ? await ask(left.length, begun) : "keep";
  if (choice === "stay") return;
  await change(["outbox", "draft"], async (tx) => {
    if (choice !== "discard") return;
    await Promise.all(left.map((id) => tx.objectStore("outbox").delete(id)));
    await tx.objectStore("draft").delete(owner);
  });
  await Promise.race([endPush(), new Promise((done) => setTimeout(done, 3000))]).catch(() => {});
  sessionStorage.clear();
  localStorage.clear();
  await forgetAll(() => form.submit());
}

/* Forgetting first and then finding no network would leave the phone signed in with nothing on it. */
async function reachable() {
  try {
    const answer = await fetch("/capture/session", {
      headers: { Accept: "application/json" }, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(8000),
    });
    return answer.headers.has("Netcard-Build") && (answer.ok || answer.status === 401);
  } catch {
    return false;
  }
}

/* The next person's lock screen is not told about this one's people. */
async function endPush() {
  const registration = await navigator.serviceWorker?.getRegistration();
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
}

function ask(waiting, begun) {
  const count = waiting + Number(begun);
  const dialog = document.createElement("dialog");
  const form = document.createElement("form");
  const heading = document.createElement("h2");
  const words = document.createElement("p");
  const acts = document.createElement("div");
  dialog.className = "ask";
  dialog.setAttribute("aria-labelledby", "ask-heading");
  form.method = "dialog";
  heading.id = "ask-heading";
  heading.textContent = count === 1 ? "1 person is on this phone only." : `${count} people are on this phone only.`;
  const later = [waiting && "they go up", begun && "the form you began opens as you left it"].filter(Boolean).join(" and ");
  words.textContent = `Kept here, ${later} when you next sign in on this phone. Nobody else is shown them, though they `
    + "do stay in its storage. Discarded, they are gone.";
  acts.className = "acts";
  for (const [value, kind, label] of [
    ["stay", "btn first grow", "Stay signed in"],
    ["keep", "btn grow", "Keep them here and sign out"],
    ["discard", "btn danger grow", `Discard ${count} and sign out`],
  ]) {
    const button = document.createElement("button");
    Object.assign(button, { value, className: kind, textContent: label });
    acts.append(button);
  }
  form.append(heading, words, acts);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => {
    dialog.remove();
    answer(dialog.returnValue || "stay"); // Escape changes nothing
  }));
}
