/** Files that a person adds: read as the JSON API takes them, by button or by dropping them. */

// Discord's limit for servers and people without a boost.
const MOST_BYTES = 10 * 1024 * 1024;

/** `{filename, content, content_type, size}` of a file, or a sentence about why it will not do. */
export async function readFile(file) {
  if (file.size > MOST_BYTES)
    return { problem: `${file.name} is too large: Discord takes files of up to 10 MB.` };
  const address = await dataAddress(file).catch(() => null);
  if (address === null) return { problem: `${file.name} could not be read.` };
  const [, content] = /^[^,]*,(.*)$/su.exec(address);
  const contentType = file.type || "application/octet-stream";
  return { filename: file.name, content, content_type: contentType, size: file.size };
}

function dataAddress(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(file);
  });
}

/** What the JSON API takes of a file that was read. */
export const forSending = ({ filename, content, content_type: contentType }) => ({
  filename,
  content,
  content_type: contentType,
});

/** "1.2 kB". */
export function readableSize(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000
    ? `${(bytes / 1000).toFixed(1)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

/** Lets files be dropped on a part of the page; it shows that while they hover over it. */
export function listenForDrops(node, take) {
  node.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    node.setAttribute("data-dropping", "");
  });
  node.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!node.contains(relatedTarget)) node.removeAttribute("data-dropping");
  });
  node.addEventListener("drop", (event) => {
    node.removeAttribute("data-dropping");
    if (!hasFiles(event)) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}

/** A file that misses its place must not replace the page. */
export function refuseStrayDrops() {
  for (const kind of ["dragover", "drop"])
    addEventListener(kind, (event) => hasFiles(event) && event.preventDefault());
}
