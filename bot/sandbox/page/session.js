/**
 * One person at the page: who they are, where they are, what they read. The parts of the page
 * listen to its events (`world`, `place`, `messages`, `unread`, `connection`, `compose`, `acting`,
 * `choose-person`, `focus-composer`, `seating`, `state`) and never to each other; for the window
 * there are `news`, `side-by-side`, `leave-seat` and `show-conditions`. Nothing here is shared, so that a
 * window can hold two of them side by side.
 */

import * as api from "./api.js";
import { conditions } from "./conditions.js";
import { createMessageBook } from "./message_book.js";
import { findPlace, placeKeyOfEvent, placesOf } from "./places.js";
import { findMember, findPerson, people, readWorld } from "./world.js";

/** Opens a session for a person and a place by name; the first of each when there is none such. */
export async function openSession({ as, channel }) {
  const session = new Session(await askWorld());
  session.viewer = findPerson(session.world, as) ?? people(session.world)[0];
  session.place = session.nearestPlace(channel);
  await session.readMessages();
  return session;
}

async function askWorld() {
  const state = await api.readState();
  conditions.take(state);
  return readWorld(state);
}

class Session extends EventTarget {
  constructor(world) {
    super();
    this.world = world;
    this.viewer = null;
    this.place = null;
    this.messages = createMessageBook();
    this.unread = new Map();
    this.connected = true;
    this.hasNeighbour = false;
    this.ending = new AbortController();
    this.worldReads = 0;
  }

  get viewerId() {
    return this.viewer.user.id;
  }

  tell(kind) {
    this.dispatchEvent(new Event(kind));
  }

  /** Calls a part now and whenever one of these kinds of events happens. */
  watch(kinds, draw) {
    for (const kind of kinds) this.addEventListener(kind, draw);
    draw();
  }

  nearestPlace(wanted) {
    return findPlace(this.world, this.viewer, wanted) ?? placesOf(this.world, this.viewer)[0];
  }

  /** Becomes another person; stays where it is if that person may. */
  async becomePerson(userId) {
    const member = findMember(this.world, userId);
    if (!member || userId === this.viewerId) return;
    this.viewer = member;
    this.unread.clear();
    this.tell("world");
    await this.openChannel(this.place.key);
  }

  /** Goes where an address leads, as after the browser's Back. */
  async visit({ as, channel }) {
    await this.becomePerson(findPerson(this.world, as)?.user.id);
    if (this.nearestPlace(channel).key !== this.place.key) await this.openChannel(channel);
  }

  async openChannel(key) {
    this.place = this.nearestPlace(key);
    this.unread.delete(this.place.key);
    this.messages.clear();
    this.tell("place");
    await this.readMessages().catch(api.ignoreSilence);
  }

  /** Reads the whole place anew; a slower answer for a place that was left is dropped. */
  async readMessages() {
    const { place, viewerId } = this;
    const before = this.messages.ids();
    const messages = await api.readMessages(viewerId, place.key);
    if (place.key !== this.place.key || viewerId !== this.viewerId) return;
    this.messages.fill(messages, before);
    this.tell("messages");
  }

  /** Reads people, channels and commands anew; moves on if one's person or place is gone. */
  async readWorld() {
    this.worldReads += 1;
    const read = this.worldReads;
    const world = await askWorld();
    // A later question knows more; and the same world must not draw every message again.
    if (read !== this.worldReads || JSON.stringify(world) === JSON.stringify(this.world)) return;
    const { viewerId, place } = this;
    this.world = world;
    this.viewer = people(world).find(({ user }) => user.id === viewerId) ?? people(world)[0];
    this.place = this.nearestPlace(place.key);
    this.tell("world");
    if (this.viewerId !== viewerId || this.place.key !== place.key)
      await this.openChannel(this.place.key);
  }

  /** Takes the messages of an answer; newer news from the stream stand. */
  takeMessages(messages) {
    const here = messages.filter((message) => this.isHere(message));
    for (const message of here) this.messages.put(message);
    if (here.length > 0) this.tell("messages");
  }

  isHere(message) {
    return (
      placeKeyOfEvent(this.world, { channel_id: message.channel_id, message }) === this.place.key
    );
  }

  /** Takes one event of the stream. */
  takeEvent(event) {
    if (event.type === "state") {
      // Not all that changed is part of the world: what was bought is not.
      this.tell("state");
      return this.readWorld().catch(api.ignoreSilence);
    }
    if (event.type === "message") this.tell("news");
    if (event.type === "message_delete") this.messages.remove(event.message.id);
    else if (placeKeyOfEvent(this.world, event) === this.place.key)
      this.messages.put(event.message);
    else return this.markUnread(event);
    return this.tell("messages");
  }

  markUnread(event) {
    const key = placeKeyOfEvent(this.world, event);
    if (!key || event.type !== "message") return;
    this.unread.set(key, (this.unread.get(key) ?? 0) + 1);
    this.tell("unread");
  }

  /** Shows a message that exists on this page alone. */
  putLocal(message) {
    this.messages.put(message);
    this.tell("messages");
  }

  /** Hides a message that only its reader sees. */
  dismiss(id) {
    this.messages.dismiss(id);
    this.tell("messages");
  }

  removeLocal(id) {
    if (this.messages.remove(id)) this.tell("messages");
  }

  /** Learns whether somebody sits beside. */
  sit({ hasNeighbour }) {
    if (hasNeighbour === this.hasNeighbour) return;
    this.hasNeighbour = hasNeighbour;
    this.tell("seating");
  }

  /** Lets go of whatever follows `ending`: the side is taken off the page. */
  close() {
    this.ending.abort();
  }

  setConnected(connected) {
    if (connected === this.connected) return;
    this.connected = connected;
    this.tell("connection");
  }

  /** Puts a command into the composer; the composer listens. */
  compose(path, values = {}) {
    this.dispatchEvent(new CustomEvent("compose", { detail: { path, values } }));
  }
}
