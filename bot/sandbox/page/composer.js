/** The composer: a line of text until a command is taken, then that command with its options. */

import { sendCommand } from "./actions.js";
import { CommandEntry } from "./command_entry.js";
import { findCommand, offeredCommands } from "./commands.js";
import { element, replaceChildren } from "./elements.js";
import { listenForDrops } from "./files.js";
import { Suggestions } from "./suggestions.js";
import { createTextEntry } from "./text_entry.js";

export function mountComposer(session) {
  const suggestions = new Suggestions();
  const hint = element("p", { class: "composer-hint", role: "status" });
  const bar = element("div", { class: "composer-bar" });
  const node = element(
    "section",
    { class: "composer", "aria-label": "Composer" },
    suggestions.node,
    hint,
    bar,
  );
  const say = (text) => replaceChildren(hint, text);
  const context = { session, suggestions, say };
  let entry = null;
  let last = null;

  function show(next) {
    suggestions.hide();
    say("");
    entry = next;
    replaceChildren(bar, next.node);
  }

  function openText(text = "", { focus = true } = {}) {
    const recall = () => last && openCommand(last.command, last.texts);
    show(createTextEntry(context, { take: openCommand, recall }));
    if (focus) entry.focus(text);
  }

  function openCommand(command, texts = {}) {
    const send = (options, written) => {
      last = { command, texts: written };
      openText();
      sendCommand(session, command, options);
    };
    show(new CommandEntry(context, command, { texts, send, leave: openText }));
    entry.focus();
  }

  function compose({ path, values }) {
    const command = findCommand(offeredCommands(session), path);
    if (command) openCommand(command, values);
    else openText(`/${path}`);
  }

  session.addEventListener("compose", ({ detail }) => compose(detail));
  session.addEventListener("world", () => entry.offerAnew?.());
  session.addEventListener("focus-composer", () => entry.focus());
  session.addEventListener("place", () =>
    openText("", { focus: node.contains(document.activeElement) }),
  );
  node.addEventListener(
    "focusout",
    ({ relatedTarget }) => node.contains(relatedTarget) || suggestions.hide(),
  );
  listenForDrops(node, ([file]) => {
    if (file && !entry.takeFile?.(file)) say("A file goes with a command that takes one.");
  });
  openText("", { focus: false });
  return { node, type: openText, focus: () => entry.focus() };
}
