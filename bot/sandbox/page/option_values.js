/** Options of commands: what may stand in them, what is suggested, and the value that is sent. */

import {
  isPrivate,
  memberName,
  presentMembers,
  rolesOf,
  userName,
  visibleChannels,
} from "./world.js";

export const TYPES = {
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
};

const KINDS = {
  [TYPES.string]: "text",
  [TYPES.integer]: "whole number",
  [TYPES.boolean]: "true or false",
  [TYPES.user]: "member",
  [TYPES.channel]: "channel",
  [TYPES.role]: "role",
  [TYPES.mentionable]: "member or role",
  [TYPES.number]: "number",
  [TYPES.attachment]: "file",
};

/** What kind of thing an option wants, for the hint above the composer. */
export const kindOf = (option) => KINDS[option.type] ?? "text";

/** Whether an option's value is one of a list, so that free text will not do. */
export function isPicked(option) {
  return (
    Boolean(option.choices?.length) ||
    [TYPES.boolean, TYPES.user, TYPES.channel, TYPES.role, TYPES.mentionable].includes(option.type)
  );
}

/** All that can be picked for an option: `{label, detail, value, icon | member}`. */
export function candidates(option, { world, viewer }) {
  if (option.choices?.length) return option.choices.map(choiceCandidate);
  if (option.type === TYPES.boolean)
    return [true, false].map((value) => ({ label: value ? "True" : "False", value }));
  if (option.type === TYPES.user) return memberCandidates(world);
  if (option.type === TYPES.channel) return channelCandidates(world, viewer, option.channel_types);
  if (option.type === TYPES.role) return roleCandidates(world);
  if (option.type === TYPES.mentionable)
    return [...memberCandidates(world), ...roleCandidates(world)];
  return [];
}

export const choiceCandidate = (choice) => ({ label: choice.name, value: choice.value });

export function memberCandidates(world) {
  return presentMembers(world).map((member) => ({
    label: memberName(member),
    detail: member.user.bot ? "Bot" : (rolesOf(world, member)[0]?.name ?? ""),
    value: member.user.id,
    also: [member.user.username, userName(member.user)],
    member,
  }));
}

export function channelCandidates(world, viewer, types) {
  const fitting = visibleChannels(world, viewer).filter(
    (channel) => !types?.length || types.includes(channel.type),
  );
  return fitting.map((channel) => ({
    label: channel.name,
    value: channel.id,
    icon: isPrivate(world, channel) ? "lock" : "hash",
  }));
}

export function roleCandidates(world) {
  return world.guild.roles.map((role) => ({
    label: role.name.replace(/^@/u, ""),
    value: role.id,
    icon: "at",
  }));
}

/** The candidates that fit what was typed; "@" and "#" before a name are welcome. */
export function filterCandidates(all, typed) {
  const wanted = typed.trim().replace(/^[@#]/u, "").toLowerCase();
  const names = ({ label, also = [] }) => [label, ...also].map((name) => name.toLowerCase());
  const beginning = all.filter((candidate) =>
    names(candidate).some((name) => name.startsWith(wanted)),
  );
  const within = all.filter(
    (candidate) =>
      !beginning.includes(candidate) && names(candidate).some((name) => name.includes(wanted)),
  );
  return [...beginning, ...within];
}

/** The candidate that was typed out instead of picked. */
export function typedCandidate(all, typed) {
  const wanted = typed.trim().replace(/^[@#]/u, "").toLowerCase();
  return all.find(({ label, also = [] }) =>
    [label, ...also].some((name) => name.toLowerCase() === wanted),
  );
}

/** `{value}` of a text that was typed freely, or `{problem}` with what to do about it. */
export function readTyped(option, typed) {
  const text = typed.trim();
  if (option.type === TYPES.integer || option.type === TYPES.number)
    return readNumber(option, text);
  if (text.length < (option.min_length ?? 0))
    return { problem: `${option.name} needs at least ${option.min_length} characters.` };
  if (text.length > (option.max_length ?? 6000))
    return { problem: `${option.name} has room for ${option.max_length ?? 6000} characters.` };
  return { value: text };
}

function readNumber(option, text) {
  const whole = option.type === TYPES.integer;
  if (!(whole ? /^[+-]?\d+$/u : /^[+-]?(?:\d+\.?\d*|\.\d+)$/u).test(text)) {
    return { problem: `${option.name} must be a ${whole ? "whole " : ""}number.` };
  }
  const value = Number(text);
  if (value < (option.min_value ?? -Infinity))
    return { problem: `${option.name} must be at least ${option.min_value}.` };
  if (value > (option.max_value ?? Infinity))
    return { problem: `${option.name} must be at most ${option.max_value}.` };
  // Discord's own limit: beyond it a number loses its last digits on the way.
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    return { problem: `${option.name} is too large a number.` };
  return { value };
}
