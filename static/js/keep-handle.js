/* A suggested address comes from the server a moment after the name: never over one that was typed meanwhile, and
   never from under the cursor: a field that is in use keeps its focus, and the next letter takes the suggestion's place. */

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "handle-field") return;
  const [typed, suggested] = ["handle", "suggested"].map((id) => document.getElementById(id));
  const inUse = document.activeElement === typed;
  if (typed.value === suggested.value && !inUse) return;
  detail.shouldSwap = false;
  if (typed.value === suggested.value) offer(typed, suggested, detail.serverResponse);
});

function offer(typed, suggested, html) {
  const answer = new DOMParser().parseFromString(html, "text/html").getElementById("handle");
  if (!answer?.value) return;
  typed.value = suggested.value = answer.value;
  typed.select();
  typed.dispatchEvent(new Event("input", { bubbles: true }));
}
