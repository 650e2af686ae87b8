/**
 * The page's address names who sits where:
 * `?as=Mia&channel=stage&beside=Luna&beside_channel=lounge`.
 */

import { addressOfPlace, placeName } from "./places.js";
import { memberName } from "./world.js";

const NAMES = [
  { as: "as", channel: "channel" },
  { as: "beside", channel: "beside_channel" },
];

/** What the address asks for: one `{as, channel}` for each side, at least one. */
export function readAddress() {
  const query = new URLSearchParams(location.search);
  const sides = NAMES.filter(({ as }, index) => index === 0 || query.has(as));
  return sides.map(({ as, channel }) => ({ as: query.get(as), channel: query.get(channel) }));
}

/** Keeps the address and the title true; `replace` leaves no step in the browser's history. */
export function writeAddress(sessions, { replace }) {
  const query = new URLSearchParams();
  sessions.forEach((session, index) => {
    query.set(NAMES[index].as, memberName(session.viewer));
    query.set(NAMES[index].channel, addressOfPlace(session.place));
  });
  document.title = `${sessions.map(titleOf).join(" | ")} · Bouquet sandbox`;
  const address = `?${query}`;
  if (address === location.search) return;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

const titleOf = ({ place, viewer }) => `${placeName(place)} · ${memberName(viewer)}`;
