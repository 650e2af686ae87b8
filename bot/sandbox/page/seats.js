/**
 * The window: one person's side, or two side by side. Where there is no room for two, one switches
 * between them.
 */

import { mountClient } from "./client.js";
import { element, replaceChildren } from "./elements.js";
import { openSession } from "./session.js";
import { badgeOf, memberName, people } from "./world.js";

// Two sides, each as wide as a phone, need more; what lies beside them takes its share.
const NARROW_PIXELS = 700;
const HAS_KEYBOARD = matchMedia("(hover: hover)");
const MOST_SEATS = 2;

/** Opens a side for each `{as, channel}`. */
export async function openSeats(sides) {
  const sessions = [];
  for (const side of sides.slice(0, MOST_SEATS)) sessions.push(await openSession(side));
  return new Seats(sessions);
}

/** Tells `moved` when somebody went somewhere, `renamed` when only names may have changed. */
class Seats extends EventTarget {
  #seats = [];
  #active = null;
  #isNarrow = false;
  #tabs = element("div", { class: "side-tabs", role: "group", "aria-label": "Sides" });
  #row = element("main", { class: "seats" });

  constructor(sessions) {
    super();
    this.node = element("div", { class: "seats-frame" }, this.#tabs, this.#row);
    for (const session of sessions) this.#add(session);
    this.#arrange();
    new ResizeObserver(() => this.#measure()).observe(this.node);
    document.addEventListener("keydown", (event) => this.#startTyping(event));
  }

  /** Begins at the first side; on a phone this would open the keyboard over the page. */
  focus() {
    if (HAS_KEYBOARD.matches) this.#active.client.focus();
  }

  get sessions() {
    return this.#seats.map(({ session }) => session);
  }

  /** Goes where an address leads, as after the browser's Back. */
  async visit(sides) {
    while (this.#seats.length > sides.length) this.#remove(this.#seats.at(-1));
    for (const [index, side] of sides.entries()) {
      if (this.#seats[index]) await this.#seats[index].session.visit(side);
      else this.#add(await openSession(side));
    }
    this.#arrange();
  }

  /** Seats somebody else beside the only person, and goes on there. */
  async #seatAnother(session) {
    if (this.#seats.length === MOST_SEATS) return;
    const as = neighbourFor(session);
    const seat = this.#add(await openSession({ as, channel: session.place.key }));
    this.#active = seat;
    this.#arrange();
    this.focus();
    this.#tell("moved");
  }

  #leave(seat) {
    this.#remove(seat);
    this.#arrange();
    this.focus();
    this.#tell("moved");
  }

  #add(session) {
    const client = mountClient(session);
    const node = element("section", { class: "seat" }, client.node);
    const seat = { session, client, node };
    this.#seats.push(seat);
    this.#active ??= seat;
    this.#row.append(node);
    node.addEventListener("focusin", () => (this.#active = seat));
    session.addEventListener("side-by-side", () => this.#seatAnother(session));
    session.addEventListener("leave-seat", () => this.#leave(seat));
    session.addEventListener("show-conditions", () => this.#tell("show-conditions"));
    session.addEventListener("place", () => this.#tell("moved"));
    session.addEventListener("news", () => this.#markNews(seat));
    session.addEventListener("world", () => this.#rename());
    return seat;
  }

  #remove(seat) {
    seat.session.close();
    seat.node.remove();
    this.#seats.splice(this.#seats.indexOf(seat), 1);
    if (this.#active === seat) [this.#active] = this.#seats;
  }

  #measure() {
    const isNarrow = this.node.clientWidth <= NARROW_PIXELS;
    if (isNarrow === this.#isNarrow) return;
    this.#isNarrow = isNarrow;
    this.#arrange();
  }

  #rename() {
    this.#arrange();
    this.#tell("renamed");
  }

  /** Labels the sides, and shows one or both. */
  #arrange() {
    const several = this.#seats.length > 1;
    for (const { session, node } of this.#seats) {
      node.setAttribute("aria-label", sideName(session));
      session.sit({ hasNeighbour: several });
    }
    replaceChildren(
      this.#tabs,
      this.#seats.map((seat) => this.#drawTab(seat)),
    );
    this.#tabs.hidden = !several || !this.#isNarrow;
    this.#show();
  }

  #show() {
    for (const [index, seat] of this.#seats.entries()) {
      seat.node.hidden = !this.#tabs.hidden && seat !== this.#active;
      const tab = this.#tabs.children[index];
      tab.setAttribute("aria-pressed", String(seat === this.#active));
      if (seat.node.hidden) continue;
      tab.removeAttribute("data-news");
      tab.removeAttribute("aria-description");
    }
  }

  #drawTab(seat) {
    const onclick = () => {
      this.#active = seat;
      this.#show();
    };
    const attributes = { type: "button", class: "side-tab", onclick };
    return element("button", attributes, sideName(seat.session));
  }

  /** Something happened on the side that one does not see. */
  #markNews(seat) {
    if (!seat.node.hidden) return;
    const tab = this.#tabs.children[this.#seats.indexOf(seat)];
    tab.toggleAttribute("data-news", true);
    tab.setAttribute("aria-description", "with news");
  }

  /** A slash typed anywhere goes to the composer of the side one is at, as in Discord. */
  #startTyping(event) {
    const busy = event.target.closest?.("input, textarea, select, dialog, [contenteditable]");
    if (event.key !== "/" || busy || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#active.client.type("/");
  }

  #tell(kind) {
    this.dispatchEvent(new Event(kind));
  }
}

const sideName = (session) => `${memberName(session.viewer)}'s side`;

/** Somebody with another role than this person, if there is one: that shows the most. */
function neighbourFor({ world, viewer }) {
  const others = people(world).filter(({ user }) => user.id !== viewer.user.id);
  const { title } = badgeOf(world, viewer);
  const different = others.find((other) => badgeOf(world, other).title !== title);
  return (different ?? others[0] ?? viewer).user.id;
}
