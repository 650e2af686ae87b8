/** Times as Discord writes them, in the reader's own zone. */

import { sandboxNow } from "./clock.js";
import { element } from "./elements.js";

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
  const seconds = Math.round((date.getTime() - sandboxNow()) / 1000);
  // What is all but a whole unit reads as one: "in 2 days", not "tomorrow", a second later.
  const nearly = Math.abs(seconds) * 1.01;
  const [unit, size] = UNITS.find(([, length]) => nearly >= length) ?? ["second", 1];
  return relativeFormat.format(Math.round(seconds / size), unit);
}

/** When a message was sent: the time alone for today, else with its day. */
function formatMessageTime(date) {
  const days = calendarDay(new Date(sandboxNow())) - calendarDay(date);
  if (days === 0) return formatTime(date, "t");
  if (days === 1) return `Yesterday at ${formatTime(date, "t")}`;
  return `${formatTime(date, "d")} ${formatTime(date, "t")}`;
}

/** A number for the day, by the reader's own midnight. */
export function calendarDay(date) {
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** A time on the page; `style` as Discord's, or "message" for when something was written. */
export function drawTime(date, style, attributes = {}) {
  const node = element("time", {
    datetime: date.toISOString(),
    title: formatTime(date, "F"),
    ...attributes,
  });
  if (style in CHANGING) node.setAttribute(CHANGING[style].mark, "");
  node.textContent = (CHANGING[style]?.format ?? ((when) => formatTime(when, style)))(date);
  return node;
}

// What reads otherwise as time goes by: "in 2 minutes", "Yesterday at".
const CHANGING = {
  R: { mark: "data-relative", format: formatRelative },
  message: { mark: "data-written", format: formatMessageTime },
};

/** Writes the times below a node anew where they have changed since. */
export function refreshTimes(root) {
  for (const { mark, format } of Object.values(CHANGING)) {
    for (const node of root.querySelectorAll(`time[${mark}]`)) {
      const text = format(new Date(node.dateTime));
      if (node.textContent !== text) node.textContent = text;
    }
  }
}
