/* Tap a field to put it where one was writing last, the subject or the text. */

const form = document.getElementById("template");
let at = form.elements.text;
form.addEventListener("focusin", ({ target }) => {
  if (target === form.elements.subject || target === form.elements.text) at = target;
});

for (const button of document.querySelectorAll("[data-field]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    at.setRangeText(button.dataset.field, at.selectionStart, at.selectionEnd, "end");
    at.dispatchEvent(new Event("input", { bubbles: true }));
    at.focus();
  });
}
