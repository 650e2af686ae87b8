/** Opens the page for whom and where its address names, and keeps the address true. */

import { readAddress, writeAddress } from "./address.js";
import { ignoreSilence } from "./api.js";
import { mountConditionPanel } from "./condition_panel.js";
import { conditions } from "./conditions.js";
import { element } from "./elements.js";
import { refuseStrayDrops } from "./files.js";
import { mountNotices } from "./notices.js";
import { openSeats } from "./seats.js";
import { refreshTimes } from "./times.js";

const RETRY_MILLISECONDS = 2000;
// The same width as in conditions.css.
const PHONE = matchMedia("(max-width: 700px)");
const REFRESH_MILLISECONDS = 5000;

function followAddress(seats) {
  const write = (replace) => writeAddress(seats.sessions, { replace });
  write(true);
  seats.addEventListener("renamed", () => write(true));
  seats.addEventListener("moved", () => write(false));
  addEventListener("popstate", () => seats.visit(readAddress()).catch(ignoreSilence));
}

/** The sides, what everybody must know above them, and the panel beside them. */
function mountWindow(seats) {
  const panel = mountConditionPanel();
  const body = element("div", { class: "window-body" }, seats.node, panel.node);
  const node = element("div", { class: "window" }, mountNotices(), body);
  const react = () => {
    refreshTimes(node);
    // Where the panel covers everything, the keys must not lead behind it.
    seats.node.inert = conditions.isPanelOpen && PHONE.matches;
  };
  seats.addEventListener("show-conditions", panel.toggle);
  conditions.addEventListener("change", react);
  PHONE.addEventListener("change", react);
  setInterval(() => refreshTimes(node), REFRESH_MILLISECONDS);
  return node;
}

async function start(root) {
  const seats = await openSeats(readAddress()).catch(ignoreSilence);
  if (!seats) {
    root.replaceChildren(
      element("p", { class: "start-notice", role: "status" }, "Waiting for the sandbox…"),
    );
    setTimeout(() => start(root), RETRY_MILLISECONDS);
    return;
  }
  root.replaceChildren(mountWindow(seats));
  refuseStrayDrops();
  followAddress(seats);
  seats.focus();
}

start(document.getElementById("page"));
