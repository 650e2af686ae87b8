/** What the fields of a modal have in common: their label above, and what is wrong below. */

import { element, uniqueId } from "./elements.js";

/** Where a field says what is wrong with it. */
export const fieldNote = () =>
  element("p", { class: "field-note", id: uniqueId("note"), role: "alert" });

/** A control below the label of its id. */
export function fieldNode({ id, label, description, required }, controls) {
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, label, requiredMark(required)),
    drawDescription(description),
    controls,
  );
}

/** Several controls that share a name, as a group of this role. */
export function fieldGroup({ role, label, description, required }, controls) {
  const nameId = uniqueId("group");
  return element(
    "div",
    { class: "field", role, "aria-labelledby": nameId },
    element("p", { class: "field-name", id: nameId }, label, requiredMark(required)),
    drawDescription(description),
    controls,
  );
}

const requiredMark = (required) =>
  required && element("span", { class: "required-mark", "aria-hidden": "true" }, "*");

const drawDescription = (description) =>
  description && element("p", { class: "field-description" }, description);
