/** The composer's line of text; what begins with a slash brings up the commands. */

import { filterCommands, offeredCommands, typedOut } from "./commands.js";
import { avatar } from "./avatars.js";
import { element } from "./elements.js";
import { icon } from "./icons.js";
import { placeName } from "./places.js";
import { userName } from "./world.js";

const HINT = "This sandbox is for commands. Type / to see what the bot can do.";

export function createTextEntry({ session, suggestions, say }, { take, recall }) {
  const label = `Message ${placeName(session.place)}`;
  const input = element("input", {
    class: "text-entry",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": label,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    placeholder: `${label} – type / for commands`,
    enterkeyhint: "send",
  });

  function refresh() {
    say("");
    if (!input.value.startsWith("/")) return suggestions.hide();
    const typed = input.value.slice(1);
    const offered = offeredCommands(session);
    const exact = typedOut(offered, typed);
    if (exact) return take(exact);
    const found = filterCommands(offered, typed);
    const heading = typed.trim() ? `Commands matching /${typed.trim()}` : "Commands";
    return suggestions.show(input, {
      heading,
      rows: found.map((entry) => commandRow(entry, take)),
      note: found.length > 0 ? "" : noMatch(session),
    });
  }

  function onkeydown(event) {
    const open = suggestions.hasRows;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp"))
      suggestions.move(event.key === "ArrowDown" ? 1 : -1);
    else if (open && (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)))
      suggestions.take();
    else if (event.key === "Enter" && input.value.trim()) say(HINT);
    else if (event.key === "ArrowUp" && input.value === "") recall();
    else if (event.key === "Escape") suggestions.hide();
    else return;
    event.preventDefault();
  }

  const openPicker = () => focus(input.value.startsWith("/") ? input.value : "/");
  const node = element(
    "div",
    { class: "entry" },
    element(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Show commands",
        title: "Show commands",
        onclick: openPicker,
      },
      icon("commands"),
    ),
    input,
  );
  input.addEventListener("input", refresh);
  input.addEventListener("focus", refresh);
  input.addEventListener("keydown", onkeydown);

  function focus(text = input.value) {
    input.value = text;
    input.focus();
    refresh();
  }
  return { node, focus };
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
