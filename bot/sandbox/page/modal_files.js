/** File uploads in a modal: a button, a place to drop files, and the list of those chosen. */

import { element, replaceChildren, uniqueId } from "./elements.js";
import { forSending, listenForDrops, readableSize, readFile } from "./files.js";
import { icon } from "./icons.js";
import { fieldNode, fieldNote } from "./modal_layout.js";

export class FileUpload {
  #files = [];
  #list = element("ul", { class: "chosen-files", "aria-label": "Chosen files" });
  #note = fieldNote();
  #button;
  #required;
  #least;
  #most;

  constructor(control, label) {
    const id = uniqueId("field");
    this.customId = control.custom_id;
    this.#required = control.required !== false;
    this.#least = control.min_values ?? 1;
    this.#most = control.max_values ?? 1;
    const input = this.#drawInput();
    const onclick = () => input.click();
    const text = this.#most > 1 ? "Choose files" : "Choose a file";
    this.#button = element("button", { type: "button", id, class: "button", onclick }, text);
    const zone = element(
      "div",
      { class: "drop-zone" },
      this.#button,
      this.#most > 1 ? " or drop them here" : " or drop it here",
      input,
    );
    listenForDrops(zone, (files) => this.#take(files));
    const parts = [zone, this.#list, this.#note];
    this.node = fieldNode({ ...label, id, required: this.#required }, parts);
  }

  read() {
    return this.#files.map(forSending);
  }

  check() {
    const count = this.#files.length;
    const isEnough = count === 0 ? !this.#required || this.#least === 0 : count >= this.#least;
    const said = this.#least > 1 ? `At least ${this.#least}, please.` : "This field is required.";
    replaceChildren(this.#note, !isEnough && said);
    if (!isEnough) this.#button.focus();
    return isEnough;
  }

  #drawInput() {
    const input = element("input", {
      type: "file",
      hidden: true,
      multiple: this.#most > 1,
      data: { customId: this.customId },
    });
    // Emptied, so that a file can be chosen again after it was taken away.
    const take = () => this.#take([...input.files]).then(() => (input.value = ""));
    input.addEventListener("change", take);
    return input;
  }

  async #take(added) {
    const read = await Promise.all(added.map(readFile));
    const wrong = read.find(({ problem }) => problem)?.problem;
    const files = [...this.#files, ...read.filter(({ problem }) => !problem)];
    // In a single place the newer file follows the older one; of several the last ones stay.
    const tooMany = this.#most > 1 && files.length > this.#most;
    this.#files = files.slice(-this.#most);
    replaceChildren(this.#note, wrong ?? (tooMany && `Only the last ${this.#most} files fit.`));
    this.#draw();
  }

  #remove(file) {
    this.#files.splice(this.#files.indexOf(file), 1);
    this.#draw();
    this.#button.focus();
  }

  #draw() {
    const rows = this.#files.map((file) => drawFile(file, () => this.#remove(file)));
    replaceChildren(this.#list, rows);
  }
}

function drawFile(file, remove) {
  const label = `Remove ${file.filename}`;
  return element(
    "li",
    {},
    icon("file"),
    element("span", {}, file.filename, element("small", {}, readableSize(file.size))),
    element(
      "button",
      { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: remove },
      icon("close"),
    ),
  );
}
