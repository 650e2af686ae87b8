/** The composer's line of text; what begins with a slash brings up the commands. */

import { filterCommands, offeredCommands, typedOut } from "./commands.js";
import { avatar } from "./avatars.js";
import { element } from "./elements.js";
import { icon } from "./icons.js";
import { placeName } from "./places.js";
import { userName } from "./world.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const HINT = "This sandbox is for commands. Type / to see what the bot can do.";

/** `take(entry)` gets the command that was chosen, `recall()` brings back the last one. */
export function createTextEntry({ session, suggestions, say }, { take, recall }) {
  const input = drawInput(`Message ${placeName(session.place)}`);

  function refresh() {
    say("");
    if (!input.value.startsWith("/")) return suggestions.hide();
    const typed = input.value.slice(1);
    const offered = offeredCommands(session);
    const exact = typedOut(offered, typed);
    return exact ? take(exact) : showFound(filterCommands(offered, typed), typed.trim());
  }

  function showFound(found, typed) {
    const heading = typed ? `Commands matching /${typed}` : "Commands";
    const rows = found.map((entry) => commandRow(entry, take));
    suggestions.show(input, { heading, rows, note: found.length > 0 ? "" : noMatch(session) });
  }

  function onkeydown(event) {
    const { key } = event;
    const open = suggestions.hasRows;
    if (open && key in STEPS) suggestions.move(STEPS[key]);
    else if (open && (key === "Enter" || (key === "Tab" && !event.shiftKey))) suggestions.take();
    else if (key === "Enter" && input.value.trim()) say(HINT);
    else if (key === "ArrowUp" && input.value === "") recall();
    else if (key === "Escape") suggestions.hide();
    else return;
    event.preventDefault();
  }

  function focus(text = input.value) {
    input.value = text;
    input.focus();
    refresh();
  }

  /** The commands can come later than what one typed to see them. */
  function offerAnew() {
    if (document.activeElement === input) refresh();
  }

  input.addEventListener("input", refresh);
  input.addEventListener("focus", refresh);
  input.addEventListener("keydown", onkeydown);
  const openPicker = () => focus(input.value.startsWith("/") ? input.value : "/");
  return {
    node: element("div", { class: "entry" }, drawPickerButton(openPicker), input),
    focus,
    offerAnew,
  };
}

function drawInput(label) {
  return element("input", {
    class: "text-entry",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    enterkeyhint: "send",
    placeholder: `${label} – type / for commands`,
    "aria-label": label,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
  });
}

function drawPickerButton(onclick) {
  const label = "Show commands";
  const attributes = {
    type: "button",
    class: "icon-button",
    "aria-label": label,
    title: label,
    onclick,
  };
  return element("button", attributes, icon("commands"));
}

function noMatch({ world }) {
  return world.applications.length > 0
    ? "No command matches. Delete a little to see more."
    : "No bot is connected yet.";
}

function commandRow(entry, take) {
  const content = [
    avatar(entry.application.user, "small"),
    element(
      "span",
      { class: "suggestion-text" },
      element(
        "span",
        { class: "suggestion-label" },
        `/${entry.path}`,
        entry.options
          .filter((option) => option.required)
          .map((option) => element("span", { class: "suggestion-option" }, option.name)),
      ),
      element("span", { class: "suggestion-detail" }, entry.description),
    ),
    element("span", { class: "suggestion-source" }, userName(entry.application.user)),
  ];
  return { content, take: () => take(entry) };
}
