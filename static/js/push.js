/* Push messages to this device: one button and a sentence for each state it can be in.
   In the page: #push with data-key, the server's public key, and data-endpoint, where it sends for this sign-in;
   in it [data-state="…"] for each state, [data-push="on"] and [data-push="off"] the buttons. */

const region = document.getElementById("push");
const NEEDED = ["PushManager", "Notification"];

if (region) {
  region.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-push]");
    if (button) act(button);
  });
  look().then(show, () => show("unsupported"));
}

async function look() {
  const able = "serviceWorker" in navigator && NEEDED.every((name) => name in window);
  if (!able) return navigator.standalone === false ? "ios" : "unsupported"; // only Safari on a phone has it
  if (Notification.permission === "denied") return "blocked";
  const known = region.dataset.endpoint;
  const found = await subscription();
  if (!known) return "off"; // one that the server does not know may be another owner's: the button makes it anew
  if (found?.endpoint === known && sameKey(found)) return "on";
  if (found && Notification.permission === "granted") {
    await subscribe(); // the server's key changed, or the browser's address did
    await end(known);
    location.reload();
    return "busy";
  }
  await end(known);
  return "off";
}

async function act(button) {
  button.disabled = true;
  try {
    if (button.dataset.push === "on") await turnOn();
    else await turnOff();
  } catch {
    show("failed");
  }
  button.disabled = false;
}

async function turnOn() {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") {
    show(permission === "denied" ? "blocked" : "off");
    return;
  }
  show("busy");
  await subscribe();
  location.reload(); // the list of devices has one more
}

async function turnOff() {
  await end(region.dataset.endpoint);
  await (await subscription())?.unsubscribe();
  location.reload();
}

async function subscribe() {
  await (await subscription())?.unsubscribe();
  const registration = await navigator.serviceWorker.ready;
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(region.dataset.key) });
  const answer = await send("/settings/reminders/push", made);
  if (answer.ok) return;
  await made.unsubscribe();
  const { errors } = await answer.json();
  if (errors?.endpoint) region.querySelector("[data-why]").textContent = errors.endpoint;
  throw new Error("not taken");
}

function end(endpoint) {
  return send("/settings/reminders/push/end", { endpoint });
}

function send(address, body) {
  return fetch(address, {
    method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", Accept: "application/json" },
    redirect: "error", signal: AbortSignal.timeout(20000),
  });
}

async function subscription() {
  return (await navigator.serviceWorker.getRegistration())?.pushManager.getSubscription();
}

function sameKey({ options }) {
  const key = new Uint8Array(options.applicationServerKey ?? []);
  return key.join() === bytes(region.dataset.key).join();
}

function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}

function show(state) {
  for (const part of region.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state;
}
