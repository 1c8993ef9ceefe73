/* A suggested address comes from the server a moment after the name: never over one that was typed meanwhile. */

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "handle-field") return;
  const [typed, suggested] = ["handle", "suggested"].map((id) => document.getElementById(id).value);
  if (typed !== suggested) detail.shouldSwap = false;
});
