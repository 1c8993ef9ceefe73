/* The plan is taken anew after each tap, and once captures were sent. A form that is being filled in stays as it is,
   and what was folded open stays open; only the form that was sent makes way for the answer. */

let open = [];
let focused = null;

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const plan = document.getElementById("plan");
  open = [];
  if (!plan || !detail.shouldSwap || !(detail.target === plan || detail.target.contains(plan))) return;
  const sent = detail.requestConfig.elt;
  open = [...plan.querySelectorAll("details[open]")].filter((each) => each.querySelector("details") || !each.contains(sent));
  focused = document.activeElement;
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  // whom one met stands in another part of the event's page too
  if (/\/(un)?met$/.test(detail.requestConfig.path)) document.body.dispatchEvent(new CustomEvent("netcard:met"));
  for (const old of open.splice(0)) {
    const fresh = document.getElementById(old.id);
    if (!fresh || fresh === old) continue;
    if (old.querySelector("details")) fresh.open = true;
    else {
      fresh.replaceWith(old);
      window.htmx?.process(old);
      if (old.contains(focused)) focused.focus();
    }
  }
});
