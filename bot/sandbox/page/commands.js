/**
 * The bots' commands as registered, flattened to what one types: "economy settings" is one entry.
 */

import { mayUse } from "./world.js";

const CHAT_INPUT = 1;
export const USER_COMMAND = 2;
export const MESSAGE_COMMAND = 3;
const SUBCOMMAND = 1;
const SUBCOMMAND_GROUP = 2;
const CONTEXT_GUILD = 0;
const CONTEXT_BOT_DIRECT = 1;

const isBranch = (option) => option.type === SUBCOMMAND || option.type === SUBCOMMAND_GROUP;

/** All entries `{path, description, options, application, command}` of all bots, of one type. */
function listCommands(world, type) {
  return world.applications.flatMap((application) =>
    application.commands
      .filter((command) => (command.type ?? CHAT_INPUT) === type)
      .flatMap((command) => flatten(command, [command.name], { application, command })),
  );
}

function flatten(branch, names, root) {
  const options = branch.options ?? [];
  const inner = options.filter(isBranch);
  if (inner.length > 0)
    return inner.flatMap((option) => flatten(option, [...names, option.name], root));
  return [{ ...root, path: names.join(" "), description: branch.description, options }];
}

/** The entries that Discord would offer to this person in this place; typed ones unless told. */
export function offeredCommands({ world, viewer, place }, type = CHAT_INPUT) {
  return listCommands(world, type).filter(
    ({ command }) =>
      worksIn(command, place) &&
      (place.application || mayUse(world, viewer, command.default_member_permissions)) &&
      belongsTo(command, place),
  );
}

function worksIn(command, place) {
  if (Array.isArray(command.contexts))
    return command.contexts.includes(place.application ? CONTEXT_BOT_DIRECT : CONTEXT_GUILD);
  return !place.application || (command.dm_permission !== false && !command.guild_id);
}

/** In direct messages there is one bot, and only its commands. */
function belongsTo(command, place) {
  return !place.application || command.application_id === place.application.id;
}

/** The entries that match what was typed after the slash, the best first. */
export function filterCommands(entries, typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = ({ path, description }) => {
    if (path.startsWith(wanted)) return 0;
    if (path.split(" ").some((word) => word.startsWith(wanted))) return 1;
    if (path.includes(wanted)) return 2;
    return description.toLowerCase().includes(wanted) ? 3 : 4;
  };
  const ranked = entries
    .map((entry) => ({ entry, rank: rank(entry) }))
    .filter((candidate) => candidate.rank < 4);
  return ranked.sort((left, right) => left.rank - right.rank).map(({ entry }) => entry);
}

/** The entry that was typed out in full and closed by a space, as in "/gift ". */
export function typedOut(entries, typed) {
  if (!typed.endsWith(" ")) return undefined;
  return entries.find((entry) => entry.path === typed.trim().toLowerCase());
}

/** The entry of a path, also of a bare group: its first command. */
export function findCommand(entries, path) {
  return (
    entries.find((entry) => entry.path === path) ??
    entries.find((entry) => entry.path.startsWith(`${path} `))
  );
}
