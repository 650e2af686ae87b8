/** The messages of a place: grouped, in order, kept at the end unless one scrolled up. */

import { drawMessage } from "./message.js";
import { arrangeChildren, element } from "./elements.js";
import { icon } from "./icons.js";
import { calendarDay, formatTime } from "./times.js";
import { drawWelcome } from "./welcome.js";
import { placeName } from "./places.js";

const GROUP_MILLISECONDS = 7 * 60 * 1000;
const NEAR_END_PIXELS = 80;

export function mountMessageList(session) {
  const list = element("ol", { class: "message-list" });
  const scroller = element(
    "div",
    { class: "scroller", role: "log", tabindex: "0", "aria-live": "polite" },
    list,
  );
  const jump = element(
    "button",
    { type: "button", class: "jump", hidden: true, onclick: () => toEnd(scroller) },
    "Newer messages below",
    icon("down"),
  );
  const root = element("section", { class: "messages" }, scroller, jump);
  let drawn = new Map();
  let following = true;

  function draw() {
    const focus = rememberFocus(list, session);
    const before = lastKey(drawn);
    drawn = nextRows(session, drawn);
    arrangeChildren(
      list,
      [...drawn.values()].map((row) => row.node),
    );
    focus.restore();
    if (following) toEnd(scroller);
    else if (lastKey(drawn) !== before) jump.hidden = false;
  }

  scroller.addEventListener("scroll", () => {
    following = isAtEnd(scroller);
    if (following) jump.hidden = true;
  });
  // Pictures come later than their message, and the composer grows: who was at the end stays there.
  const growth = new ResizeObserver(() => following && toEnd(scroller));
  growth.observe(list);
  growth.observe(scroller);
  session.addEventListener("place", () => {
    drawn = new Map();
    list.replaceChildren();
    following = true;
  });
  // Who acts wants to see what comes of it.
  session.addEventListener("acting", () => toEnd(scroller));
  session.watch(["messages", "world"], draw);
  session.watch(["place"], () =>
    scroller.setAttribute("aria-label", `Messages in ${placeName(session.place)}`),
  );
  return root;
}

const lastKey = (rows) => [...rows.keys()].at(-1);

const isAtEnd = (scroller) =>
  scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PIXELS;

function toEnd(scroller) {
  scroller.scrollTop = scroller.scrollHeight;
}

/** The rows for what the session holds; a row whose content is the same keeps its node. */
function nextRows(session, drawn) {
  const rows = new Map();
  const keep = (key, content, build) => {
    const known = drawn.get(key);
    const same =
      known &&
      content.length === known.content.length &&
      content.every((part, index) => part === known.content[index]);
    rows.set(key, same ? known : { content, node: build() });
  };
  const messages = session.messages.list();
  keep("welcome", [session.world, session.place, session.viewer, messages.length > 0], () =>
    drawWelcome(session, messages.length > 0),
  );
  let previous = null;
  for (const message of messages) {
    const day = calendarDay(new Date(message.timestamp));
    if (!previous || calendarDay(new Date(previous.timestamp)) !== day)
      keep(`day-${day}`, [], () => drawDay(message));
    const grouped = isGrouped(message, previous);
    keep(message.id, [message, grouped, session.world], () =>
      drawMessage(message, { session, grouped }),
    );
    previous = message;
  }
  return rows;
}

function drawDay(message) {
  return element(
    "li",
    { class: "day", role: "separator" },
    element("span", {}, formatTime(new Date(message.timestamp), "D")),
  );
}

/** Whether a message stands below its author's last one without naming the author again. */
function isGrouped(message, previous) {
  if (!previous || previous.author.id !== message.author.id) return false;
  if (message.interaction_metadata || message.message_reference || message.local || previous.local)
    return false;
  const apart = new Date(message.timestamp) - new Date(previous.timestamp);
  return (
    apart < GROUP_MILLISECONDS &&
    calendarDay(new Date(message.timestamp)) === calendarDay(new Date(previous.timestamp))
  );
}

/**
 * When the bot edits the message whose button was pressed, the focus stays on that button or its
 * message; when it is gone, the composer takes it.
 */
function rememberFocus(list, session) {
  const active = document.activeElement;
  if (!list.contains(active)) return { restore: () => {} };
  const messageId = active.closest("[data-message-id]")?.dataset.messageId;
  const pressable = (row) => [...row.querySelectorAll("[data-custom-id]")];
  const place = pressable(active.closest("[data-message-id]") ?? list).indexOf(active);
  return {
    restore() {
      if (list.contains(document.activeElement)) return;
      const row = list.querySelector(`[data-message-id="${CSS.escape(messageId ?? "")}"]`);
      // By place and not by custom id, which can change with every press.
      const same = row && place >= 0 ? pressable(row)[place] : null;
      const target = same && !same.disabled ? same : row;
      if (target) target.focus({ preventScroll: true });
      else session.dispatchEvent(new Event("focus-composer"));
    },
  };
}
