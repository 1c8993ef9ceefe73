/* Says on an offline page when netcard can be reached again. The page stays as it is until asked: somebody may be writing. */

const place = document.getElementById("signal");

async function look() {
  try {
    const answer = await fetch("/livez", { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(5000) });
    if (!answer.ok || !answer.headers.has("Netcard-Build")) return;
  } catch {
    return;
  }
  place.querySelector("b").textContent = place.dataset.back;
  place.querySelector(".btn").textContent = "Open the full page";
  removeEventListener("online", look);
}

if (place) {
  addEventListener("online", look);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
}
