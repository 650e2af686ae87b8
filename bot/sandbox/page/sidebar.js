/** The left side: the guild's name, its channels, the direct messages, and who you are. */

import { avatar } from "./avatars.js";
import { arrangeChildren, element, replaceChildren, uniqueId } from "./elements.js";
import { icon } from "./icons.js";
import { placesOf } from "./places.js";
import { mountSwitcher } from "./switcher.js";

export function mountSidebar(session) {
  const guildName = element("h1", { class: "guild-name" });
  const channelsTitle = drawTitle("Text channels");
  const directsTitle = drawTitle("Direct messages");
  const channels = element("ul", { class: "place-list", "aria-labelledby": channelsTitle.id });
  const directs = element("ul", { class: "place-list", "aria-labelledby": directsTitle.id });
  const visit = (place) => session.openChannel(place.key);

  session.watch(["world", "place", "unread"], () => {
    replaceChildren(
      guildName,
      element("img", { src: "/page/flower.svg", alt: "" }),
      session.world.guild.name,
    );
    directsTitle.hidden = session.world.applications.length === 0;
    const places = placesOf(session.world, session.viewer);
    fillPlaces(
      channels,
      places.filter((place) => place.channel),
      session,
      visit,
    );
    fillPlaces(
      directs,
      places.filter((place) => place.application),
      session,
      visit,
    );
  });

  return element(
    "nav",
    { class: "sidebar", id: uniqueId("sidebar"), "aria-label": "Channels" },
    guildName,
    element("div", { class: "places" }, channelsTitle, channels, directsTitle, directs),
    mountSwitcher(session),
  );
}

const drawTitle = (text) => element("h2", { class: "list-title", id: uniqueId("places") }, text);

/**
 * Fills a list with one button a place; the buttons stay, so that the focused one keeps its focus.
 */
function fillPlaces(list, places, session, visit) {
  const known = new Map([...list.children].map((item) => [item.dataset.key, item]));
  const items = places.map((place) => known.get(place.key) ?? placeItem(place));
  items.forEach((item, index) => fillPlace(item.firstChild, places[index], session, visit));
  arrangeChildren(list, items);
}

function placeItem(place) {
  return element(
    "li",
    { data: { key: place.key } },
    element("button", { type: "button", class: "place" }),
  );
}

function fillPlace(button, place, session, visit) {
  const current = place.key === session.place.key;
  const unread = session.unread.get(place.key) ?? 0;
  button.toggleAttribute("data-unread", unread > 0);
  if (current) button.setAttribute("aria-current", "page");
  else button.removeAttribute("aria-current");
  button.onclick = () => visit(place);
  replaceChildren(
    button,
    place.application ? avatar(place.application.user, "small") : icon(place.kind),
    element("span", { class: "place-name" }, place.title),
    place.kind === "lock" && element("span", { class: "visually-hidden" }, "(private)"),
    unread > 0 &&
      element(
        "span",
        { class: "unread-count" },
        String(unread),
        element("span", { class: "visually-hidden" }, " unread"),
      ),
  );
}
