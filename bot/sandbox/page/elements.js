/**
 * Builds DOM nodes. Text always becomes a text node: nothing a person or a bot wrote is read as
 * HTML.
 */

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) setProperty(node, name, value);
  node.append(...present(children));
  return node;
}

/** The children that are there: `null`, `undefined`, `false` and nested lists are welcome. */
function present(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false);
}

function setProperty(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name === "style") {
    // Through the object model, since the content policy forbids style attributes.
    for (const [rule, setting] of Object.entries(value)) node.style.setProperty(rule, setting);
  } else node.setAttribute(name, value === true ? "" : value);
}

/** Puts these children in place of the old ones. */
export function replaceChildren(node, ...children) {
  node.replaceChildren(...present(children));
}

/**
 * Brings a list of nodes to the wanted ones and touches only what differs: a node that is moved
 * loses focus, and a live region would read it again.
 */
export function arrangeChildren(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

let lastId = 0;

/** An id that no other node of this page has, for labels and descriptions. */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
