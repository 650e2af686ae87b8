/**
 * The messages of one place, in order, with what exists on this page only: waiting and failed
 * commands.
 */

import { compareSnowflakes } from "./snowflakes.js";

const LIMIT = 500;
const DISMISSED_KEY = "dismissed";

// What exists on this page only stands behind the message that was the last when it was made.
const placeOf = (message) => message.after ?? message.id;
const isLocal = (message) => Number(Boolean(message.local));

const ageOf = (message) => message.edited_timestamp ?? "";

export function createMessageBook() {
  const messages = new Map();
  const removed = readDismissed();

  function put(message) {
    const known = messages.get(message.id);
    // An answer can come after the stream's later news of the same message.
    if (removed.has(message.id) || (known && ageOf(known) > ageOf(message))) return;
    // The same again keeps its place on the page, and with it focus and open lists.
    if (!known || JSON.stringify(known) !== JSON.stringify(message))
      messages.set(message.id, message);
  }

  function remove(id) {
    // Remembered, so that a late answer does not bring the message back.
    removed.add(id);
    while (removed.size > LIMIT) removed.delete(removed.values().next().value);
    return messages.delete(id);
  }

  return {
    put,
    remove,
    get: (id) => messages.get(id),
    clear: () => messages.clear(),
    /** The last one that everybody knows of, "0" where there is none. */
    lastId: () => inOrder(messages).findLast(({ local }) => !local)?.id ?? "0",
    ids: () => [...messages.keys()],
    /**
     * Takes the whole place as the server knows it; what came after `before`, the ids at asking,
     * stays.
     */
    fill(all, before) {
      const listed = new Set(all.map(({ id }) => id));
      const gone = before.filter((id) => !listed.has(id) && !messages.get(id)?.local);
      gone.forEach((id) => messages.delete(id));
      all.forEach(put);
    },
    /** Hides a message that only this reader sees, also after a reload. */
    dismiss(id) {
      remove(id);
      // Read anew: the other side of the window keeps its own there too.
      const dismissed = [...readDismissed(), id].slice(-LIMIT);
      sessionStorage.setItem(DISMISSED_KEY, JSON.stringify(dismissed));
    },
    list: () => inOrder(messages).slice(-LIMIT),
  };
}

function inOrder(messages) {
  return [...messages.values()].sort(
    (left, right) =>
      compareSnowflakes(placeOf(left), placeOf(right)) || isLocal(left) - isLocal(right),
  );
}

function readDismissed() {
  return new Set(JSON.parse(sessionStorage.getItem(DISMISSED_KEY) ?? "[]"));
}
