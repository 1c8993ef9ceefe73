/* The captures this phone still holds, in `#waiting`: each can be opened, sent again, or thrown away and taken back. */

import { captures, discard, flush, hold, onChange, owner, putBack, resend } from "./outbox.js";
import { say } from "./toasts.js";

const place = document.getElementById("waiting");
const TIME = new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" });
const DRAWINGS = {
  pencil: [["M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17", "2.6 2.74"], ["M12 8v4.5l3 1.8"]],
  warn: [["M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 7.5v5.5M12 16.25v.1"]],
};

let open = location.hash === "#waiting";

async function draw() {
  const found = await captures(await owner());
  open = place.querySelector("details")?.open ?? open;
  if (!found.length) {
    place.replaceChildren();
    return;
  }
  const rows = make("ul", { className: "rows" }, ...found.map(row));
  if (!("folded" in place.dataset)) {
    place.replaceChildren(make("div", { className: "rule" }, make("h2", {}, "On this phone")), rows);
    return;
  }
  const looks = found.some((each) => each.state === "look");
  const summary = make("summary", {}, "On this phone", state(looks ? "look" : "waiting", String(found.length)));
  const fold = make("details", { className: "fold" }, summary, rows);
  fold.open = open || looks;
  place.replaceChildren(fold);
}

function row(record) {
  const { id, fields, state: where, errors } = record;
  const wrong = where === "look";
  const name = fields.name || "No name yet";
  const when = TIME.format(new Date(fields.met_at || record.created));
  const person = make("div", { className: "person" },
    make("span", { className: "mini pencilled", ariaHidden: "true" }, initials(name)),
    make("div", {},
      make("b", { dir: "auto" }, name),
      make("p", { className: "meta" }, [when, fields.poster].filter(Boolean).join(", ")),
      ...Object.values(errors ?? {}).map((sentence) => make("p", { className: "meta late" }, sentence)),
      acts(record, name)),
    state(wrong ? "look" : "waiting"));
  return make("li", { id: `capture-${id}` }, person);
}

function acts(record, name) {
  const { id, errors, status } = record;
  const button = (word, work) => {
    const made = make("button", { type: "button", className: "btn quiet", ariaLabel: `${word}: ${name}` }, word);
    made.addEventListener("click", () => work().catch(() => say("That did not work on this phone just now.")));
    return made;
  };
  const buttons = [button("Open", () => mend(id))];
  if (record.state === "look" && record.photo && (status === 413 || errors?.photo)) {
    buttons.push(button("Send without the photo", () => resend(id, { photo: false })));
  } else if (record.state === "look" && status === 409) buttons.push(button("Send as a new one", () => resend(id, { afresh: true })));
  else if (record.state === "look") buttons.push(button("Send again", () => resend(id)));
  else buttons.push(button("Send now", () => flush()));
  buttons.push(button("Discard", () => throwAway(id, name)));
  return make("div", { className: "acts" }, ...buttons);
}

async function mend(id) {
  if (!(await hold(id))) {
    say("This one is on its way just now.");
    return;
  }
  const address = `/capture#mend=${id}`;
  if (location.pathname === "/capture") document.dispatchEvent(new CustomEvent("netcard:mend", { detail: id }));
  else location.assign(address);
}

async function throwAway(id, name) {
  const gone = await discard(id);
  if (gone) offerUndo(`Discarded ${name}.`, () => putBack(gone).then(() => flush()));
}

/** A toast whose Undo does `work`. */
export function offerUndo(words, work) {
  const toast = make("div", { className: "toast" }, make("span", { dir: "auto" }, words));
  const undo = make("button", { type: "button", className: "btn" }, "Undo");
  undo.addEventListener("click", () => {
    toast.remove();
    work();
  });
  toast.append(undo);
  document.getElementById("toasts").append(toast);
}

/** Where a capture stands: sign and word, as components/headings.html writes it. */
export function state(kind, word) {
  const [drawing, tone, usual] = { waiting: ["pencil", "later", "To send"], look: ["warn", "late", "Needs a look"] }[kind];
  return make("span", { className: `state ${tone}` }, icon(drawing), word ?? usual);
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "ico");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const [d, dashes] of DRAWINGS[name]) {
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", d);
    if (dashes) path.setAttribute("stroke-dasharray", dashes);
    svg.append(path);
  }
  return svg;
}

function make(tag, attributes, ...parts) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...parts.filter((part) => part !== null));
  return made;
}

function initials(name) {
  const words = (name.match(/\p{L}[\p{L}\p{M}'’-]*\.?/gu) ?? []).filter((word) => !/^(dr|prof|professor|mr|mrs|ms|mx)\.?$/i.test(word));
  const first = (word) => [...word][0].toUpperCase();
  return words.length ? first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "") : "?";
}

if (place) {
  onChange(({ changed, sent }) => (changed || sent) && draw());
  document.body.addEventListener("htmx:historyRestore", draw);
  draw();
}
