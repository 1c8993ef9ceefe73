/* Once what waited on this phone has been sent, the page shows it: every part marked `data-fresh` is taken anew from
   this page's own address. Nothing else moves, and nothing is said when that fails: the line has told what was sent. */

let turn = 0;

document.addEventListener("netcard:sent", async () => {
  const mine = ++turn;
  try {
    const answer = await fetch(location.href, {
      headers: { Accept: "text/html" }, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(20000),
    });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== turn) return; // more has been sent since
    for (const old of document.querySelectorAll("[data-fresh]")) take(old, page.getElementById(old.id));
  } catch {
    // no signal again: the page is as true as it was
  }
});

function take(old, fresh) {
  // whoever has scrolled on in a long list is reading there, and the newest stand above
  if (!fresh || old.getBoundingClientRect().top < -innerHeight) return;
  const held = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
  old.replaceChildren(...fresh.childNodes);
  old.toggleAttribute("data-fresh", "fresh" in fresh.dataset);
  window.htmx?.process(old);
  if (held) old.querySelector(`a[href="${CSS.escape(held)}"]`)?.focus();
}
