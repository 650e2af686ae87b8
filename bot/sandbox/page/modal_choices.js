/** Radio groups, groups of checkboxes and single checkboxes of a modal. */

import { element, replaceChildren, uniqueId } from "./elements.js";
import { fieldGroup, fieldNode, fieldNote } from "./modal_layout.js";

const RADIO_GROUP = 21;

/** One of several, or some of several. */
export function choicesField(control, label) {
  const isRadio = control.type === RADIO_GROUP;
  const required = control.required !== false;
  const name = uniqueId("choice");
  const inputs = control.options.map((option) => drawInput(option, isRadio ? "radio" : "checkbox"));
  for (const input of inputs) input.name = name;
  const note = fieldNote();
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const check = () => {
    const said = isRadio
      ? required && chosen().length === 0 && "Choose one, please."
      : problemOf(chosen().length, control, inputs.length, required);
    replaceChildren(note, said);
    if (said) inputs[0].focus();
    return !said;
  };
  const rows = inputs.map((input, index) => drawRow(input, control.options[index]));
  return {
    node: fieldGroup({ ...label, role: isRadio ? "radiogroup" : "group", required }, [rows, note]),
    customId: control.custom_id,
    read: () => (isRadio ? (chosen()[0] ?? null) : chosen()),
    check,
  };
}

function problemOf(count, control, all, required) {
  if (!required && count === 0) return null;
  const { min_values: least = required ? 1 : 0, max_values: most = all } = control;
  if (count < least) return `Choose at least ${least}, please.`;
  return count > most ? `Choose at most ${most}, please.` : null;
}

/** A single yes or no. */
export function boxField(control, label) {
  const id = uniqueId("field");
  const input = element("input", {
    id,
    type: "checkbox",
    checked: Boolean(control.default),
    data: { customId: control.custom_id },
  });
  return {
    node: fieldNode({ ...label, id, required: false }, [input]),
    customId: control.custom_id,
    read: () => input.checked,
    check: () => true,
  };
}

function drawInput({ value, default: chosen }, type) {
  return element("input", { type, value, id: uniqueId("choice"), checked: Boolean(chosen) });
}

function drawRow(input, { label, description }) {
  return element(
    "p",
    { class: "choice" },
    input,
    element("label", { for: input.id }, label, description && element("small", {}, description)),
  );
}
