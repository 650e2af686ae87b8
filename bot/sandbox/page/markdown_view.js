/**
 * Draws the tree of `markdown.js`; mentions get their names from the people and channels around.
 */

import { element } from "./elements.js";
import { icon } from "./icons.js";
import { outwardLink } from "./links.js";
import { parseInline, parseMarkdown } from "./markdown.js";
import { drawTime } from "./times.js";
import { colourOfRole, findChannel, findRole, nameOfUser } from "./world.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strike: "s" };
// Digits, # and * are parts of emoji only as keycaps; "🪙 350" is a number with a coin before it.
const KEYCAP = /[0-9#*]\ufe0f?\u20e3/.source;
const JOINER = /\p{Emoji_Modifier}|[\u200d\ufe0f\u{e0020}-\u{e007f}]/u.source;
const ONLY_EMOJI = new RegExp(
  `^(?:\\p{Extended_Pictographic}|\\p{Regional_Indicator}|${KEYCAP}|${JOINER}|\\s){1,60}$`,
  "u",
);
const ANY_EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

/** A message's text or an embed's description, with its blocks. */
export function markdown(text, session) {
  const large = ONLY_EMOJI.test(text) && ANY_EMOJI.test(text);
  return element(
    "div",
    { class: large ? "markdown only-emoji" : "markdown" },
    draw(parseMarkdown(text), session),
  );
}

/** A title, a field's name, a button's label: marks within one line. */
export function inlineMarkdown(text, session) {
  return draw(parseInline(text), session);
}

const draw = (nodes, session) => nodes.map((node) => drawers[node.kind](node, session));

const drawers = {
  text: (node) => node.text,
  bold: drawWrapped,
  italic: drawWrapped,
  underline: drawWrapped,
  strike: drawWrapped,
  code: (node) => element("code", {}, node.text),
  codeblock: (node) => element("pre", { tabindex: "0" }, element("code", {}, node.text)),
  paragraph: (node, session) => element("p", {}, draw(node.children, session)),
  heading: (node, session) =>
    element(`h${node.level + 2}`, { class: `heading-${node.level}` }, draw(node.children, session)),
  subtext: (node, session) => element("small", { class: "subtext" }, draw(node.children, session)),
  quote: (node, session) => element("blockquote", {}, draw(node.children, session)),
  list: drawList,
  spoiler: drawSpoiler,
  link: drawLink,
  time: drawTimestamp,
  emoji: (node) => element("span", { class: "custom-emoji" }, `:${node.name}:`),
  everyone: (node) => element("span", { class: "mention" }, node.text),
  user: (node, session) =>
    element(
      "span",
      { class: "mention" },
      `@${nameOfUser(session.world, node.id) ?? "unknown-user"}`,
    ),
  role: drawRole,
  channel: drawChannel,
  command: drawCommand,
};

function drawWrapped(node, session) {
  return element(TAGS[node.kind], {}, draw(node.children, session));
}

function drawList(node, session) {
  const items = node.items.map((item) => element("li", {}, draw(item.children, session)));
  return element(
    node.ordered ? "ol" : "ul",
    { start: node.ordered ? String(node.start) : null },
    items,
  );
}

function drawSpoiler(node, session) {
  const cover = element("span", { class: "spoiler-text" }, draw(node.children, session));
  cover.inert = true;
  const reveal = () => {
    cover.inert = false;
    spoiler.replaceWith(element("span", { class: "spoiler revealed" }, cover));
  };
  const spoiler = element(
    "button",
    { type: "button", class: "spoiler", "aria-label": "Spoiler: show", onclick: reveal },
    cover,
  );
  return spoiler;
}

function drawLink(node, session) {
  return outwardLink(node.address, draw(node.children, session), { title: node.address });
}

function drawTimestamp(node) {
  const date = new Date(node.seconds * 1000);
  if (Number.isNaN(date.getTime())) return `<t:${node.seconds}>`;
  return drawTime(date, node.style, { class: "timestamp" });
}

function drawRole(node, session) {
  const role = findRole(session.world, node.id);
  const colour = colourOfRole(role);
  return element(
    "span",
    { class: "mention name-coloured", style: colour ? { "--colour": colour } : {} },
    `@${role?.name ?? "deleted-role"}`,
  );
}

function drawChannel(node, session) {
  const channel = findChannel(session.world, node.id);
  if (!channel) return element("span", { class: "mention" }, "#unknown");
  const visit = () => session.openChannel(channel.id);
  return element(
    "button",
    { type: "button", class: "mention", onclick: visit },
    icon("hash"),
    channel.name,
  );
}

/** A command named in a text is a button that puts it into the composer, as in Discord. */
function drawCommand(node, session) {
  const compose = () => session.compose(node.name);
  return element("button", { type: "button", class: "mention", onclick: compose }, `/${node.name}`);
}
