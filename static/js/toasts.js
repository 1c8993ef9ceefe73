/* A toast leaves by itself: 8 s for a word, 20 s where something can be undone; never under a finger or the focus.
   A request that found no network becomes a toast too, since htmx says nothing by itself. */

const region = document.getElementById("toasts");

function settle(toast) {
  const seconds = toast.querySelector("form, a, button") ? 20 : 8;
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove());
  setTimeout(leave, seconds * 1000);
}

export function say(text) {
  const toast = document.createElement("div");
  const words = document.createElement("span");
  toast.className = "toast";
  words.dir = "auto";
  words.textContent = text;
  toast.append(words);
  region.append(toast);
}

if (region) {
  for (const toast of region.children) settle(toast);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) settle(node);
  }).observe(region, { childList: true });

  /* A part that asks by itself every few seconds is marked `data-quiet`: it asks again, and nothing need be said. */
  const quiet = ({ target }) => target.closest?.("[data-quiet]");
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => quiet(event) || say("No answer from netcard. Try again when there is a signal."));
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.isError && quiet({ target: event.detail.requestConfig.elt })) event.detail.shouldSwap = false;
  });
}
