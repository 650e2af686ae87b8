/**
 * Where a side is narrow its channels and members become drawers over the messages; where it is
 * wide they just stand there.
 */

import { element } from "./elements.js";

// The same widths as in layout.css.
const NARROW_PIXELS = { sidebar: 700, members: 1000 };

/** `parts` are the two that can become drawers, by name; `main` is the middle they lie over. */
export class Drawers {
  main = element("div", { class: "main" });
  backdrop = element("button", {
    type: "button",
    class: "backdrop",
    "aria-label": "Close",
    hidden: true,
    onclick: () => this.close(),
  });
  #root;
  #parts;
  #narrow = {};
  #openName = null;
  #membersWanted = true;
  #opener = null;

  constructor(root, parts) {
    this.#root = root;
    this.#parts = parts;
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    new ResizeObserver(() => this.#measure()).observe(root);
  }

  openSidebar() {
    this.#open("sidebar");
  }

  toggleMembers() {
    if (this.#narrow.members)
      return this.#openName === "members" ? this.close() : this.#open("members");
    this.#membersWanted = !this.#membersWanted;
    return this.#show();
  }

  close() {
    if (this.#openName === null) return;
    this.#openName = null;
    this.#show();
    this.#opener?.focus();
  }

  #open(name) {
    if (!this.#narrow[name] || this.#openName === name) return;
    this.#opener = document.activeElement;
    this.#openName = name;
    this.#show();
    (this.#parts[name].querySelector("button") ?? this.backdrop).focus();
  }

  #isShown(name) {
    if (this.#narrow[name]) return this.#openName === name;
    return name === "sidebar" || this.#membersWanted;
  }

  /** What is out of sight must be out of the way of the Tab key and of screen readers too. */
  #show() {
    const isOpen = this.#openName !== null;
    this.#root.dataset.drawer = this.#openName ?? "";
    this.#root.toggleAttribute("data-members", this.#isShown("members"));
    for (const [name, part] of Object.entries(this.#parts)) part.inert = !this.#isShown(name);
    this.main.inert = isOpen;
    this.backdrop.hidden = !isOpen;
    for (const button of this.#root.querySelectorAll("[data-drawer-button]")) {
      const { drawerButton: name } = button.dataset;
      button.setAttribute("aria-expanded", String(this.#isShown(name)));
      button.setAttribute("aria-controls", this.#parts[name].id);
    }
  }

  #measure() {
    const before = JSON.stringify(this.#narrow);
    for (const [name, width] of Object.entries(NARROW_PIXELS))
      this.#narrow[name] = this.#root.clientWidth <= width;
    if (JSON.stringify(this.#narrow) === before) return;
    this.#openName = null;
    this.#show();
  }
}
