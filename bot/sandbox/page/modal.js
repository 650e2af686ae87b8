/** A modal: the bot's form in a dialog, which keeps the focus until it is sent or left. */

import { element, replaceChildren, uniqueId } from "./elements.js";
import { icon } from "./icons.js";
import { createFields } from "./modal_fields.js";

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
