/** The line above the messages: where one is, what it is about, and the buttons of this side. */

import { avatar } from "./avatars.js";
import { conditions } from "./conditions.js";
import { element, replaceChildren } from "./elements.js";
import { icon } from "./icons.js";
import { memberName } from "./world.js";

export function mountHeader(session, drawers) {
  const title = element("h2", { class: "header-title" });
  const topic = element("p", { class: "header-topic" });
  const tell = (kind) => () => session.tell(kind);
  const viewerButton = element("button", {
    type: "button",
    class: "viewer-button",
    onclick: tell("choose-person"),
  });
  const beside = headerButton("side-by-side", "Side by side", "beside", tell("side-by-side"));
  beside.append(visibleLabel("Side by side"));
  const leave = headerButton("leave", "", "close", tell("leave-seat"));
  session.watch(["world", "place", "seating"], () => {
    const { place, viewer, hasNeighbour } = session;
    const name = memberName(viewer);
    viewerButton.setAttribute("aria-label", `Be somebody else than ${name}`);
    replaceChildren(
      viewerButton,
      avatar(viewer.user, "small"),
      hasNeighbour && element("span", { class: "viewer-name" }, name),
    );
    replaceChildren(title, icon(place.kind), element("span", {}, place.title));
    topic.textContent = place.topic;
    beside.hidden = hasNeighbour;
    leave.hidden = !hasNeighbour;
    setLabel(leave, `Close ${name}'s side`);
  });
  return element(
    "header",
    { class: "header" },
    drawerButton("sidebar", "Show channels", "menu", () => drawers.openSidebar()),
    title,
    topic,
    conditionsButton(session),
    beside,
    viewerButton,
    drawerButton("members", "Member list", "people", () => drawers.toggleMembers()),
    leave,
  );
}

/** Opens the panel, and carries the number of armed faults. */
function conditionsButton(session) {
  const button = headerButton("conditions", "Faults and clock", "bolt", () =>
    session.tell("show-conditions"),
  );
  const draw = () => {
    const { armed, isPanelOpen } = conditions;
    const mark = element("span", { class: "conditions-mark" }, String(armed.length));
    replaceChildren(
      button,
      icon("bolt"),
      visibleLabel("Faults and clock"),
      armed.length > 0 && mark,
    );
    button.setAttribute("aria-description", armed.length > 0 ? `${armed.length} armed` : "");
    button.setAttribute("aria-expanded", String(isPanelOpen));
  };
  conditions.addEventListener("change", draw, { signal: session.ending.signal });
  draw();
  return button;
}

/** Written out where there is room. */
const visibleLabel = (text) => element("span", { class: "button-label" }, text);

function headerButton(name, label, picture, onclick) {
  const classes = `icon-button button-${name}`;
  const button = element("button", { type: "button", class: classes, onclick }, icon(picture));
  setLabel(button, label);
  return button;
}

function setLabel(button, label) {
  button.setAttribute("aria-label", label);
  button.title = label;
}

function drawerButton(drawer, label, picture, onclick) {
  const button = headerButton(drawer, label, picture, onclick);
  button.dataset.drawerButton = drawer;
  button.setAttribute("aria-expanded", "false");
  return button;
}
