/**
 * On a narrow screen the two sides become drawers over the messages; on a wide one they just stand
 * there.
 */

import { element } from "./elements.js";

// The same widths as in layout.css.
const NARROW = {
  sidebar: matchMedia("(max-width: 700px)"),
  members: matchMedia("(max-width: 1000px)"),
};

export function createDrawers(root) {
  const backdrop = element("button", {
    type: "button",
    class: "backdrop",
    "aria-label": "Close",
    hidden: true,
  });
  let openName = null;
  let membersWanted = true;
  let opener = null;

  function isShown(name) {
    if (NARROW[name].matches) return openName === name;
    return name === "sidebar" || membersWanted;
  }

  /** What is out of sight must be out of the way of the Tab key and of screen readers too. */
  function show() {
    root.dataset.drawer = openName ?? "";
    root.toggleAttribute("data-members", isShown("members"));
    for (const name of Object.keys(NARROW)) root.querySelector(`#${name}`).inert = !isShown(name);
    root.querySelector("main").inert = openName !== null;
    backdrop.hidden = openName === null;
    for (const button of root.querySelectorAll("[data-drawer-button]")) {
      button.setAttribute("aria-expanded", String(isShown(button.dataset.drawerButton)));
    }
  }

  function open(name) {
    if (!NARROW[name].matches || openName === name) return;
    opener = document.activeElement;
    openName = name;
    show();
    (root.querySelector(`#${name} button`) ?? backdrop).focus();
  }

  function close() {
    if (openName === null) return;
    openName = null;
    show();
    opener?.focus();
  }

  function toggleMembers() {
    if (NARROW.members.matches) return openName === "members" ? close() : open("members");
    membersWanted = !membersWanted;
    return show();
  }

  function onResize() {
    openName = null;
    show();
  }

  backdrop.addEventListener("click", close);
  root.addEventListener("keydown", (event) => event.key === "Escape" && close());
  for (const width of Object.values(NARROW)) width.addEventListener("change", onResize);
  return { backdrop, show, close, toggleMembers, openSidebar: () => open("sidebar") };
}
