/**
 * What opens a menu: the right button, a long press, the menu key, and the buttons for it. One
 * listener serves a whole side; rows say by `data-message-id` and `data-user-id` what they are.
 */

import { openMessageMenu, openUserMenu } from "./context_menus.js";
import { findUser } from "./world.js";

const LONG_PRESS_MILLISECONDS = 500;
// A finger never lies quite still.
const STILL_PIXELS = 10;
const NATIVE = "a, input, textarea, select";

export function listenForMenus(root, session) {
  /** Opens the menu of what lies there; tells whether there was one. */
  function open(target, at) {
    const row = target.closest?.("[data-user-id], [data-message-id]");
    if (!row || target.closest(NATIVE)) return false;
    const message = session.messages.get(row.dataset.messageId);
    const user =
      row.dataset.userId && findUser(session.world, row.dataset.userId, session.messages);
    if (user) openUserMenu(session, user, at);
    else if (message && !message.local) openMessageMenu(session, message, at);
    else return false;
    return true;
  }

  root.addEventListener("contextmenu", (event) => {
    const at = { left: event.clientX, top: event.clientY };
    if (open(event.target, at)) event.preventDefault();
  });
  root.addEventListener("keydown", (event) => {
    const isMenuKey = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    if (isMenuKey && open(event.target, below(event.target))) event.preventDefault();
  });
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-opens-menu]");
    if (button) open(button, below(button));
  });
  listenForLongPress(root, open);
}

function below(node) {
  const { left, bottom } = node.getBoundingClientRect();
  return { left, top: bottom + 4 };
}

/** Not every phone turns a long press into a `contextmenu` event. */
function listenForLongPress(root, open) {
  let timer = 0;
  let start = { left: 0, top: 0 };
  let hasOpened = false;
  const cancel = () => clearTimeout(timer);
  root.addEventListener("pointerdown", ({ pointerType, target, clientX, clientY }) => {
    cancel();
    hasOpened = false;
    if (pointerType !== "touch") return;
    start = { left: clientX, top: clientY };
    timer = setTimeout(() => (hasOpened = open(target, start)), LONG_PRESS_MILLISECONDS);
  });
  root.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - start.left, clientY - start.top) > STILL_PIXELS) cancel();
  });
  for (const kind of ["pointerup", "pointercancel", "contextmenu"])
    root.addEventListener(kind, cancel);
  // Letting go after a long press must not press what lies there.
  root.addEventListener(
    "click",
    (event) => {
      if (!hasOpened) return;
      hasOpened = false;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}
