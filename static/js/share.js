/* Share and copy. The buttons are hidden in the page: without script, or where the browser cannot, they never appear.
   data-share="address" data-title="…" · data-copy="text" (or "#id" of a field) · data-copy-html="#id" of the HTML beside it */

const textOf = (value) => (value?.startsWith("#") ? document.querySelector(value).value : value);

/* By the old way for HTML: the new one cleans it first, and under our content policy that takes its styles away. */
function copyBoth(html, plain) {
  const give = (event) => {
    event.preventDefault();
    event.clipboardData.setData("text/html", html);
    event.clipboardData.setData("text/plain", plain.value);
  };
  plain.select();
  document.addEventListener("copy", give, { once: true });
  if (!document.execCommand("copy")) throw new Error("not copied");
}

async function copy({ copy: plain, copyHtml: html }) {
  if (html) copyBoth(textOf(html), document.querySelector(plain));
  else await navigator.clipboard.writeText(textOf(plain));
}

function tell(button, word) {
  const label = button.querySelector("span");
  label.dataset.word ??= label.textContent;
  label.textContent = word;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => (label.textContent = label.dataset.word), 2500);
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-share], [data-copy]");
  if (!button) return;
  if (button.dataset.share) {
    try {
      await navigator.share({ url: button.dataset.share, title: button.dataset.title });
    } catch (fault) {
      if (fault.name !== "AbortError") tell(button, "Not shared");
    }
    return;
  }
  try {
    await copy(button.dataset);
    tell(button, "Copied");
  } catch {
    tell(button, "Not copied");
  }
});

/* navigator.clipboard exists on https and localhost only. */
function offer(part) {
  for (const button of part.querySelectorAll("[data-share], [data-copy]")) {
    if (button.dataset.share ? !navigator.share : !navigator.clipboard) continue;
    button.hidden = false;
    button.parentElement.hidden = false;
  }
}

offer(document);
document.addEventListener("htmx:load", ({ target }) => offer(target)); // a region taken anew
