/** What everybody at the page must know at once: it stands above all sides until it is over. */

import { conditions } from "./conditions.js";
import { element, replaceChildren } from "./elements.js";
import { userName } from "./world.js";

const MOST_SHOWN = 5;
// The same width as in conditions.css.
const PHONE = matchMedia("(max-width: 700px)");

export function mountNotices() {
  const node = element("div", { class: "notices", role: "alert", data: { notices: "" } });
  let hiddenCount = 0;
  // On a phone it is one line until somebody wants to know more.
  const unfolding = { isOpen: !PHONE.matches };
  const hide = () => {
    hiddenCount = conditions.unknownRequests.length;
    draw();
  };
  const draw = () => {
    // What was hidden stays so until there is more of it.
    const news = conditions.unknownRequests.length > hiddenCount;
    replaceChildren(node, conditions.crowded.map(drawCrowd), news && drawUnknown(unfolding, hide));
  };
  conditions.addEventListener("change", draw);
  draw();
  return node;
}

function drawCrowd({ user, connections }) {
  const count = connections === 2 ? "Two" : String(connections);
  const said = `${count} bots are connected with one token: both answer every command. Stop one.`;
  return element(
    "p",
    { class: "notice" },
    element("strong", {}, userName(user)),
    connections === 2 ? said : said.replace("both", "all"),
  );
}

function drawUnknown(unfolding, hide) {
  const lines = conditions.unknownRequests.map(({ method, path }) => `${method} /api${path}`);
  const requests = [...new Set(lines)];
  const left = requests.length - MOST_SHOWN;
  const remember = ({ target }) => (unfolding.isOpen = target.open);
  return element(
    "details",
    { class: "notice notice-unknown", open: unfolding.isOpen, ontoggle: remember },
    element("summary", {}, "A bot asked for what this sandbox does not have."),
    element("p", {}, "It was refused:"),
    element(
      "ul",
      {},
      requests.slice(0, MOST_SHOWN).map((line) => element("li", {}, element("code", {}, line))),
    ),
    left > 0 && element("p", {}, `and ${left} more`),
    element("button", { type: "button", class: "link-button", onclick: hide }, "Hide this notice"),
  );
}
