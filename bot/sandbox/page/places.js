/**
 * A place is where messages stand: a guild's channel, or the direct messages with a bot.
 * `{key, title, topic, kind, channel?, application?}`; the key is what the JSON API calls it.
 */

import { findApplication, findChannel, isPrivate, userName, visibleChannels } from "./world.js";

const DIRECT = "dm:";

function channelPlace(world, channel) {
  const kind = isPrivate(world, channel) ? "lock" : "hash";
  return { key: channel.id, title: channel.name, topic: channel.topic ?? "", kind, channel };
}

function directPlace(application) {
  const topic = "Direct messages: only you and the bot read them";
  return {
    key: DIRECT + application.id,
    title: userName(application.user),
    topic,
    kind: "at",
    application,
  };
}

/** All places that a member sees: the channels, then the direct messages. */
export function placesOf(world, member) {
  const channels = visibleChannels(world, member).map((channel) => channelPlace(world, channel));
  return [...channels, ...world.applications.map(directPlace)];
}

/** The place of a key, a channel's name or the bare `dm`, if this member sees it. */
export function findPlace(world, member, wanted) {
  const name = (wanted ?? "").replace(/^#/u, "");
  const places = placesOf(world, member);
  if (name === "dm") return places.find((place) => place.application);
  return places.find((place) => place.key === name || (place.channel && place.title === name));
}

/**
 * How the page's address calls a place: people read names, ids only where there is no other way.
 */
export function addressOfPlace(place) {
  return place.channel ? place.title : place.key;
}

/** "#stage" or "@Bouquet", as one writes it in a sentence. */
export const placeName = (place) => (place.application ? `@${place.title}` : `#${place.title}`);

/** The key of the place that an event of the stream belongs to. */
export function placeKeyOfEvent(world, event) {
  if (findChannel(world, event.channel_id)) return event.channel_id;
  // A direct channel has an id of its own, but only its bot writes there.
  const application = event.message && findApplication(world, event.message.author.id);
  return application ? DIRECT + application.id : undefined;
}
