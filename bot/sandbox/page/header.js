/** The bar above the messages: where one is, and the buttons of the two drawers. */

import { avatar } from "./avatars.js";
import { element, replaceChildren } from "./elements.js";
import { icon } from "./icons.js";
import { memberName } from "./world.js";

export function mountHeader(session, drawers) {
  const title = element("h2", { class: "header-title" });
  const topic = element("p", { class: "header-topic" });
  const viewerButton = element("button", {
    type: "button",
    class: "viewer-button",
    onclick: () => session.dispatchEvent(new Event("choose-person")),
  });
  session.watch(["world", "place"], () => {
    const { place, viewer } = session;
    viewerButton.setAttribute("aria-label", `Be somebody else than ${memberName(viewer)}`);
    replaceChildren(viewerButton, avatar(viewer.user, "small"));
    replaceChildren(title, icon(place.kind), element("span", {}, place.title));
    topic.textContent = place.topic;
  });
  return element(
    "header",
    { class: "header" },
    drawerButton("sidebar", "Show channels", "menu", drawers.openSidebar),
    title,
    topic,
    element(
      "span",
      { class: "sandbox-mark", title: "A Discord on this machine: nothing leaves it" },
      "Sandbox",
    ),
    viewerButton,
    drawerButton("members", "Member list", "people", drawers.toggleMembers),
  );
}

function drawerButton(drawer, label, picture, onclick) {
  const attributes = {
    type: "button",
    class: `icon-button button-${drawer}`,
    "aria-label": label,
    "aria-expanded": "false",
    "aria-controls": drawer,
  };
  return element(
    "button",
    { ...attributes, title: label, data: { drawerButton: drawer }, onclick },
    icon(picture),
  );
}
