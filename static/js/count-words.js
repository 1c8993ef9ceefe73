/* The number beneath a text: words (parts between white space, as the server counts) or characters, while it is written. */

const count = { words: (text) => text.split(/\s+/).filter(Boolean).length, characters: (text) => [...text].length };

function update(place) {
  const field = document.getElementById(place.dataset.for);
  const number = count[place.dataset.count](field.value);
  const low = Number(place.dataset.low ?? 0);
  const high = Number(place.dataset.high ?? Infinity);
  place.firstElementChild.textContent = number;
  place.classList.toggle("over", number > high);
  place.classList.toggle("within", low > 0 && number >= low && number <= high);
}

document.addEventListener("input", ({ target }) => {
  const place = target.id && document.querySelector(`[data-count][data-for="${CSS.escape(target.id)}"]`);
  if (place) update(place);
});

for (const place of document.querySelectorAll("[data-count]")) update(place);
