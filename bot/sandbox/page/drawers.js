/** On a narrow screen the two sides become drawers over the messages; on a wide one they just stand there. */

import { element } from "./elements.js";

const SIDEBAR_NARROW = matchMedia("(max-width: 700px)");
const MEMBERS_NARROW = matchMedia("(max-width: 1000px)");

export function createDrawers(root) {
  const state = { open: null, membersWanted: true };
  const backdrop = element("button", {
    type: "button",
    class: "backdrop",
    "aria-label": "Close",
    hidden: true,
  });
  let opener = null;

  function show() {
    const sidebar = root.querySelector(".sidebar");
    const members = root.querySelector(".members");
    const membersShown = MEMBERS_NARROW.matches ? state.open === "members" : state.membersWanted;
    const sidebarShown = !SIDEBAR_NARROW.matches || state.open === "sidebar";
    // What is out of sight must be out of the way of the Tab key and of screen readers.
    sidebar.inert = !sidebarShown;
    members.inert = !membersShown;
    root.dataset.drawer = state.open ?? "";
    root.toggleAttribute("data-members", membersShown);
    root.querySelector("main").inert = state.open !== null;
    backdrop.hidden = state.open === null;
    for (const button of root.querySelectorAll("[data-drawer-button]")) {
      const shown = button.dataset.drawerButton === "members" ? membersShown : sidebarShown;
      button.setAttribute("aria-expanded", String(shown));
    }
  }

  function open(name) {
    opener = document.activeElement;
    state.open = name;
    show();
    const first = root
      .querySelector(name === "members" ? ".members" : ".sidebar")
      .querySelector("button");
    (first ?? backdrop).focus();
  }

  function close() {
    if (state.open === null) return;
    state.open = null;
    show();
    opener?.focus();
  }

  function toggleMembers() {
    if (MEMBERS_NARROW.matches) return state.open === "members" ? close() : open("members");
    state.membersWanted = !state.membersWanted;
    return show();
  }

  backdrop.addEventListener("click", close);
  root.addEventListener("keydown", (event) => event.key === "Escape" && close());
  for (const width of [SIDEBAR_NARROW, MEMBERS_NARROW])
    width.addEventListener("change", () => (close(), show()));
  return {
    backdrop,
    show,
    close,
    toggleMembers,
    openSidebar: () => SIDEBAR_NARROW.matches && open("sidebar"),
  };
}
