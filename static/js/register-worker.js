/* Brings the service worker, and says when a newer netcard stands ready. It takes over only when asked to, for a
   reload in the middle of a sentence would be a loss; what waits in the outbox stays through it. */

const ASK_EVERY = 60 * 60 * 1000;
const LATER = "netcard-later";
let lastAsked = Date.now();
let offered = false;
let reloading = false;

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }).then(watch, () => {});
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (reloading) location.reload();
  });
}

function watch(registration) {
  const look = () => {
    if (registration.waiting && navigator.serviceWorker.controller) offer(registration.waiting);
  };
  const follow = (worker) => worker?.addEventListener("statechange", look);
  look();
  follow(registration.installing);
  registration.addEventListener("updatefound", () => follow(registration.installing));
  document.addEventListener("focusout", () => setTimeout(look));
  // an installed app may stay open for days, and a browser asks only when a page is opened
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - lastAsked < ASK_EVERY) return;
    lastAsked = Date.now();
    registration.update().catch(() => {});
  });
}

function offer(worker) {
  const region = document.getElementById("toasts");
  const busy = document.activeElement?.matches("input, textarea, select, [contenteditable]");
  const showing = document.querySelector(".show"); // the code full screen: somebody is about to scan it
  if (offered || !region || busy || showing || sessionStorage.getItem(LATER)) return;
  offered = true;
  const toast = document.createElement("div");
  const words = document.createElement("span");
  toast.className = "toast";
  toast.id = "new-version";
  words.textContent = "A new version is here.";
  const take = () => {
    reloading = true;
    worker.postMessage({ type: "take-over" });
  };
  const wait = () => {
    sessionStorage.setItem(LATER, "yes"); // it takes over by itself when netcard is next opened afresh
    toast.remove();
  };
  toast.append(words, button("Later", wait), button("Reload", take));
  region.append(toast);
}

function button(word, act) {
  const made = document.createElement("button");
  made.className = "btn";
  made.type = "button";
  made.textContent = word;
  made.addEventListener("click", act);
  return made;
}
