/** A short word at the foot of the window, which goes away by itself. */

import { element } from "./elements.js";

const SHOWN_MILLISECONDS = 2500;

const node = element("p", { class: "toast", role: "status", data: { toast: "" } });
let timer = 0;

export function toast(text) {
  if (!node.isConnected) document.body.append(node);
  node.textContent = text;
  clearTimeout(timer);
  timer = setTimeout(() => (node.textContent = ""), SHOWN_MILLISECONDS);
}
