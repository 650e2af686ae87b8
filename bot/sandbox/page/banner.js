/** One quiet line when the sandbox does not answer; it goes away by itself. */

import { element, replaceChildren } from "./elements.js";

export function mountBanner(session) {
  const banner = element("div", { class: "banner", role: "status" });
  session.watch(["connection"], () => {
    replaceChildren(
      banner,
      !session.connected &&
        "The sandbox does not answer. This page comes back by itself as soon as it runs again.",
    );
  });
  return banner;
}
