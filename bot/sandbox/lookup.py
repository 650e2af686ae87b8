"""Finds people, channels, messages and bots by what a script or the page calls them."""

from bot.sandbox.applications import Application
from bot.sandbox.guild import Member
from bot.sandbox.messages import StoredMessage
from bot.sandbox.wire import Json
from bot.sandbox.world import World, direct_channel_id

DIRECT = "dm"


class ScriptError(Exception):
    """A call of the JSON API that makes no sense; `status` is 400, or 404 for what is not there."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class NotThere(ScriptError):
    """Nobody and nothing goes by this name."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, status=404)


def find_member(world: World, who: object) -> Member:
    """Find a person or bot by id or name, also one who left."""
    if member := world.guild.members.get(str(who)):
        return member
    name = str(who).removeprefix("@").casefold()
    for member in world.guild.members.values():
        if member.user["username"].casefold() == name:
            return member
    sentence = f"There is no member {who!r}."
    raise NotThere(sentence)


def find_person(world: World, who: object) -> Member:
    """Find somebody one can act as: anybody but a bot."""
    member = find_member(world, who)
    if member.user.get("bot"):
        sentence = f"{who} is a bot; nobody can act as one."
        raise ScriptError(sentence)
    return member


def find_role(world: World, name: object) -> Json:
    """Find a role by id or name."""
    if role := world.guild.roles.get(str(name)):
        return role
    wanted = str(name).removeprefix("@").casefold()
    for role in world.guild.roles.values():
        if role["name"].removeprefix("@").casefold() == wanted:
            return role
    sentence = f"There is no role {name!r}."
    raise NotThere(sentence)


def find_channel(world: World, name: object) -> Json:
    """Find a channel of the guild by id or name, also with its #."""
    if channel := world.guild.channels.get(str(name)):
        return channel
    wanted = str(name).removeprefix("#").casefold()
    for channel in world.guild.channels.values():
        if channel["name"] == wanted:
            return channel
    sentence = f"There is no channel {name!r}."
    raise NotThere(sentence)


def find_application(world: World, name: object) -> Application:
    """Find a bot by id or name."""
    if application := world.applications.get(str(name)):
        return application
    for application in world.applications.values():
        if application.name.casefold() == str(name).casefold():
            return application
    sentence = f"There is no application {name!r}."
    raise NotThere(sentence)


def only_application(world: World) -> Application:
    """Give the bot that is meant when nobody names one."""
    everybody = list(world.applications.values())
    candidates = [one for one in everybody if one.connected] or everybody
    if len(candidates) == 1:
        return candidates[0]
    raise ScriptError('Several bots or none are known here; say which with "application".')


def find_place(
    world: World, member: Member, name: object, application: object = None, *, opens: bool = True
) -> str:
    """Find a channel's id by name, or that of the direct messages with a bot."""
    kind, _, application_id = str(name).partition(":")
    direct = world.direct_channels.get(str(name))
    if direct is not None and direct.user_id == member.id:
        return direct.id
    if kind != DIRECT:
        return find_channel(world, name)["id"]
    named = application_id or application
    bot = find_application(world, named) if named else only_application(world)
    if opens:
        return world.direct_channel(bot.id, member.id).id
    return direct_channel_id(bot.id, member.id)


def find_message(world: World, member: Member, message_id: object) -> StoredMessage:
    """Find a message that this person sees."""
    message = world.messages.find(str(message_id))
    if message is None or not world.sees_message(member.id, message):
        sentence = f"{member.user['global_name']} sees no message {message_id!r}."
        raise NotThere(sentence)
    return message
