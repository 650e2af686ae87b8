/**
 * One option of the command in the composer: its name, what is typed, and what can be picked for
 * it.
 */

import { avatar } from "./avatars.js";
import { createAutocomplete } from "./autocomplete.js";
import { element, uniqueId } from "./elements.js";
import { icon } from "./icons.js";
import { actionOf } from "./option_keys.js";
import { drawOptionHeading, drawOptionName } from "./option_label.js";
import {
  candidates,
  filterCandidates,
  isPicked,
  kindOf,
  readTyped,
  typedCandidate,
  TYPES,
} from "./option_values.js";

const NUMERIC = [TYPES.integer, TYPES.number];

/**
 * The host is the command's entry: `submit`, `advance`, `next`, `back`, `readAll`, and the context
 * of the composer.
 */
export class OptionField {
  #host;
  #input;
  #autocomplete;
  #picked = null;
  #touched = false;

  constructor(host, option, text) {
    const id = uniqueId("option");
    this.option = option;
    this.#host = host;
    this.#input = drawInput(id, option);
    this.#autocomplete = option.autocomplete ? createAutocomplete(host, option) : null;
    this.node = drawField(id, option, this.#input);
    this.#listen();
    this.#setText(text);
  }

  get text() {
    return this.#input.value;
  }

  get isEmpty() {
    return this.text.trim() === "";
  }

  focus() {
    this.#input.focus();
  }

  /** `{value}` to send, `{problem}` to tell, or nothing for an option that is left out. */
  read() {
    const { option } = this;
    if (this.isEmpty)
      return option.required ? { problem: `${option.name} is required (${kindOf(option)}).` } : {};
    const known = this.#autocomplete
      ? this.#autocomplete.known()
      : candidates(option, this.#host.session);
    const chosen = this.#picked ?? typedCandidate(known, this.text);
    if (chosen) return { value: chosen.value };
    if (isPicked(option))
      return { problem: `Pick ${option.name} from the list (${kindOf(option)}).` };
    return readTyped(option, this.text);
  }

  mark(problem) {
    this.node.toggleAttribute("data-wrong", Boolean(problem));
    this.#input.setAttribute("aria-invalid", String(Boolean(problem)));
  }

  #listen() {
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#pressed(event));
    this.#input.addEventListener("focus", () => {
      this.#touched = false;
      this.#suggest();
    });
    this.#input.addEventListener("blur", () => this.#autocomplete?.cancel());
  }

  #setText(text) {
    this.#input.value = text;
    this.#fitWidth();
  }

  /** As wide as its text, like the words around it. */
  #fitWidth() {
    this.#input.size = Math.max(this.text.length, 3);
  }

  #typed() {
    this.#touched = true;
    this.#picked = null;
    this.#fitWidth();
    this.mark(null);
    this.#host.say("");
    this.#suggest();
  }

  /** Brings up what fits the text; the bot is asked where it said it would complete. */
  #suggest() {
    if (this.#autocomplete)
      return this.#autocomplete.ask(this.text, (found, note) => this.#offer(found, note));
    const all = candidates(this.option, this.#host.session);
    const found = filterCandidates(all, this.#picked ? "" : this.text);
    return this.#offer(found, all.length > 0 && found.length === 0 ? "Nothing matches." : "");
  }

  #offer(found, note) {
    const rows = found.map((candidate) => ({
      content: drawCandidate(candidate),
      take: (goOn) => this.#take(candidate, goOn),
    }));
    this.#host.suggestions.show(this.#input, {
      heading: drawOptionHeading(this.option),
      rows,
      note,
    });
  }

  #take(candidate, goOn = () => this.#host.advance()) {
    this.#autocomplete?.cancel();
    this.#picked = candidate;
    this.#setText(candidate.label);
    this.mark(null);
    this.#host.suggestions.hide();
    goOn();
  }

  async #takeMarked(goOn) {
    // Who types fast and presses Enter means what the bot is about to suggest.
    await this.#autocomplete?.settled();
    // An earlier key can have waited for the same answer: then this one is about what follows.
    if (this.#picked) (goOn ?? (() => this.#host.submit()))();
    else if (this.#host.suggestions.hasRows) this.#host.suggestions.take(goOn);
    else this.#host.submit();
  }

  #move(step) {
    this.#touched = true;
    this.#host.suggestions.move(step);
  }

  #pressed(event) {
    const action = event.isComposing ? null : actionOf(event, this.#state());
    if (!action) return;
    event.preventDefault();
    const host = this.#host;
    const actions = {
      down: () => this.#move(1),
      up: () => this.#move(-1),
      take: () => this.#takeMarked(),
      "take-and-go": () => this.#takeMarked(() => host.next(this)),
      send: () => host.submit(),
      back: () => host.back(this),
      close: () => host.suggestions.hide(),
    };
    actions[action]();
  }

  #state() {
    return {
      open: this.#host.suggestions.hasRows || Boolean(this.#autocomplete?.isAsking()),
      empty: this.text === "",
      settled: this.#picked !== null,
      touched: this.#touched,
      required: this.option.required,
    };
  }
}

function drawField(id, option, input) {
  const label = drawOptionName(option, id);
  return element("span", { class: "option-field", data: { option: option.name } }, label, input);
}

function drawInput(id, option) {
  return element("input", {
    id,
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    inputmode: NUMERIC.includes(option.type) ? "decimal" : null,
    enterkeyhint: "send",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-required": String(Boolean(option.required)),
    "aria-description": `${option.description} (${kindOf(option)})`,
  });
}

function drawCandidate({ label, detail, member, icon: picture }) {
  return [
    member && avatar(member.user, "small"),
    picture && icon(picture),
    element(
      "span",
      { class: "suggestion-text" },
      element("span", { class: "suggestion-label" }, label),
    ),
    detail && element("span", { class: "suggestion-source" }, detail),
  ];
}
