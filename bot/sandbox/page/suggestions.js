/**
 * The list above the composer: commands, or what an option may be. The focus stays in the input
 * below it.
 */

import { element, replaceChildren, uniqueId } from "./elements.js";

/** Shows rows `{content, take(goOn)}` below a title; the input that owns it passes on the keys. */
export class Suggestions {
  #listId = uniqueId("suggestions");
  #title = element("div", { class: "suggestions-title" });
  #list = element("ul", {
    class: "suggestions-list",
    id: this.#listId,
    role: "listbox",
    "aria-label": "Suggestions",
  });
  #note = element("p", { class: "suggestions-note", role: "status" });
  #rows = [];
  #marked = -1;
  #owner = null;

  constructor() {
    this.node = element(
      "div",
      { class: "suggestions", hidden: true },
      this.#title,
      this.#list,
      this.#note,
    );
    // A press in the list must not take the focus from the input.
    this.node.addEventListener("mousedown", (event) => event.preventDefault());
  }

  get hasRows() {
    return this.#rows.length > 0;
  }

  show(input, { heading, rows, note = "" }) {
    if (this.#owner !== input) this.#release();
    this.#owner = input;
    this.#rows = rows;
    this.#marked = rows.length > 0 ? 0 : -1;
    replaceChildren(this.#title, heading);
    replaceChildren(
      this.#list,
      rows.map((row, index) => this.#drawRow(row, index)),
    );
    replaceChildren(this.#note, note);
    this.#list.hidden = rows.length === 0;
    this.node.hidden = false;
    this.#tellOwner();
  }

  hide() {
    this.#release();
    this.#rows = [];
    this.#marked = -1;
    this.node.hidden = true;
  }

  move(step) {
    if (!this.hasRows) return;
    this.#marked = (this.#marked + step + this.#rows.length) % this.#rows.length;
    this.#tellOwner();
  }

  /** Takes the marked row; `goOn` says what comes after. */
  take(goOn) {
    this.#rows[this.#marked]?.take(goOn);
  }

  #drawRow(row, index) {
    const attributes = {
      class: "suggestion",
      role: "option",
      id: `${this.#listId}-${index}`,
      onclick: () => row.take(),
    };
    return element("li", attributes, row.content);
  }

  /** Marks the row, and tells screen readers through the input, which keeps the focus. */
  #tellOwner() {
    const rows = [...this.#list.children];
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === this.#marked)));
    this.#owner.setAttribute("aria-controls", this.#listId);
    this.#owner.setAttribute("aria-expanded", String(this.hasRows));
    if (!this.hasRows) return this.#owner.removeAttribute("aria-activedescendant");
    this.#owner.setAttribute("aria-activedescendant", rows[this.#marked].id);
    return rows[this.#marked].scrollIntoView({ block: "nearest" });
  }

  #release() {
    this.#owner?.setAttribute("aria-expanded", "false");
    this.#owner?.removeAttribute("aria-activedescendant");
    this.#owner = null;
  }
}
