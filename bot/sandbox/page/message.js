/** Draws one message: who, when, and everything it carries. */

import { drawAttachments } from "./attachments.js";
import { avatar, botBadge } from "./avatars.js";
import { drawComponents } from "./components.js";
import { element, uniqueId } from "./elements.js";
import { drawEmbed } from "./embed.js";
import { icon } from "./icons.js";
import { moreButton } from "./more_button.js";
import { inlineMarkdown, markdown } from "./markdown_view.js";
import { drawTime } from "./times.js";
import { colourOfMember, findMember, memberName, userName } from "./world.js";

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const COMMAND = 2;
const CHAT_INPUT = 1;

/** Whether only one person sees it. */
export const isEphemeral = (message) => Boolean(message.flags & EPHEMERAL);

/** One row of the list; a grouped one leaves out the author, whom the row above names. */
export function drawMessage(message, { session, grouped }) {
  const nameId = uniqueId("author");
  const sentAt = new Date(message.timestamp);
  const classes = [
    "message",
    grouped && "grouped",
    isEphemeral(message) && "ephemeral",
    mentions(message, session) && "mentioned",
  ];
  return element(
    "li",
    {
      class: classes.filter(Boolean).join(" "),
      tabindex: "-1",
      data: { messageId: message.id },
      "aria-labelledby": grouped ? null : nameId,
    },
    drawContext(message, session),
    element(
      "div",
      { class: "message-row" },
      grouped
        ? drawTime(sentAt, "t", { class: "message-time-aside" })
        : element("span", { data: { userId: message.author.id } }, avatar(message.author, "large")),
      element(
        "div",
        { class: "message-body" },
        !grouped && drawByline(message, session, nameId),
        drawContent(message, session),
        drawNotice(message, session),
      ),
    ),
    !message.local && moreButton("More actions for this message"),
  );
}

function mentions(message, { viewer }) {
  const named = message.mentions?.some((user) => user.id === viewer.user.id);
  return (
    named ||
    message.mention_everyone ||
    message.mention_roles?.some((roleId) => viewer.roles.includes(roleId))
  );
}

/** The line above a message that says what it answers. */
function drawContext(message, session) {
  const metadata = message.interaction_metadata;
  const reference = message.referenced_message ?? findReferenced(message, session);
  if (metadata?.type === COMMAND && !metadata.original_response_message_id) {
    const name = metadata.name ?? message.interaction?.name;
    return contextLine(
      "message-used",
      avatar(metadata.user, "tiny"),
      authorName(metadata.user, session),
      " used ",
      element("span", { class: "used-command" }, isTyped(metadata) ? `/${name}` : name),
    );
  }
  if (!reference) return null;
  const said = reference.content || reference.embeds?.[0]?.title || "a message";
  return contextLine(
    "message-reply",
    avatar(reference.author, "tiny"),
    authorName(reference.author, session),
    " ",
    element("span", { class: "reply-text" }, inlineMarkdown(said.split("\n")[0], session)),
  );
}

/** Whether a command was typed; the others come from a menu and have no slash. */
const isTyped = ({ command_type: type }) => (type ?? CHAT_INPUT) === CHAT_INPUT;

function findReferenced(message, session) {
  const id = message.message_reference?.message_id;
  return id ? session.messages.get(id) : null;
}

const contextLine = (name, ...children) =>
  element("div", { class: `context-line ${name}` }, element("span", { class: "spine" }), children);

function authorName(user, { world }) {
  const member = findMember(world, user.id);
  const colour = colourOfMember(world, member);
  return element(
    "span",
    { class: "author name-coloured", style: colour ? { "--colour": colour } : {} },
    member ? memberName(member) : userName(user),
  );
}

function drawByline(message, session, nameId) {
  const name = element(
    "button",
    {
      type: "button",
      id: nameId,
      class: "author-button",
      "aria-haspopup": "menu",
      data: { userId: message.author.id, opensMenu: "" },
    },
    authorName(message.author, session),
  );
  return element(
    "div",
    { class: "byline" },
    name,
    message.author.bot && botBadge(),
    drawTime(new Date(message.timestamp), "message", { class: "message-time" }),
  );
}

function drawContent(message, session) {
  if (message.flags & LOADING) return drawWaiting(`${userName(message.author)} is thinking…`);
  if (message.waiting) return drawWaiting("Sending command…");
  if (message.failure) return element("p", { class: "failure", role: "alert" }, message.failure);
  const text = message.content ? markdown(message.content, session) : null;
  const edited = message.edited_timestamp && drawEdited(message);
  if (text && edited)
    (text.lastElementChild?.tagName === "P" ? text.lastElementChild : text).append(" ", edited);
  return [
    text,
    drawAttachments(message),
    message.embeds.map((embed) => drawEmbed(embed, message, session)),
    drawComponents(message, session),
    !text && edited,
  ];
}

function drawWaiting(text) {
  const dots = element(
    "span",
    { class: "dots", "aria-hidden": "true" },
    [1, 2, 3].map(() => element("span")),
  );
  return element("p", { class: "waiting" }, dots, text);
}

function drawEdited(message) {
  const date = new Date(message.edited_timestamp);
  const node = drawTime(date, "F", { class: "edited" });
  node.textContent = "(edited)";
  return node;
}

/**
 * "Only you can see this": for what Discord shows to one reader, and for what failed on this page.
 */
function drawNotice(message, session) {
  if (!isEphemeral(message) && !message.failure) return null;
  const dismiss = () => session.dismiss(message.id);
  return element(
    "p",
    { class: "only-you" },
    icon("eye"),
    "Only you can see this",
    " • ",
    element(
      "button",
      { type: "button", class: "link-button", onclick: dismiss },
      "Dismiss message",
    ),
  );
}
