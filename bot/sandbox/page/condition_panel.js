/** The panel of faults and of the clock, beside the messages or, on a phone, over them. */

import { mountClockForm } from "./clock_form.js";
import { conditions } from "./conditions.js";
import { element, replaceChildren } from "./elements.js";
import { attempt, mountFaultForm } from "./fault_form.js";
import { detailsOf, findKind, timesLeft } from "./fault_kinds.js";
import { icon } from "./icons.js";

/** Gives the panel's node, and `toggle` for the buttons that open it. */
export function mountConditionPanel() {
  const closeButton = element(
    "button",
    { type: "button", class: "icon-button", "aria-label": "Close faults and clock" },
    icon("close"),
  );
  const armed = element("div", { class: "armed", tabindex: "-1" });
  const node = element(
    "aside",
    { class: "conditions", "aria-label": "Faults and clock", hidden: true },
    element(
      "header",
      { class: "conditions-header" },
      element("h2", {}, "Faults and clock"),
      closeButton,
    ),
    element(
      "div",
      { class: "conditions-body" },
      section("Clock", mountClockForm()),
      section("Armed", armed),
      section("Faults", mountFaultForm()),
    ),
  );
  const draw = () => {
    const hadFocus = armed.contains(document.activeElement);
    replaceChildren(armed, drawArmed());
    // The button is gone with what it disarmed.
    if (hadFocus) (armed.querySelector("button") ?? armed).focus();
  };
  conditions.addEventListener("change", draw);
  draw();
  const { toggle, close } = createOpening(node, closeButton);
  closeButton.addEventListener("click", close);
  return { node, toggle };
}

/** Opens with the focus inside, and gives it back to the button that opened it. */
function createOpening(node, closeButton) {
  let opener = null;
  const close = () => {
    node.hidden = true;
    conditions.showPanel(false);
    opener?.focus();
  };
  const toggle = () => {
    if (!node.hidden) return close();
    opener = document.activeElement;
    node.hidden = false;
    conditions.showPanel(true);
    return closeButton.focus();
  };
  node.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  return { toggle, close };
}

const section = (title, content) =>
  element("section", { "aria-label": title }, element("h3", {}, title), content);

function drawArmed() {
  if (conditions.armed.length === 0) return element("p", { class: "quiet" }, "Nothing is armed.");
  const disarm = () => attempt({ fault: "none" });
  return [
    element("ul", { "aria-label": "Armed faults" }, conditions.armed.map(drawFault)),
    element("button", { type: "button", class: "button", onclick: disarm }, "Disarm all"),
  ];
}

function drawFault(fault) {
  return element(
    "li",
    { data: { fault: fault.fault } },
    element("strong", {}, findKind(fault.fault)?.title ?? fault.fault),
    element("span", { class: "times-left" }, timesLeft(fault)),
    element("small", {}, detailsOf(fault)),
  );
}
