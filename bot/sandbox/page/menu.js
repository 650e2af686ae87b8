/** A menu that opens where one pressed: arrows move in it, Escape or a press beside it leave it. */

import { element } from "./elements.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const MARGIN_PIXELS = 8;

let closeOpen = () => {};

/**
 * Opens a menu of groups `{title, items: [{content, act}]}` at `{left, top}`; the focus comes back
 * to where it was.
 */
export function openMenu({ label, groups, at }) {
  closeOpen();
  const opener = document.activeElement;
  const attributes = { class: "menu", role: "menu", "aria-label": label, tabindex: "-1" };
  const node = element("div", attributes, groups.filter(hasItems).map(drawGroup));
  const ending = new AbortController();
  const close = () => {
    ending.abort();
    node.remove();
    closeOpen = () => {};
    opener?.focus({ preventScroll: true });
  };
  closeOpen = close;
  document.body.append(node);
  place(node, at);
  const { signal } = ending;
  node.addEventListener("keydown", (event) => onKey(event, node, close));
  node.addEventListener("click", ({ target }) => target.closest("[role=menuitem]") && close());
  node.addEventListener("contextmenu", (event) => event.preventDefault());
  const leave = ({ target }) => node.contains(target) || close();
  document.addEventListener("pointerdown", leave, { signal, capture: true });
  addEventListener("resize", close, { signal });
  node.querySelector("[role=menuitem]").focus();
}

const hasItems = ({ items }) => items.length > 0;

function drawGroup({ title, items }) {
  const heading = title && element("p", { class: "menu-title", "aria-hidden": "true" }, title);
  const attributes = { class: "menu-group", role: "group", "aria-label": title };
  return element("div", attributes, heading, items.map(drawItem));
}

function drawItem({ content, act }) {
  const attributes = { type: "button", class: "menu-item", role: "menuitem", tabindex: "-1" };
  const button = element("button", attributes, content);
  // After the menu has given the focus back, so that what opens next keeps it.
  button.addEventListener("click", () => queueMicrotask(act));
  return button;
}

/** At the press, moved so far that all of it is seen. */
function place(node, { left, top }) {
  const { width, height } = node.getBoundingClientRect();
  const inside = (wanted, size, room) =>
    `${Math.max(MARGIN_PIXELS, Math.min(wanted, room - size - MARGIN_PIXELS))}px`;
  node.style.setProperty("left", inside(left, width, innerWidth));
  node.style.setProperty("top", inside(top, height, innerHeight));
}

function onKey(event, node, close) {
  const items = [...node.querySelectorAll("[role=menuitem]")];
  const index = items.indexOf(document.activeElement);
  const { key } = event;
  if (key === "Escape" || key === "Tab") close();
  else if (key in STEPS) items.at((index + STEPS[key]) % items.length).focus();
  else if (key === "Home" || key === "End") items.at(key === "Home" ? 0 : -1).focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
