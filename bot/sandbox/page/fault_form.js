/** The form in which one chooses a fault and arms it. */

import { ApiError, armFault } from "./api.js";
import { conditions } from "./conditions.js";
import { element, replaceChildren, uniqueId } from "./elements.js";
import { FAULT_KINDS, findKind } from "./fault_kinds.js";

export function mountFaultForm() {
  const chooser = drawSelect("fault", groupedKinds(), { id: uniqueId("fault") });
  const words = element("div", { class: "fault-words" });
  const fields = element("div", { class: "fault-fields" });
  const said = element("p", { class: "form-said", role: "status", data: { faultSaid: "" } });
  const problem = element("p", { class: "form-problem", role: "alert" });
  const send = element("button", { type: "submit", class: "button button-primary" });

  function draw() {
    const kind = findKind(chooser.value);
    replaceChildren(words, element("p", {}, kind.does), drawExpected(kind));
    replaceChildren(fields, kind.fields.map(drawField));
    send.textContent = kind.isAtOnce ? "Do it now" : "Arm";
    replaceChildren(said);
    replaceChildren(problem);
  }

  async function arm(event) {
    event.preventDefault();
    const kind = findKind(chooser.value);
    const problemSaid = await attempt({ fault: kind.name, ...readFields(kind, fields) });
    replaceChildren(problem, problemSaid);
    replaceChildren(said, !problemSaid && (kind.isAtOnce ? "Done." : "Armed."));
  }

  // "Armed." is no longer true once all of it was used up.
  conditions.addEventListener("change", () => conditions.armed.length || replaceChildren(said));
  chooser.addEventListener("change", draw);
  draw();
  return element(
    "form",
    { class: "fault-form", onsubmit: arm },
    element("label", { for: chooser.id }, "Fault"),
    chooser,
    words,
    fields,
    element("div", { class: "form-end" }, send, said),
    problem,
  );
}

/** Asks for it; gives the sandbox's sentence when it says no. */
export async function attempt(body) {
  try {
    const { armed } = await armFault(body);
    conditions.takeArmed(armed);
    return null;
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}

function groupedKinds() {
  const groups = Map.groupBy(FAULT_KINDS, ({ group }) => group);
  return [...groups].map(([group, kinds]) =>
    element(
      "optgroup",
      { label: group },
      kinds.map(({ name, title }) => element("option", { value: name }, title)),
    ),
  );
}

const drawExpected = ({ see }) => element("p", {}, element("strong", {}, "You should see: "), see);

function drawField(field) {
  const id = uniqueId("fault-field");
  if (field.choices) return drawChoice(field, id);
  if (field.least === undefined) return drawCheck(field, id);
  const input = element("input", {
    id,
    name: field.name,
    type: "number",
    min: String(field.least),
    max: String(field.most),
    step: String(field.step ?? 1),
    value: String(field.value),
    required: true,
  });
  return labelled(field, id, input);
}

function drawChoice(field, id) {
  const options = field.choices.map(([value, label]) =>
    element("option", { value: String(value), selected: value === field.value }, String(label)),
  );
  return labelled(field, id, drawSelect(field.name, options, { id }));
}

function drawCheck(field, id) {
  const box = element("input", { id, name: field.name, type: "checkbox", checked: field.value });
  return element("p", { class: "check-field" }, box, element("label", { for: id }, field.label));
}

const labelled = ({ label }, id, control) =>
  element("p", { class: "fault-field" }, element("label", { for: id }, label), control);

const drawSelect = (name, options, attributes) =>
  element("select", { name, ...attributes }, options);

function readFields(kind, root) {
  const read = ({ name, choices, least }) => {
    const control = root.querySelector(`[name="${name}"]`);
    if (control.type === "checkbox") return control.checked;
    const isNumber = least !== undefined || typeof choices[0][0] === "number";
    return isNumber ? Number(control.value) : control.value;
  };
  return Object.fromEntries(kind.fields.map((field) => [field.name, read(field)]));
}
