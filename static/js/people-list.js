/* The list of people. On a desk a person opens in the second pane, beside the list; on a phone as a page.
   When a search finds no network, the people already on the page are searched instead. */

const desk = matchMedia("(min-width: 64rem)");
const list = document.getElementById("list");
const pane = document.querySelector(".second");
const finder = document.getElementById("finder");
const unsearched = document.getElementById("unsearched");

list.addEventListener("click", async (event) => {
  const row = event.target.closest("a.person");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!row || !plain || !desk.matches || !window.htmx) return;
  event.preventDefault();
  try {
    await open(row);
  } catch {
    location.assign(row.href);
  }
});

async function open(row) {
  await window.htmx.ajax("GET", row.pathname, { target: pane, swap: "innerHTML" });
  const person = pane.querySelector("#person");
  if (!person || !row.pathname.endsWith(person.dataset.id)) return;
  list.querySelector("a.person[aria-current]")?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  pane.setAttribute("aria-label", row.querySelector("b").textContent.trim());
  pane.scrollTop = 0;
  const address = new URL(location);
  address.searchParams.set("person", person.dataset.id);
  history.replaceState(history.state, "", address);
}

// Not netcard's own fold (that is Python), but near enough for the people in view.
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function searchHere() {
  const words = folded(finder.querySelector("form").elements.q.value).split(/\s+/).filter(Boolean);
  for (const row of list.querySelectorAll(".rows > li")) {
    const text = folded(row.textContent);
    row.hidden = !words.every((word) => text.includes(word));
  }
  for (const rows of list.querySelectorAll(".rows")) {
    rows.hidden = !rows.querySelector(":scope > li:not([hidden])");
    if (rows.previousElementSibling?.matches(".rule")) rows.previousElementSibling.hidden = rows.hidden;
  }
  unsearched.hidden = false;
}

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  finder.addEventListener(name, (event) => {
    event.stopPropagation(); // said here, so no toast
    searchHere();
  });
}
finder.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful) unsearched.hidden = true;
});
finder.addEventListener("input", ({ target }) => {
  const waiting = document.getElementById("waiting");
  if (waiting && !new URL(location).searchParams.has("event")) waiting.hidden = target.value.trim() !== "";
});
