/** An option that takes a file in the composer: a button, and the file once one was chosen. */

import { element, replaceChildren, uniqueId } from "./elements.js";
import { forSending, readableSize, readFile } from "./files.js";
import { icon } from "./icons.js";
import { drawOptionHeading, drawOptionName } from "./option_label.js";

/** Like `OptionField`; its `text` is the chosen file, so that a recalled command has it again. */
export class FileField {
  #host;
  #file;
  #button;
  #input = element("input", { type: "file", hidden: true });

  constructor(host, option, file) {
    this.option = option;
    this.#host = host;
    this.#file = file || null;
    this.#button = element("button", {
      type: "button",
      id: uniqueId("option"),
      class: "file-button",
    });
    this.node = element(
      "span",
      { class: "option-field", data: { option: option.name } },
      drawOptionName(option, this.#button.id),
      this.#button,
      this.#input,
    );
    this.#listen();
    this.#draw();
  }

  get text() {
    return this.#file ?? "";
  }

  get isEmpty() {
    return this.#file === null;
  }

  focus() {
    this.#button.focus();
  }

  read() {
    const { option } = this;
    if (this.#file) return { value: forSending(this.#file) };
    return option.required ? { problem: `${option.name} is required (file).` } : {};
  }

  mark(problem) {
    this.node.toggleAttribute("data-wrong", Boolean(problem));
  }

  /** Takes a file that was chosen or dropped. */
  async take(file) {
    const read = await readFile(file);
    this.#host.say(read.problem ?? "");
    if (read.problem) return;
    this.#file = read;
    this.mark(null);
    this.#draw();
    this.#host.suggestions.hide();
    this.#host.advance();
  }

  #listen() {
    this.#button.addEventListener("click", () => this.#input.click());
    this.#button.addEventListener("keydown", (event) => this.#pressed(event));
    this.#button.addEventListener("focus", () => this.#explain());
    this.#input.addEventListener("change", () => {
      const [file] = this.#input.files;
      // The same file can be chosen again after it was taken away.
      if (file) this.take(file).then(() => (this.#input.value = ""));
    });
  }

  #explain() {
    const note = this.#file
      ? "Enter sends the command, Delete takes the file away."
      : "Press Enter to choose a file, or drop one here.";
    const heading = drawOptionHeading(this.option);
    this.#host.suggestions.show(this.#button, { heading, rows: [], note });
  }

  #draw() {
    const { option } = this;
    const said = this.#file
      ? `${this.#file.filename} (${readableSize(this.#file.size)})`
      : "Choose a file";
    this.#button.setAttribute("aria-label", `${said} for ${option.name}`);
    replaceChildren(this.#button, icon("file"), said);
  }

  #pressed(event) {
    const { key } = event;
    if (key === "Enter" && this.#file) this.#host.submit();
    else if ((key === "Backspace" || key === "Delete") && this.#file) this.#clear();
    else if (key === "Backspace") this.#host.back(this);
    else return;
    event.preventDefault();
  }

  #clear() {
    this.#file = null;
    this.#draw();
    this.#explain();
  }
}
