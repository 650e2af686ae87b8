/** Links that leave the page: only to the web, only in a new tab, and telling nobody where from. */

import { element } from "./elements.js";

/** A link to an address that a bot wrote; plain content when it is no web address. */
export function outwardLink(address, content, properties = {}) {
  const isWeb =
    URL.canParse(address ?? "") && ["http:", "https:"].includes(new URL(address).protocol);
  if (!isWeb) return content;
  return element(
    "a",
    { ...properties, href: address, target: "_blank", rel: "noopener noreferrer" },
    content,
  );
}
