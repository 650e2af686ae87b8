/**
 * The newer layouts of a message: texts, sections, pictures, files, lines and containers; what they
 * hold is drawn by `context.draw`.
 */

import { drawFile, drawPicture } from "./attachments.js";
import { element } from "./elements.js";
import { markdown } from "./markdown_view.js";

const WIDE = 2;

export const LAYOUTS = {
  9: drawSection,
  10: (text, { session }) => markdown(text.content, session),
  11: (thumbnail, context) => drawMedia(thumbnail, context, "embed-thumbnail"),
  12: drawGallery,
  13: drawFileOf,
  14: drawSeparator,
  17: drawContainer,
};

function drawSection(section, { draw }) {
  return element(
    "div",
    { class: "section" },
    element("div", { class: "section-text" }, section.components.map(draw)),
    section.accessory && draw(section.accessory),
  );
}

function drawMedia({ media, description, spoiler }, { message }, name) {
  return covered(drawPicture({ ...media, description }, message, name), spoiler);
}

/** One picture as it is, more of them as a wall. */
function drawGallery({ items }, context) {
  const classes = items.length > 1 ? "gallery gallery-wall" : "gallery";
  const pictures = items.map((item) => drawMedia(item, context, "gallery-picture"));
  return element("div", { class: classes }, pictures);
}

function drawFileOf({ file, name, size, spoiler }, { message }) {
  return covered(drawFile({ url: file.url, filename: name, size }, message), spoiler);
}

function drawSeparator({ divider, spacing }) {
  const classes = [
    "separator",
    divider === false && "invisible",
    spacing === WIDE && "separator-wide",
  ];
  return element("hr", { class: classes.filter(Boolean).join(" ") });
}

function drawContainer(container, { draw }) {
  const colour = container.accent_color;
  const style = Number.isInteger(colour)
    ? { "--colour": `#${colour.toString(16).padStart(6, "0")}` }
    : {};
  const classes = "embed container";
  const node = element("div", { class: classes, style }, container.components.map(draw));
  return covered(node, container.spoiler);
}

/** Hides a spoiler until one asks for it. */
function covered(node, isSpoiler) {
  if (!isSpoiler) return node;
  const cover = element("div", { class: "cover" }, node);
  node.inert = true;
  const reveal = () => {
    node.inert = false;
    cover.replaceWith(node);
  };
  const attributes = { type: "button", class: "cover-button", onclick: reveal };
  cover.append(element("button", attributes, "Spoiler: show"));
  return cover;
}
