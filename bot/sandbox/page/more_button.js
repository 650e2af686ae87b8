/** The button with three dots, which opens the menu of the row it stands in. */

import { element } from "./elements.js";
import { icon } from "./icons.js";

export function moreButton(label) {
  const attributes = {
    type: "button",
    class: "more-button",
    "aria-label": label,
    "aria-haspopup": "menu",
    title: "More",
    data: { opensMenu: "" },
  };
  return element("button", attributes, icon("more"));
}
