/* A screen that dims while somebody aims at its code is a missed contact. */

const ask = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});

document.addEventListener("visibilitychange", ask);
ask();
