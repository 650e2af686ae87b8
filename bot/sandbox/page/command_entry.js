/** A taken command in the composer: its name, a field for each option, and what can be added. */

import { element, replaceChildren } from "./elements.js";
import { FileField } from "./file_field.js";
import { icon } from "./icons.js";
import { OptionField } from "./option_field.js";
import { TYPES } from "./option_values.js";

/** `send(options, texts)` gets the checked values, `leave(text)` goes back to plain text. */
export class CommandEntry {
  #actions;
  #fields = [];
  #fieldsNode = element("span", { class: "option-fields" });
  #addable = element("span", {
    class: "addable-options",
    role: "group",
    "aria-label": "Options you can add",
  });
  #chip;
  #sendButton;

  constructor({ session, suggestions, say }, command, { texts, send, leave }) {
    Object.assign(this, { session, suggestions, say, command });
    this.#actions = { send, leave };
    this.#chip = drawChip(command);
    this.#sendButton = drawSendButton(() => this.submit());
    this.node = drawEntry(command, [this.#chip, this.#fieldsNode, this.#addable], this.#sendButton);
    const shown = command.options.filter(({ name, required }) => required || texts[name]);
    shown.forEach((option) => this.#add(option, texts[option.name]));
    this.#drawAddable();
    this.#listen();
  }

  focus() {
    (this.#fields.find((field) => field.isEmpty) ?? this.#fields[0] ?? this.#chip).focus();
  }

  /** After a value was taken: on to the next option that must be filled in. */
  advance() {
    this.#fields.find((field) => field.option.required && field.isEmpty)?.focus();
  }

  /** Where Tab leads from a field. */
  next(field) {
    const following = this.#fields[this.#fields.indexOf(field) + 1];
    (following ?? this.#firstAddButton ?? this.#sendButton).focus();
  }

  /** Backspace in an empty field: an optional one goes away, the first one gives the text back. */
  back(field) {
    const index = this.#fields.indexOf(field);
    if (!field.option.required) this.#remove(field);
    const before = this.#fields[index - 1] ?? (field.option.required ? null : this.#fields[0]);
    if (before) before.focus();
    else this.#actions.leave(`/${this.command.path}`);
  }

  /** Takes a dropped file into the first option that is free for one; tells whether there was. */
  takeFile(file) {
    const free = this.#fields.find((field) => isFile(field) && field.isEmpty);
    const shown = this.#fields.map(({ option }) => option);
    const left = this.command.options.find(
      (option) => option.type === TYPES.attachment && !shown.includes(option),
    );
    if (!free && !left) return false;
    const field = free ?? this.#add(left);
    this.#drawAddable();
    field.take(file);
    return true;
  }

  /**
   * The values so far, for autocomplete: what is not settled goes as it was typed, and files do not
   * travel with every letter.
   */
  readAll() {
    const filled = this.#fields.filter((field) => !field.isEmpty && !isFile(field));
    return byName(filled, (field) => field.read().value ?? field.text);
  }

  submit() {
    const problems = this.#fields.map((field) => field.read().problem);
    this.#fields.forEach((field, index) => field.mark(problems[index]));
    const wrong = problems.findIndex(Boolean);
    if (wrong === -1) return this.#send();
    this.#fields[wrong].focus();
    return this.say(problems[wrong]);
  }

  #send() {
    const filled = this.#fields.filter((field) => !field.isEmpty);
    this.#actions.send(
      byName(filled, (field) => field.read().value),
      byName(filled, (field) => field.text),
    );
  }

  get #firstAddButton() {
    return this.#addable.querySelector("button");
  }

  #add(option, text = "") {
    const Field = option.type === TYPES.attachment ? FileField : OptionField;
    const field = new Field(this, option, text);
    this.#fields.push(field);
    this.#fieldsNode.append(field.node);
    return field;
  }

  #remove(field) {
    this.#fields.splice(this.#fields.indexOf(field), 1);
    field.node.remove();
    this.#drawAddable();
  }

  #drawAddable() {
    const shown = this.#fields.map((field) => field.option.name);
    const left = this.command.options.filter((option) => !shown.includes(option.name));
    const buttons = left.map((option) => drawAddButton(option, () => this.#addAndFocus(option)));
    replaceChildren(this.#addable, buttons);
  }

  #addAndFocus(option) {
    this.#add(option).focus();
    this.#drawAddable();
  }

  #listen() {
    this.#chip.addEventListener("keydown", (event) => this.#pressedOnChip(event));
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.#actions.leave();
    });
  }

  /**
   * Where nothing must be filled in the name takes the keys: Enter sends, a letter begins the
   * first option.
   */
  #pressedOnChip(event) {
    const isLetter =
      event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey;
    if (isLetter) return this.#firstAddButton?.click();
    if (event.key === "Enter") this.submit();
    else if (event.key === "Backspace") this.#actions.leave(`/${this.command.path}`);
    else return undefined;
    return event.preventDefault();
  }
}

const isFile = (field) => field instanceof FileField;

const byName = (fields, read) =>
  Object.fromEntries(fields.map((field) => [field.option.name, read(field)]));

function drawEntry(command, parts, sendButton) {
  const label = `Command /${command.path}`;
  const attributes = {
    class: "entry command-entry",
    role: "group",
    "aria-label": label,
    "aria-description": command.description,
  };
  return element("div", attributes, element("span", { class: "command-parts" }, parts), sendButton);
}

function drawChip({ path }) {
  const attributes = {
    class: "command-chip",
    role: "button",
    tabindex: "0",
    "aria-description": "Enter sends the command",
  };
  return element("span", attributes, `/${path}`);
}

function drawSendButton(onclick) {
  const attributes = {
    type: "button",
    class: "icon-button send-button",
    "aria-label": "Send command",
    title: "Send (Enter)",
    onclick,
  };
  return element("button", attributes, icon("send"));
}

function drawAddButton({ name, description }, onclick) {
  const label = `Add option ${name}: ${description}`;
  const attributes = {
    type: "button",
    class: "add-option",
    "aria-label": label,
    title: description,
    onclick,
  };
  return element("button", attributes, icon("plus"), name);
}
