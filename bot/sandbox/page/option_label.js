/** How an option introduces itself: its name beside the field, and its heading above the list. */

import { element } from "./elements.js";
import { kindOf } from "./option_values.js";

/** The name, with a star where it is required; a label for the field of this id. */
export function drawOptionName(option, id) {
  const star = element("span", { class: "required-mark", "aria-hidden": "true" }, "*");
  return element("label", { for: id }, option.name, option.required && star);
}

/** What stands above the suggestions: name, description, kind. */
export function drawOptionHeading(option) {
  const need = option.required ? "required" : "optional";
  const kind = element("span", { class: "suggestion-source" }, `${kindOf(option)}, ${need}`);
  return [element("strong", {}, option.name), " ", option.description, kind];
}
