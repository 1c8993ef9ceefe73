/* What is due, out of the copy on this phone. Headings and lateness go by the phone's own date: what was coming on
   Thursday is for today on Saturday, whether or not there was a signal in between. The words are those of the page
   (netcard/followups/wording.py). */

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const NEAR = 14; // days ahead for which a weekday says more than a month

const two = (number) => String(number).padStart(2, "0");

/** Today on this phone, as 2026-11-25. */
export function thisDay(date = new Date()) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** All that is open under its headings: { overdue, today, coming }. What is late or open now stands by how long, what is
    coming by when it opens. */
export function grouped(dues, today) {
  const under = { overdue: [], today: [], coming: [] };
  for (const due of dues) if (!due.lapses_on || today < due.lapses_on) under[heading(due, today)].push(due);
  under.coming.sort((one, other) => (one.opens_on < other.opens_on ? -1 : Number(one.opens_on > other.opens_on)));
  return under;
}

/** What can be done now, the latest first. */
export function waitingNow(dues, today) {
  const { overdue, today: open } = grouped(dues, today);
  return [...overdue, ...open];
}

function heading(due, today) {
  if (today > due.late_after) return "overdue";
  return today >= due.opens_on ? "today" : "coming";
}

/** Where one stands, in words, and whether it is late. */
export function stateOf(due, today) {
  const late = heading(due, today) === "overdue";
  if (due.clock) return { words: agreed(due, today), late };
  if (late) {
    const days = between(due.late_after, today);
    return { words: `${days} ${days === 1 ? "day" : "days"} late`, late };
  }
  if (today < due.opens_on) return { words: dayAhead(due.opens_on, today), late };
  if (due.by) return { words: today < due.by ? `By ${dayAhead(due.by, today)}` : "Last day", late };
  if (due.word) return { words: due.word, late };
  return { words: due.since ? `Day ${between(due.since, today)}` : "Today", late };
}

function agreed({ day, clock, opens_on: opens }, today) {
  if (today <= day) return `${dayAhead(day, today)}, ${clock}`;
  return today >= opens ? "How did it go?" : dayAhead(opens, today);
}

/** A day to come: Today, Tomorrow, Wed 25, 15 Dec, 15 Dec 2027. */
export function dayAhead(day, today) {
  const ahead = between(today, day);
  if (ahead === 0 || ahead === 1) return ["Today", "Tomorrow"][ahead];
  const date = new Date(day);
  if (ahead > 1 && ahead < NEAR) return `${WEEKDAYS[date.getUTCDay()]} ${date.getUTCDate()}`;
  const month = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return day.slice(0, 4) === today.slice(0, 4) ? month : `${month} ${day.slice(0, 4)}`;
}

/* Whole days; a date alone is read as UTC, where every day has 24 hours. */
function between(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
