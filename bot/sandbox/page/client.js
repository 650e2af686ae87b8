/** One whole client for one session: the sides, the messages, the composer. */

import { mountBanner } from "./banner.js";
import { mountComposer } from "./composer.js";
import { createDrawers } from "./drawers.js";
import { element } from "./elements.js";
import { mountHeader } from "./header.js";
import { followEvents } from "./live.js";
import { mountMemberList } from "./member_list.js";
import { mountMessageList } from "./message_list.js";
import { mountSidebar } from "./sidebar.js";

export function mountClient(session) {
  const root = element("div", { class: "client" });
  const drawers = createDrawers(root);
  const composer = mountComposer(session);
  root.append(
    mountSidebar(session),
    element(
      "main",
      { class: "main" },
      mountHeader(session, drawers),
      mountBanner(session),
      mountMessageList(session),
      composer.node,
    ),
    mountMemberList(session),
    drawers.backdrop,
  );
  drawers.show();
  session.addEventListener("place", drawers.close);
  session.addEventListener("choose-person", drawers.openSidebar);
  document.addEventListener("keydown", (event) => startTyping(event, composer));
  followEvents(session);
  return root;
}

/** A slash typed anywhere goes to the composer, as in Discord. */
function startTyping(event, composer) {
  const busy = event.target.closest?.("input, textarea, select, dialog, [contenteditable]");
  if (event.key !== "/" || busy || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  composer.type("/");
}
