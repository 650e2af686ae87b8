/**
 * Discord's markdown, read into a tree of plain objects `{kind, children?, ...}`, whose leaves are
 * `{kind: "text", text}`; `markdown_view.js` draws it.
 */

const ESCAPED = /\\([^\p{L}\p{N}\s])/uy;

// The order matters: the longer marks stand before the shorter ones they begin with.
const INLINE_RULES = [
  [ESCAPED, (match) => ({ kind: "text", text: match[1] })],
  [
    /(`+)([^`](?:[^]*?[^`])?)\1(?!`)/uy,
    (match) => ({ kind: "code", text: match[2].trim() || match[2] }),
  ],
  [
    /<t:(-?\d{1,15})(?::([tTdDfFRsS]))?>/uy,
    (match) => ({ kind: "time", seconds: Number(match[1]), style: match[2] ?? "f" }),
  ],
  [/<@!?(\d+)>/uy, (match) => ({ kind: "user", id: match[1] })],
  [/<@&(\d+)>/uy, (match) => ({ kind: "role", id: match[1] })],
  [/<#(\d+)>/uy, (match) => ({ kind: "channel", id: match[1] })],
  [/<\/([^:<>\n]{1,98}):(\d+)>/uy, (match) => ({ kind: "command", name: match[1] })],
  [/<a?:(\w{2,32}):\d+>/uy, (match) => ({ kind: "emoji", name: match[1] })],
  [/@(everyone|here)\b/uy, (match) => ({ kind: "everyone", text: match[0] })],
  [
    /\[((?:[^[\]\\\n]|\\.)+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+"[^"]*")?\)/uy,
    (match) => link(match[2], match[1]),
  ],
  [/<(https?:\/\/[^\s>]+)>/uy, (match) => link(match[1])],
  [/https?:\/\/[^\s<]*[^\s<.,:;"')\]!?*_~|]/uy, (match) => link(match[0])],
  [/\|\|([^]+?)\|\|/uy, (match) => nested("spoiler", match[1])],
  [
    /\*\*\*([^]+?)\*\*\*(?!\*)/uy,
    (match) => ({ kind: "bold", children: [nested("italic", match[1])] }),
  ],
  [/\*\*([^]+?)\*\*(?!\*)/uy, (match) => nested("bold", match[1])],
  [/__([^]+?)__(?!_)/uy, (match) => nested("underline", match[1])],
  [/~~([^]+?)~~/uy, (match) => nested("strike", match[1])],
  [/\*(?=\S)((?:\*\*[^]+?\*\*|[^*])+?)(?<=\S)\*(?!\*)/uy, (match) => nested("italic", match[1])],
  [/_(?=\S)([^_]+?)(?<=\S)_(?![_\p{L}\p{N}])/uy, (match) => nested("italic", match[1])],
];

// Where a rule can begin; all other text is taken in one step.
const PLAIN = /[^\\`<@[h|*_~]+/uy;

const nested = (kind, text) => ({ kind, children: parseInline(text) });
const link = (address, text) => ({
  kind: "link",
  address,
  children: text ? parseInline(text) : [{ kind: "text", text: address }],
});

/** The marks within lines. */
export function parseInline(text) {
  const nodes = [];
  let position = 0;
  while (position < text.length) {
    const [node, end] = nextInline(text, position);
    const last = nodes.at(-1);
    if (node.kind === "text" && last?.kind === "text") last.text += node.text;
    else nodes.push(node);
    position = end;
  }
  return nodes;
}

function nextInline(text, position) {
  const plain = matchAt(PLAIN, text, position);
  if (plain) return [{ kind: "text", text: plain[0] }, position + plain[0].length];
  // An underscore inside a word (`gift_sent`) is no mark.
  const withinWord = text[position] === "_" && /[\p{L}\p{N}]/u.test(text[position - 1] ?? "");
  for (const [pattern, build] of withinWord ? [] : INLINE_RULES) {
    const match = matchAt(pattern, text, position);
    if (match) return [build(match), position + match[0].length];
  }
  return [{ kind: "text", text: text[position] }, position + 1];
}

function matchAt(pattern, text, position) {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

/** A whole text: its blocks, and the marks within each. */
export function parseMarkdown(text) {
  const blocks = [];
  // Code is cut out first: nothing inside it is a mark.
  text.split(/(```[^]*?```)/u).forEach((part, index) => {
    if (index % 2 === 0)
      blocks.push(...parseLines(part.replace(index > 0 ? /^\n/u : "", "").replace(/\n$/u, "")));
    else blocks.push(codeBlock(part.slice(3, -3)));
  });
  return blocks;
}

function codeBlock(inside) {
  const [, language, text] = /^(?:([\w+#.-]{1,20})\n)?([^]*)$/u.exec(inside);
  return { kind: "codeblock", language: language ?? "", text: text.replace(/^\n+|\n+$/gu, "") };
}

function parseLines(text) {
  if (text === "") return [];
  const lines = text.split("\n");
  const blocks = [];
  while (lines.length > 0) blocks.push(takeBlock(lines));
  return blocks;
}

const HEADING = /^(#{1,3}) +(.+)$/u;
const SUBTEXT = /^-# +(.+)$/u;
const ITEM = /^( *)(?:([-*])|(\d{1,9})\.) +(.+)$/u;
const QUOTE = /^> (.*)$/u;
const QUOTE_TO_END = /^>>> (.*)$/u;
const SPECIAL = [HEADING, SUBTEXT, ITEM, QUOTE, QUOTE_TO_END];

function takeBlock(lines) {
  const heading = HEADING.exec(lines[0]);
  if (heading)
    return take(lines, {
      kind: "heading",
      level: heading[1].length,
      children: parseInline(heading[2]),
    });
  const subtext = SUBTEXT.exec(lines[0]);
  if (subtext) return take(lines, { kind: "subtext", children: parseInline(subtext[1]) });
  if (QUOTE_TO_END.test(lines[0])) {
    const rest = lines.splice(0, lines.length).join("\n").replace(/^>>> /u, "");
    return { kind: "quote", children: parseLines(rest) };
  }
  if (QUOTE.test(lines[0]))
    return {
      kind: "quote",
      children: parseLines(
        takeWhile(lines, QUOTE)
          .map((line) => line.slice(2))
          .join("\n"),
      ),
    };
  if (ITEM.test(lines[0])) return takeList(lines);
  return paragraph(lines);
}

function take(lines, block) {
  lines.shift();
  return block;
}

function takeWhile(lines, pattern) {
  const end = lines.findIndex((line) => !pattern.test(line));
  return lines.splice(0, end === -1 ? lines.length : end);
}

function paragraph(lines) {
  const end = lines.findIndex((line) => SPECIAL.some((pattern) => pattern.test(line)));
  return {
    kind: "paragraph",
    children: parseInline(lines.splice(0, end === -1 ? lines.length : end).join("\n")),
  };
}

const isNumbered = (item) => item[3] !== undefined;

/** Takes one list, as far as it goes. */
function takeList(lines) {
  const items = takeWhile(lines, ITEM).map((line) => ITEM.exec(line));
  const list = listOf(items);
  lines.unshift(...items.map(([line]) => line));
  return list;
}

/** A list, taken off these items; lines that are further in belong to the item above them. */
function listOf(items) {
  const [first] = items;
  const list = {
    kind: "list",
    ordered: isNumbered(first),
    start: Number(first[3] ?? 1),
    items: [],
  };
  // A numbered line after a dotted one begins a list of its own, and the other way round.
  while (items.length > 0 && isNumbered(items[0]) === list.ordered) {
    const item = { children: parseInline(items.shift()[4]) };
    const end = items.findIndex((next) => next[1].length <= first[1].length);
    const inner = items.splice(0, end === -1 ? items.length : end);
    while (inner.length > 0) item.children.push(listOf(inner));
    list.items.push(item);
  }
  return list;
}
