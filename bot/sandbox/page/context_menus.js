/** The menus of messages and of people: the bots' context-menu commands, and copying. */

import { sendCommand } from "./actions.js";
import { avatar } from "./avatars.js";
import { MESSAGE_COMMAND, offeredCommands, USER_COMMAND } from "./commands.js";
import { element } from "./elements.js";
import { openMenu } from "./menu.js";
import { isEphemeral } from "./message.js";
import { toast } from "./toast.js";
import { findMember, memberName, people, userName } from "./world.js";

/** Opens the menu of a message at a point. */
export function openMessageMenu(session, message, at) {
  // What only one person sees is nobody else's to work with, so no bot is offered for it.
  const apps = isEphemeral(message) ? [] : appItems(session, MESSAGE_COMMAND, message.id);
  openMenu({
    label: "Message actions",
    groups: [
      { title: "Apps", items: apps },
      {
        items: [
          { content: "Copy text", act: () => copy(textOf(message)) },
          { content: "Copy message ID", act: () => copy(message.id) },
        ],
      },
    ],
    at,
  });
}

/** Opens the menu of a person or bot at a point. */
export function openUserMenu(session, user, at) {
  const { world } = session;
  const member = findMember(world, user.id);
  const name = member ? memberName(member) : userName(user);
  const canBe = user.id !== session.viewerId && people(world).includes(member);
  openMenu({
    label: `Actions for ${name}`,
    groups: [
      { title: "Apps", items: member ? appItems(session, USER_COMMAND, user.id) : [] },
      {
        items: [
          canBe && { content: `Become ${name}`, act: () => session.becomePerson(user.id) },
          { content: "Copy user ID", act: () => copy(user.id) },
        ].filter(Boolean),
      },
    ],
    at,
  });
}

function appItems(session, type, target) {
  return offeredCommands(session, type).map((entry) => ({
    content: [
      avatar(entry.application.user, "small"),
      element("span", { class: "menu-label" }, entry.path),
    ],
    act: () => sendCommand(session, entry, {}, target),
  }));
}

/** What a message says, also where it says it in an embed or in newer components. */
function textOf({ content, embeds, components }) {
  const ofEmbed = ({ title, description }) => [title, description];
  const ofComponent = (part) => [part.content, ...(part.components ?? []).flatMap(ofComponent)];
  const parts = [content, ...embeds.flatMap(ofEmbed), ...components.flatMap(ofComponent)];
  return parts.filter(Boolean).join("\n");
}

async function copy(text) {
  const done = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  toast(done ? "Copied." : "The browser does not let this page copy.");
}
