/** A modal: the bot's form in a dialog, which keeps the focus until it is sent or left. */

import { element, replaceChildren, uniqueId } from "./elements.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown_view.js";
import { isSelect, SelectMenu } from "./select.js";

const TEXT_INPUT = 4;
const TEXT_DISPLAY = 10;
const LABEL = 18;
const PARAGRAPH = 2;
const ROOM = 4000;

/** Shows the form; `submit` gets the values and gives back a problem to show, if any. */
export function openModal(modal, session, submit) {
  const titleId = uniqueId("modal");
  const fields = modal.components.flatMap((component) => createFields(component, session));
  const problem = element("p", { class: "modal-problem", role: "alert" });
  const dialog = element("dialog", { class: "modal", "aria-labelledby": titleId });
  const close = () => dialog.close();
  const send = element("button", { type: "submit", class: "button button-primary" }, "Submit");
  const onsubmit = async (event) => {
    event.preventDefault();
    if (send.disabled || !fields.every((field) => field.check())) return;
    send.disabled = true;
    const said = await submit(
      Object.fromEntries(
        fields.filter((field) => field.read).map((field) => [field.customId, field.read()]),
      ),
    );
    send.disabled = false;
    if (said) replaceChildren(problem, said);
    else close();
  };
  dialog.append(
    element(
      "header",
      { class: "modal-header" },
      element("h2", { id: titleId }, modal.title),
      element(
        "button",
        { type: "button", class: "icon-button", "aria-label": "Close", onclick: close },
        icon("close"),
      ),
    ),
    element(
      "form",
      { novalidate: true, onsubmit },
      element(
        "div",
        { class: "modal-body" },
        problem,
        fields.map((field) => field.node),
      ),
      element(
        "footer",
        { class: "modal-footer" },
        element(
          "button",
          { type: "button", class: "button button-plain", onclick: close },
          "Cancel",
        ),
        send,
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector("input, textarea, .select-button") ?? send).focus();
}

/**
 * The fields of one top-level component: a row of text inputs, a label with its control, or a
 * text.
 */
function createFields(component, session) {
  if (component.type === TEXT_DISPLAY)
    return [{ node: markdown(component.content, session), check: () => true }];
  if (component.type === LABEL) return [createField(component.component, component, session)];
  return component.components.map((inner) => createField(inner, inner, session));
}

function createField(control, { label, description }, session) {
  if (control.type === TEXT_INPUT) return textField(control, label, description);
  if (isSelect(control)) return selectField(control, label, description, session);
  return { node: element("p", {}, `This page cannot show "${label}" yet.`), check: () => true };
}

function textField(control, label, description) {
  const id = uniqueId("field");
  const required = control.required !== false;
  const attributes = {
    id,
    placeholder: control.placeholder,
    maxlength: String(control.max_length ?? ROOM),
    "aria-required": String(required),
    "aria-describedby": `${id}-note`,
    data: { customId: control.custom_id },
  };
  const input =
    control.style === PARAGRAPH
      ? element("textarea", { ...attributes, rows: "4" })
      : element("input", { ...attributes, type: "text", autocomplete: "off" });
  input.value = control.value ?? "";
  const note = element("p", { class: "field-note", id: `${id}-note` });
  const check = () => {
    const said = problemOf(input.value, control, required);
    replaceChildren(note, said);
    input.setAttribute("aria-invalid", String(Boolean(said)));
    if (said) input.focus();
    return !said;
  };
  return {
    node: fieldNode(id, label, description, required, [input, note]),
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

function selectField(control, label, description, session) {
  const id = uniqueId("field");
  const required = control.required !== false;
  const select = new SelectMenu(control, session, () => {});
  select.button.id = id;
  const note = element("p", { class: "field-note" });
  const check = () => {
    const complete = !required || select.isComplete;
    replaceChildren(note, !complete && "This field is required.");
    if (!complete) select.button.focus();
    return complete;
  };
  return {
    node: fieldNode(id, label, description, required, [select.node, note]),
    customId: control.custom_id,
    read: () => select.values,
    check,
  };
}

function fieldNode(id, label, description, required, controls) {
  const mark = required && element("span", { class: "required-mark", "aria-hidden": "true" }, "*");
  return element(
    "div",
    { class: "field" },
    element("label", { for: id }, label, mark),
    description && element("p", { class: "field-description" }, description),
    controls,
  );
}
