/** A picture as large as the window, with its alt text below. */

import { element } from "./elements.js";
import { icon } from "./icons.js";

/** Shows the picture until one presses Escape, the cross, or anywhere beside it. */
export function openPicture(address, description) {
  const close = () => dialog.close();
  const attributes = {
    type: "button",
    class: "icon-button",
    "aria-label": "Close",
    onclick: close,
  };
  const dialog = element(
    "dialog",
    { class: "picture-dialog", "aria-label": "Picture" },
    element("button", attributes, icon("close")),
    element("img", { src: address, alt: description ?? "" }),
    description && element("p", { "aria-hidden": "true" }, description),
  );
  dialog.addEventListener("click", ({ target }) => target === dialog && close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
