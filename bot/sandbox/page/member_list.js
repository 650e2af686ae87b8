/** The right side: who is here, by role. */

import { avatar, botBadge } from "./avatars.js";
import { element, replaceChildren, uniqueId } from "./elements.js";
import { icon } from "./icons.js";
import { moreButton } from "./more_button.js";
import {
  colourOfMember,
  findMember,
  isOnline,
  isOwner,
  memberName,
  membersByRole,
  presentMembers,
} from "./world.js";

export function mountMemberList(session) {
  const root = element("aside", {
    class: "members",
    id: uniqueId("members"),
    "aria-label": "Members",
  });
  session.watch(["world", "place"], () => replaceChildren(root, drawGroups(session)));
  return root;
}

function drawGroups(session) {
  return membersByRole(session.world, membersHere(session)).map((group) =>
    element(
      "section",
      {},
      element("h2", { class: "list-title" }, `${group.title} — ${group.members.length}`),
      element(
        "ul",
        { class: "member-list" },
        group.members.map((member) => drawMember(member, session)),
      ),
    ),
  );
}

/** Who reads along: in direct messages the two, in a channel those who see it. */
function membersHere({ world, viewer, place }) {
  if (place.application)
    return [viewer, findMember(world, place.application.user.id)].filter(Boolean);
  return presentMembers(world).filter(({ user }) => place.channel.visible_to.includes(user.id));
}

function drawMember(member, session) {
  const colour = colourOfMember(session.world, member);
  return element(
    "li",
    {
      class: isOnline(session.world, member) ? "member" : "member offline",
      data: { userId: member.user.id },
    },
    avatar(member.user, "medium"),
    element(
      "span",
      { class: "member-name name-coloured", style: colour ? { "--colour": colour } : {} },
      memberName(member),
    ),
    member.user.bot && botBadge(),
    isOwner(session.world, member) &&
      element(
        "span",
        { class: "owner-mark", title: "Owns this server" },
        icon("crown"),
        element("span", { class: "visually-hidden" }, "(owner)"),
      ),
    member.user.id === session.viewerId && element("span", { class: "you-mark" }, "you"),
    moreButton(`More about ${memberName(member)}`),
  );
}
