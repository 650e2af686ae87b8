/** What stands at the beginning of every place; in an empty one, what to try first. */

import { avatar } from "./avatars.js";
import { findCommand, offeredCommands } from "./commands.js";
import { element } from "./elements.js";
import { icon } from "./icons.js";
import { placeName } from "./places.js";
import { badgeOf, memberName } from "./world.js";

// Each step is one line: texts, and commands as buttons.
const STORY = [
  ["/wallet", " shows what you have."],
  ["/buy", " gets you coins for play, ", "/gift", " hands them to a streamer."],
];
const MOST_STEPS = 2;

export function drawWelcome(session, hasMessages) {
  const { place } = session;
  return element(
    "li",
    { class: "welcome" },
    place.application
      ? avatar(place.application.user, "huge")
      : element("span", { class: "welcome-mark" }, icon(place.kind)),
    element("h3", {}, place.application ? place.title : `Welcome to ${placeName(place)}`),
    element("p", { class: "welcome-topic" }, place.topic),
    !hasMessages && drawFirstSteps(session),
  );
}

function drawFirstSteps(session) {
  const entries = offeredCommands(session);
  if (entries.length === 0) return drawNoBot(session);
  const steps = stepsFor(entries).map((parts) =>
    element(
      "li",
      {},
      parts.map((part) => drawPart(part, session)),
    ),
  );
  return element(
    "ol",
    { class: "first-steps", "aria-label": "What to try first" },
    drawWhoStep(session),
    steps,
  );
}

function drawWhoStep(session) {
  const { world, viewer } = session;
  const choose = () => session.dispatchEvent(new Event("choose-person"));
  const button = element(
    "button",
    { type: "button", class: "step-button", onclick: choose },
    "Be somebody else",
  );
  return element(
    "li",
    {},
    "You are ",
    element("strong", {}, memberName(viewer)),
    ` (${badgeOf(world, viewer).title}). `,
    button,
  );
}

/** The lines of the bot's own story; for another bot, its first commands. */
function stepsFor(entries) {
  const isThere = (part) => !part.startsWith("/") || findCommand(entries, part.slice(1));
  if (STORY.flat().every(isThere)) return STORY;
  return entries.slice(0, MOST_STEPS).map((entry) => [`/${entry.path}`, ` ${entry.description}`]);
}

function drawPart(part, session) {
  if (!part.startsWith("/")) return part;
  return element(
    "button",
    { type: "button", class: "step-button", onclick: () => session.compose(part.slice(1)) },
    part,
  );
}

function drawNoBot({ world, place }) {
  if (world.applications.length > 0)
    return element("p", {}, `The bot has no command for you in ${placeName(place)}.`);
  return element(
    "p",
    {},
    "No bot is connected yet. Point one at ",
    element("code", {}, `${location.origin}/api/v10`),
    " with any token; its commands appear here by themselves.",
  );
}
