/** "You are Mia": shows who one is, and lets one become somebody else. */

import { avatar } from "./avatars.js";
import { element, replaceChildren, uniqueId } from "./elements.js";
import { icon } from "./icons.js";
import { badgeOf, memberName, people } from "./world.js";

export function mountSwitcher(session) {
  const listId = uniqueId("people");
  const list = element("ul", {
    class: "people-menu",
    id: listId,
    role: "listbox",
    "aria-label": "Become somebody else",
    tabindex: "-1",
    hidden: true,
  });
  const button = element("button", {
    type: "button",
    class: "you-are",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-controls": listId,
  });
  const root = element("div", { class: "switcher" }, list, button);

  const close = () => {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
  };
  const open = () => {
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    (list.querySelector("[aria-selected=true]") ?? list.firstChild).focus();
  };
  const choose = (member) => {
    close();
    button.focus();
    session.becomePerson(member.user.id);
  };

  button.addEventListener("click", () => (list.hidden ? open() : close()));
  root.addEventListener("focusout", ({ relatedTarget }) => {
    if (!root.contains(relatedTarget)) close();
  });
  list.addEventListener("keydown", (event) =>
    moveInList(event, list, () => (close(), button.focus())),
  );
  session.addEventListener("choose-person", () => {
    if (list.hidden) open();
  });
  session.watch(["world"], () => {
    fillButton(button, session);
    replaceChildren(
      list,
      people(session.world).map((member) => personItem(member, session, choose)),
    );
  });
  return root;
}

function fillButton(button, { world, viewer }) {
  replaceChildren(
    button,
    avatar(viewer.user, "medium"),
    element(
      "span",
      { class: "you-are-text" },
      element(
        "span",
        { class: "you-are-name" },
        element("span", { class: "you-are-lead" }, "You are "),
        memberName(viewer),
      ),
      badge(world, viewer),
    ),
    icon("chevron"),
  );
}

function badge(world, member) {
  const { title, colour } = badgeOf(world, member);
  return element(
    "span",
    { class: "role-badge", style: colour ? { "--colour": colour } : {} },
    title,
  );
}

function personItem(member, session, choose) {
  const selected = member.user.id === session.viewerId;
  const act = () => choose(member);
  const onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  };
  return element(
    "li",
    {
      class: "person",
      role: "option",
      tabindex: "-1",
      "aria-selected": String(selected),
      onclick: act,
      onkeydown,
    },
    avatar(member.user, "small"),
    element("span", { class: "person-name" }, memberName(member)),
    badge(session.world, member),
  );
}

/** Arrow keys, Home and End move between the items of a list; Escape leaves it. */
function moveInList(event, list, leave) {
  const items = [...list.children];
  const index = items.indexOf(document.activeElement);
  const targets = {
    ArrowDown: index + 1,
    ArrowUp: index - 1 + items.length,
    Home: 0,
    End: items.length - 1,
  };
  if (event.key === "Escape") leave();
  else if (event.key in targets) items[targets[event.key] % items.length].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
