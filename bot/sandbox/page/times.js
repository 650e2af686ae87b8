/** Times as Discord writes them, in the reader's own zone. */

// The world of the sandbox speaks American English, and so do all texts of the page.
const LOCALE = "en-US";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

const relativeFormat = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

/** One of Discord's timestamp styles; `R` is relative, an unknown one reads as `f`. */
export function formatTime(date, style) {
  if (style === "R") return formatRelative(date);
  return new Intl.DateTimeFormat(LOCALE, STYLES[style] ?? STYLES.f).format(date);
}

function formatRelative(date) {
  const seconds = Math.round((date.getTime() - Date.now()) / 1000);
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relativeFormat.format(Math.trunc(seconds / size), unit);
}

/** When a message was sent: the time alone for today, else with its day. */
export function formatMessageTime(date) {
  const days = calendarDay(new Date()) - calendarDay(date);
  if (days === 0) return formatTime(date, "t");
  if (days === 1) return `Yesterday at ${formatTime(date, "t")}`;
  return `${formatTime(date, "d")} ${formatTime(date, "t")}`;
}

/** A number for the day, by the reader's own midnight. */
export function calendarDay(date) {
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** Writes the relative times below a node anew, so that "in 2 minutes" stays true. */
export function refreshRelativeTimes(root) {
  for (const node of root.querySelectorAll("time[data-relative]")) {
    node.textContent = formatRelative(new Date(node.dateTime));
  }
}
