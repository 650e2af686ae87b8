/** Pictures and files. Only what lies on this machine is loaded; the page works offline. */

import { element } from "./elements.js";
import { readableSize } from "./files.js";
import { icon } from "./icons.js";
import { openPicture } from "./picture_dialog.js";

const IS_COMPONENTS_V2 = 1 << 15;
const LOCAL_HOSTS = ["127.0.0.1", "localhost"];

/** The path on this server of a file's address; nothing for an address elsewhere. */
export function localAddress(address, message) {
  const named = /^attachment:\/\/(.+)$/u.exec(address ?? "");
  if (named)
    return localAddress(message.attachments.find((file) => file.filename === named[1])?.url);
  if (!address || !URL.canParse(address, location.origin)) return undefined;
  const { hostname, pathname, search } = new URL(address, location.origin);
  return LOCAL_HOSTS.includes(hostname) ? pathname + search : undefined;
}

/** A picture that opens large, or a note where one would be that lies elsewhere. */
export function drawPicture({ url, width, height, description }, message, name) {
  const address = localAddress(url, message);
  if (!address)
    return element(
      "p",
      { class: "picture-elsewhere" },
      `Picture not loaded, it is not on this machine: ${url}`,
    );
  const picture = element("img", {
    src: address,
    alt: description ?? "Picture",
    width: width || null,
    height: height || null,
  });
  const mark = element("span", { class: "alt-mark", "aria-hidden": "true" }, "ALT");
  const onclick = () => openPicture(address, description);
  const attributes = {
    type: "button",
    class: `picture ${name}`,
    title: description || "Show large",
    onclick,
  };
  return element("button", attributes, picture, description && mark);
}

/** The files of a message that no embed shows; the newer layouts show theirs themselves. */
export function drawAttachments(message) {
  if (message.flags & IS_COMPONENTS_V2) return [];
  const shown = new Set(
    message.embeds
      .flatMap((embed) => [embed.image?.url, embed.thumbnail?.url])
      .map((url) => localAddress(url, message)),
  );
  const files = message.attachments.filter((file) => !shown.has(localAddress(file.url)));
  return files.map((file) =>
    file.content_type?.startsWith("image/")
      ? drawPicture(file, message, "attached-picture")
      : drawFile(file, message),
  );
}

/** A file to download. */
export function drawFile(file, message) {
  const address = localAddress(file.url, message);
  const name = address
    ? element("a", { href: address, download: file.filename }, file.filename)
    : file.filename;
  return element(
    "div",
    { class: "file" },
    icon("file"),
    element("span", {}, name, element("small", {}, readableSize(file.size))),
  );
}
