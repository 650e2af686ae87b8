/**
 * A select menu: a button that opens a list; one value is sent at once, several when the list
 * closes.
 */

import { avatar } from "./avatars.js";
import { element, replaceChildren, uniqueId } from "./elements.js";
import { icon } from "./icons.js";
import { channelCandidates, memberCandidates, roleCandidates } from "./option_values.js";

const STRING = 3;
const SOURCES = {
  [STRING]: (component) =>
    component.options.map(({ label, value, description, emoji, default: chosen }) => ({
      label,
      value,
      detail: description,
      emoji: emoji?.name,
      chosen,
    })),
  5: (component, { world }) => memberCandidates(world),
  6: (component, { world }) => roleCandidates(world),
  7: (component, { world }) => [...memberCandidates(world), ...roleCandidates(world)],
  8: (component, { world, viewer }) => channelCandidates(world, viewer, component.channel_types),
};

export const isSelect = (component) => component.type in SOURCES;

/** The menu; `send` gets the chosen values, `values` is for a form, which reads them at its end. */
export class SelectMenu {
  #component;
  #items;
  #chosen;
  #send;
  #list;
  #before = "";

  constructor(component, session, send) {
    this.#component = component;
    this.#items = SOURCES[component.type](component, session);
    this.#chosen = new Set(
      this.#items.filter((item) => isDefault(item, component)).map((item) => item.value),
    );
    this.#send = send;
    const listId = uniqueId("select");
    this.#list = element("ul", {
      class: "select-list",
      id: listId,
      role: "listbox",
      "aria-label": placeholderOf(component),
      "aria-multiselectable": String(this.#most > 1),
      hidden: true,
    });
    this.#list.append(...this.#items.map((item) => drawItem(item, () => this.#choose(item.value))));
    this.button = drawButton(component, listId);
    this.node = element("div", { class: "select" }, this.button, this.#list);
    this.#listen();
    this.#draw();
  }

  get values() {
    return [...this.#chosen];
  }

  get isComplete() {
    return this.#chosen.size >= (this.#component.min_values ?? 1);
  }

  get #most() {
    return this.#component.max_values ?? 1;
  }

  #listen() {
    this.button.addEventListener("click", () => (this.#list.hidden ? this.#open() : this.#close()));
    this.#list.addEventListener("keydown", (event) =>
      moveOrLeave(event, this.#list, () => this.#close()),
    );
    this.node.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.node.contains(relatedTarget)) this.#close({ refocus: false });
    });
  }

  #draw() {
    const labels = this.#items
      .filter(({ value }) => this.#chosen.has(value))
      .map(({ label }) => label);
    const placeholder = placeholderOf(this.#component);
    const text =
      labels.length > 0
        ? element("span", {}, labels.join(", "))
        : element("span", { class: "placeholder" }, placeholder);
    replaceChildren(this.button, text, icon("chevron"));
    for (const item of this.#list.children)
      item.setAttribute("aria-selected", String(this.#chosen.has(item.dataset.value)));
  }

  #choose(value) {
    const isSingle = this.#most === 1;
    const wasChosen = this.#chosen.has(value);
    if (isSingle) this.#chosen.clear();
    if (wasChosen) this.#chosen.delete(value);
    if ((!wasChosen && this.#chosen.size < this.#most) || (isSingle && !this.isComplete))
      this.#chosen.add(value);
    this.#draw();
    if (isSingle) this.#close();
  }

  #open() {
    this.#before = this.values.join();
    this.#list.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.#list.scrollIntoView({ block: "nearest" });
    (this.#list.querySelector("[aria-selected=true]") ?? this.#list.firstChild)?.focus();
  }

  #close({ refocus = true } = {}) {
    if (this.#list.hidden) return;
    this.#list.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (refocus) this.button.focus();
    if (this.values.join() !== this.#before && this.isComplete) this.#send(this.values);
  }
}

const placeholderOf = ({ placeholder }) => placeholder || "Make a selection";

function isDefault(item, component) {
  return item.chosen || Boolean(component.default_values?.some(({ id }) => id === item.value));
}

function drawButton(component, listId) {
  return element("button", {
    type: "button",
    class: "select-button",
    disabled: component.disabled,
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-controls": listId,
    data: { customId: component.custom_id },
  });
}

function drawItem(item, choose) {
  const onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose();
  };
  return element(
    "li",
    {
      class: "select-item",
      role: "option",
      tabindex: "-1",
      data: { value: item.value },
      onclick: choose,
      onkeydown,
    },
    item.member && avatar(item.member.user, "small"),
    item.icon && icon(item.icon),
    item.emoji && element("span", { class: "button-emoji" }, item.emoji),
    element(
      "span",
      { class: "select-text" },
      item.label,
      item.detail && element("small", {}, item.detail),
    ),
    icon("check"),
  );
}

function moveOrLeave(event, list, close) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") close();
  else if (step) {
    const items = [...list.children];
    items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
