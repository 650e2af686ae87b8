/**
 * What the sandbox's state says: people, roles, channels, bots. Pure look-ups, nothing is kept
 * here.
 */

const ADMINISTRATOR = 1n << 3n;

/** The world of one answer of `GET /sandbox/state`; the sandbox has one guild. */
export function readWorld(state) {
  const [guild] = state.guilds;
  return { guild, applications: state.applications };
}

export const userName = (user) => user.global_name ?? user.username;

export const memberName = (member) => member.nick ?? userName(member.user);

export const findMember = (world, userId) =>
  world.guild.members.find((member) => member.user.id === userId);

export const findRole = (world, roleId) => world.guild.roles.find((role) => role.id === roleId);

export const findChannel = (world, channelId) =>
  world.guild.channels.find((channel) => channel.id === channelId);

export const findApplication = (world, id) =>
  world.applications.find((application) => application.id === id || application.user.id === id);

/** What a bot sells under this id, with the bot; nothing when no bot does. */
export function findOffer(world, skuId) {
  for (const application of world.applications)
    for (const sku of application.skus) if (sku.id === skuId) return { application, sku };
  return null;
}

/** A user by id: a member, a bot, or whoever wrote one of these messages and has left since. */
export function findUser(world, userId, messages) {
  const known = findMember(world, userId) ?? findApplication(world, userId);
  return known?.user ?? messages.list().find(({ author }) => author.id === userId)?.author;
}

/** The name the guild knows a person by; a bot may be known to its application alone. */
export function nameOfUser(world, userId) {
  const member = findMember(world, userId);
  if (member) return memberName(member);
  const application = findApplication(world, userId);
  return application ? userName(application.user) : undefined;
}

/** Who is in the guild now; those who left are only known by name. */
export const presentMembers = (world) => world.guild.members.filter((member) => member.present);

/** The people one can be, in the order of the sandbox. */
export const people = (world) => presentMembers(world).filter((member) => !member.user.bot);

/** The person whom a name or id in the page's address means. */
export function findPerson(world, nameOrId) {
  const wanted = (nameOrId ?? "").toLowerCase();
  return people(world).find(({ user, nick }) =>
    [user.id, user.username, user.global_name, nick].some((name) => name?.toLowerCase() === wanted),
  );
}

export const isOwner = (world, member) => member.user.id === world.guild.owner_id;

const OWNER_COLOUR = "#f0b132";

/** A member's roles, highest first. */
export function rolesOf(world, member) {
  const roles = member.roles.map((roleId) => findRole(world, roleId)).filter(Boolean);
  return roles.sort((left, right) => right.position - left.position);
}

/** A role's colour as CSS, nothing when it has none. */
export function colourOfRole(role) {
  return role?.color ? `#${role.color.toString(16).padStart(6, "0")}` : undefined;
}

/** The colour of a member's name: that of the highest role that has one. */
export function colourOfMember(world, member) {
  return member ? colourOfRole(rolesOf(world, member).find((role) => role.color)) : undefined;
}

/** What stands beside a name: "Owner", or the highest role; with its colour. */
export function badgeOf(world, member) {
  if (isOwner(world, member)) return { title: "Owner", colour: OWNER_COLOUR };
  return {
    title: rolesOf(world, member)[0]?.name ?? "Member",
    colour: colourOfMember(world, member),
  };
}

/** The text channels that a member may see, in the guild's order. */
export function visibleChannels(world, member) {
  const channels = world.guild.channels.filter((channel) =>
    channel.visible_to.includes(member.user.id),
  );
  return channels.sort((left, right) => left.position - right.position);
}

/** Whether not everyone may see a channel. */
export const isPrivate = (world, channel) =>
  people(world).some(({ user }) => !channel.visible_to.includes(user.id));

/** Whether Discord would offer a command with these `default_member_permissions` to a member. */
export function mayUse(world, member, neededPermissions) {
  if (neededPermissions === null || neededPermissions === undefined || isOwner(world, member))
    return true;
  const held = BigInt(member.permissions ?? 0);
  if (held & ADMINISTRATOR) return true;
  const needed = BigInt(neededPermissions);
  return needed !== 0n && (held & needed) === needed;
}

/** Whether a bot is there to answer; people always are. */
export function isOnline(world, member) {
  return !member.user.bot || Boolean(findApplication(world, member.user.id)?.connected);
}

// Below all roles stand those without one, and then the bots that are away.
const ONLINE = { name: "Online", position: -1 };
const OFFLINE = { name: "Offline", position: -2 };

/** The members by their highest hoisted role, the way Discord's list on the right shows them. */
export function membersByRole(world, visible) {
  const groups = new Map();
  for (const member of visible) {
    const role = isOnline(world, member)
      ? rolesOf(world, member).find((candidate) => candidate.hoist)
      : OFFLINE;
    const { name, position } = role ?? ONLINE;
    if (!groups.has(name)) groups.set(name, { title: name, position, members: [] });
    groups.get(name).members.push(member);
  }
  for (const group of groups.values())
    group.members.sort((left, right) => memberName(left).localeCompare(memberName(right)));
  return [...groups.values()].sort((left, right) => right.position - left.position);
}
