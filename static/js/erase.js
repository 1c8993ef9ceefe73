/* An erased account leaves nothing on the phone it was erased from: not the copy of its people, nor what waited to be sent.
   Only a confirmed erasure counts, in the tab that asked for it: a link to the last page must not empty anybody's outbox. */

import { change } from "./store.js";

const ASKED = "netcard-erasing";
const form = document.getElementById("erase");

if (form) {
  sessionStorage.removeItem(ASKED); // refused, or asked for and left
  form.addEventListener("submit", () => sessionStorage.setItem(ASKED, form.dataset.owner));
} else if (sessionStorage.getItem(ASKED)) {
  await forget(sessionStorage.getItem(ASKED));
  sessionStorage.clear();
}

function forget(owner) {
  return change(["kept", "outbox", "draft"], async (tx) => {
    await tx.objectStore("kept").clear();
    await tx.objectStore("draft").delete(owner);
    const outbox = tx.objectStore("outbox");
    for (const id of await outbox.index("owner").getAllKeys(owner)) await outbox.delete(id);
  });
}
