/** Faces without pictures: initials on the person's colour. */

import { element } from "./elements.js";
import { userName } from "./world.js";

const COLOURS = ["#5b6ee1", "#2f8f83", "#b4783c", "#8a5bb5", "#3f8ec2", "#a84f6e", "#5f8a3a"];

/** A user's own colour; one made of the id for who has none. */
function colourOfUser(user) {
  if (user.accent_color) return `#${user.accent_color.toString(16).padStart(6, "0")}`;
  return COLOURS[Number(BigInt(user.id) % BigInt(COLOURS.length))];
}

/** The drawn face of a user; the name stands beside it, so screen readers skip it. */
export function avatar(user, size = "medium") {
  const [initial] = [...userName(user)];
  const classes = `avatar avatar-${size}${user.bot ? " avatar-bot" : ""}`;
  return element(
    "span",
    { class: classes, "aria-hidden": "true", style: { "--colour": colourOfUser(user) } },
    initial.toUpperCase(),
  );
}

/** The mark beside every bot's name. */
export const botBadge = () => element("span", { class: "bot-badge" }, "BOT");
