/* Offers the home screen once the region for it is on the page, where the browser can do it and nobody said "not now". */

const LATER = "install-later";
let invitation = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault(); // the browser's own banner would cover the QR code
  invitation = event;
  offer();
});
addEventListener("appinstalled", () => show("install", false));
document.addEventListener("htmx:afterSettle", offer);
document.addEventListener("click", async ({ target }) => {
  if (target.closest("#install-later")) {
    localStorage.setItem(LATER, "yes");
    show("install", false);
  }
  if (target.closest("#install-now") && invitation) {
    await invitation.prompt();
    invitation = null;
    show("install", false);
  }
});
offer();

function offer() {
  const installed = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  const byHand = navigator.standalone === false; // only Safari on a phone or tablet has it
  const onSettings = location.pathname.startsWith("/settings");
  if (installed || !(invitation || byHand) || (localStorage.getItem(LATER) && !onSettings)) return;
  show("install-now", Boolean(invitation));
  show("install-by-hand", byHand);
  show("install-later", !onSettings);
  show("install", true);
}

function show(id, shown) {
  const part = document.getElementById(id);
  if (part) part.hidden = !shown;
}
