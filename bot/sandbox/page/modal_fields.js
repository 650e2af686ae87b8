/**
 * The fields of a modal: texts, selects, choices, files. Each is `{node, customId, read, check}`;
 * `check` says what is wrong beside the field and tells whether nothing is.
 */

import { element, replaceChildren, uniqueId } from "./elements.js";
import { markdown } from "./markdown_view.js";
import { boxField, choicesField } from "./modal_choices.js";
import { FileUpload } from "./modal_files.js";
import { fieldNode, fieldNote } from "./modal_layout.js";
import { isSelect, SelectMenu } from "./select.js";

const TEXT_INPUT = 4;
const TEXT_DISPLAY = 10;
const LABEL = 18;
const FILE_UPLOAD = 19;
const CHOICES = [21, 22];
const CHECKBOX = 23;
const PARAGRAPH = 2;
const ROOM = 4000;

/**
 * The fields of one top-level component: a row of text inputs, a label with its control, or a
 * text.
 */
export function createFields(component, session) {
  if (component.type === TEXT_DISPLAY)
    return [{ node: markdown(component.content, session), check: () => true }];
  if (component.type === LABEL) return [createField(component.component, component, session)];
  return component.components.map((inner) => createField(inner, inner, session));
}

function createField(control, label, session) {
  if (control.type === TEXT_INPUT) return textField(control, label);
  if (control.type === FILE_UPLOAD) return new FileUpload(control, label);
  if (control.type === CHECKBOX) return boxField(control, label);
  if (CHOICES.includes(control.type)) return choicesField(control, label);
  if (isSelect(control)) return selectField(control, label, session);
  const said = `This page cannot show "${label.label}" yet.`;
  return { node: element("p", {}, said), check: () => true };
}

function textField(control, label) {
  const id = uniqueId("field");
  const required = control.required !== false;
  const note = fieldNote();
  const attributes = {
    id,
    placeholder: control.placeholder,
    maxlength: String(control.max_length ?? ROOM),
    "aria-required": String(required),
    "aria-describedby": note.id,
    data: { customId: control.custom_id },
  };
  const input =
    control.style === PARAGRAPH
      ? element("textarea", { ...attributes, rows: "4" })
      : element("input", { ...attributes, type: "text", autocomplete: "off" });
  input.value = control.value ?? "";
  const check = () => {
    const said = problemOf(input.value, control, required);
    replaceChildren(note, said);
    input.setAttribute("aria-invalid", String(Boolean(said)));
    if (said) input.focus();
    return !said;
  };
  return {
    node: fieldNode({ ...label, id, required }, [input, note]),
    customId: control.custom_id,
    read: () => input.value,
    check,
  };
}

function problemOf(text, control, required) {
  if (text.trim() === "") return required ? "This field is required." : null;
  if (text.length < (control.min_length ?? 0))
    return `At least ${control.min_length} characters, please.`;
  return null;
}

function selectField(control, label, session) {
  const id = uniqueId("field");
  const required = control.required !== false;
  const select = new SelectMenu(control, session, () => {});
  select.button.id = id;
  const note = fieldNote();
  const check = () => {
    const complete = select.isComplete || (!required && select.values.length === 0);
    replaceChildren(note, !complete && "This field is required.");
    if (!complete) select.button.focus();
    return complete;
  };
  return {
    node: fieldNode({ ...label, id, required }, [select.node, note]),
    customId: control.custom_id,
    read: () => select.values,
    check,
  };
}
