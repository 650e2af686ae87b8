/**
 * Opens the page for the person and the channel that its address names, and keeps the address
 * true.
 */

import { ignoreSilence } from "./api.js";
import { mountClient } from "./client.js";
import { element } from "./elements.js";
import { addressOfPlace, placeName } from "./places.js";
import { openSession } from "./session.js";
import { refreshRelativeTimes } from "./times.js";
import { memberName } from "./world.js";

const RETRY_MILLISECONDS = 2000;
const REFRESH_MILLISECONDS = 5000;

function readAddress() {
  const query = new URLSearchParams(location.search);
  return { as: query.get("as"), channel: query.get("channel") };
}

function writeAddress(session, { replace }) {
  const query = new URLSearchParams({
    as: memberName(session.viewer),
    channel: addressOfPlace(session.place),
  });
  const address = `?${query}`;
  document.title = `${placeName(session.place)} · ${memberName(session.viewer)} · Bouquet sandbox`;
  if (address === location.search) return;
  if (replace) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}

function followAddress(session) {
  writeAddress(session, { replace: true });
  session.addEventListener("world", () => writeAddress(session, { replace: true }));
  session.addEventListener("place", () => writeAddress(session, { replace: false }));
  addEventListener("popstate", () => session.visit(readAddress()));
}

async function start(root) {
  const session = await openSession(readAddress()).catch(ignoreSilence);
  if (!session) {
    root.replaceChildren(
      element("p", { class: "start-notice", role: "status" }, "Waiting for the sandbox…"),
    );
    setTimeout(() => start(root), RETRY_MILLISECONDS);
    return;
  }
  root.replaceChildren(mountClient(session));
  followAddress(session);
  setInterval(() => refreshRelativeTimes(root), REFRESH_MILLISECONDS);
}

start(document.getElementById("page"));
