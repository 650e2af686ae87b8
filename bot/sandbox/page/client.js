/** One person's side of the window: channels, messages, composer and members. */

import { mountBanner } from "./banner.js";
import { mountComposer } from "./composer.js";
import { Drawers } from "./drawers.js";
import { element } from "./elements.js";
import { mountHeader } from "./header.js";
import { followEvents } from "./live.js";
import { listenForMenus } from "./menu_openers.js";
import { mountMemberList } from "./member_list.js";
import { mountMessageList } from "./message_list.js";
import { mountSidebar } from "./sidebar.js";

export function mountClient(session) {
  const sidebar = mountSidebar(session);
  const members = mountMemberList(session);
  const root = element("div", { class: "client" });
  const drawers = new Drawers(root, { sidebar, members });
  const composer = mountComposer(session);
  drawers.main.append(
    mountHeader(session, drawers),
    mountBanner(session),
    mountMessageList(session),
    composer.node,
  );
  root.append(sidebar, drawers.main, members, drawers.backdrop);
  session.addEventListener("place", () => drawers.close());
  session.addEventListener("choose-person", () => drawers.openSidebar());
  listenForMenus(root, session);
  followEvents(session);
  return { node: root, type: composer.type, focus: composer.focus };
}
