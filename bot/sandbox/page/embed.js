/** Draws an embed: the card with the coloured edge. */

import { drawPicture, localAddress } from "./attachments.js";
import { element } from "./elements.js";
import { outwardLink } from "./links.js";
import { inlineMarkdown, markdown } from "./markdown_view.js";
import { drawTime } from "./times.js";

const INLINE_FIELDS_A_ROW = 3;

export function drawEmbed(embed, message, session) {
  const colour = embed.color ? `#${embed.color.toString(16).padStart(6, "0")}` : null;
  return element(
    "article",
    { class: "embed", style: colour ? { "--colour": colour } : {} },
    element(
      "div",
      { class: "embed-text" },
      embed.author?.name &&
        element(
          "p",
          { class: "embed-author" },
          drawIcon(embed.author, message),
          outwardLink(embed.author.url, embed.author.name),
        ),
      embed.title &&
        element(
          "h3",
          { class: "embed-title" },
          outwardLink(embed.url, inlineMarkdown(embed.title, session)),
        ),
      embed.description && markdown(embed.description, session),
      embed.fields?.length > 0 && drawFields(embed.fields, session),
    ),
    embed.thumbnail &&
      drawPicture(withAltText(embed.thumbnail, message), message, "embed-thumbnail"),
    embed.image && drawPicture(withAltText(embed.image, message), message, "embed-image"),
    drawFooter(embed, message),
  );
}

/** The small picture beside a name; left out where it lies elsewhere. */
function drawIcon({ icon_url: url }, message) {
  const address = localAddress(url, message);
  return address && element("img", { class: "embed-icon", src: address, alt: "" });
}

/** An embed's picture that was sent along takes its alt text from the attachment. */
function withAltText(picture, message) {
  const name = picture.url.split("/").at(-1).split("?")[0];
  const file = message.attachments.find(({ filename }) => filename === name);
  return { ...picture, description: picture.description ?? file?.description };
}

/** Inline fields stand three in a row, every other field has a row of its own. */
function drawFields(fields, session) {
  const rows = [];
  for (const field of fields) {
    const last = rows.at(-1);
    if (field.inline && last?.[0].inline && last.length < INLINE_FIELDS_A_ROW) last.push(field);
    else rows.push([field]);
  }
  return element(
    "dl",
    { class: "embed-fields" },
    rows.map((row) => row.map((field) => drawField(field, row.length, session))),
  );
}

function drawField(field, countInRow, session) {
  return element(
    "div",
    {
      class: "embed-field",
      style: { "--columns": String(field.inline ? Math.max(countInRow, 1) : 1) },
    },
    element("dt", {}, inlineMarkdown(field.name, session)),
    element("dd", {}, markdown(field.value, session)),
  );
}

function drawFooter({ footer, timestamp }, message) {
  if (!footer?.text && !timestamp) return null;
  return element(
    "footer",
    { class: "embed-footer" },
    footer && drawIcon(footer, message),
    footer?.text,
    footer?.text && timestamp && " • ",
    timestamp && drawTime(new Date(timestamp), "message"),
  );
}
