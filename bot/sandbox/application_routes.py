"""The routes of applications, their commands, users, the guild and the gateway."""

from bot.sandbox.applications import INTENT_OF_FLAG, CommandScope
from bot.sandbox.cast import OLIVE
from bot.sandbox.command_store import CommandStore
from bot.sandbox.embed_rules import check_list
from bot.sandbox.gateway_events import own_user
from bot.sandbox.name_rules import read_username
from bot.sandbox.query_rules import read_number
from bot.sandbox.rejections import (
    MISSING_ACCESS,
    UNKNOWN_APPLICATION,
    UNKNOWN_GUILD,
    UNKNOWN_MEMBER,
    UNKNOWN_ROLE,
    UNKNOWN_USER,
    DiscordError,
    FormProblems,
)
from bot.sandbox.rest import NO_CONTENT, Call, Reply, Route
from bot.sandbox.wire import as_list, whole
from bot.sandbox.world import World

CREATED = 201
MOST_MEMBERS = 1000


class CommandRoutes:
    """Commands, global and of the guild."""

    def __init__(self, world: World, store: CommandStore) -> None:
        self._world = world
        self._store = store

    def routes(self) -> list[Route]:
        """List these routes."""
        everywhere = "/applications/{application_id}/commands"
        in_guild = "/applications/{application_id}/guilds/{guild_id}/commands"
        one = "/{command_id}"
        return [
            route
            for base in (everywhere, in_guild)
            for route in (
                Route("GET", base, self.list),
                Route("PUT", base, self.overwrite),
                Route("POST", base, self.create),
                Route("GET", base + one, self.get),
                Route("PATCH", base + one, self.edit),
                Route("DELETE", base + one, self.delete),
            )
        ]

    def _scope(self, call: Call) -> CommandScope:
        if call.parameters["application_id"] != call.application.id:
            raise DiscordError(UNKNOWN_APPLICATION)
        guild_id = call.parameters.get("guild_id")
        if guild_id is not None and guild_id != self._world.guild.id:
            raise DiscordError(MISSING_ACCESS)
        return guild_id

    def list(self, call: Call) -> Reply:
        """List the commands of one scope."""
        return Reply(list(call.application.scoped(self._scope(call)).values()))

    def overwrite(self, call: Call) -> Reply:
        """Replace all commands of one scope."""
        scope, commands = self._scope(call), as_list(call.body.json)
        if commands is not call.body.json:
            problems = FormProblems()
            check_list(problems, call.body.json or {}, ())
            problems.raise_if_any()
        return Reply(self._store.overwrite(call.application, scope, commands))

    def create(self, call: Call) -> Reply:
        """Add a command, or replace the one of this name."""
        command, is_new = self._store.create(call.application, self._scope(call), call.json)
        return Reply(command, CREATED if is_new else 200)

    def get(self, call: Call) -> Reply:
        """Give one command."""
        scope, command_id = self._scope(call), call.parameters["command_id"]
        return Reply(self._store.get(call.application, scope, command_id))

    def edit(self, call: Call) -> Reply:
        """Change one command."""
        scope, command_id = self._scope(call), call.parameters["command_id"]
        return Reply(self._store.edit(call.application, scope, command_id, call.json))

    def delete(self, call: Call) -> Reply:
        """Take one command away."""
        scope, command_id = self._scope(call), call.parameters["command_id"]
        self._store.delete(call.application, scope, command_id)
        return Reply(status=NO_CONTENT)


class GuildRoutes:
    """Who the bot is, who the others are, and where they all meet."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """List these routes."""
        guild = "/guilds/{guild_id}"
        return [
            Route("GET", "/gateway", self.gateway, needs_token=False),
            Route("GET", "/gateway/bot", self.gateway_for_bots),
            Route("GET", "/applications/@me", self.own_application),
            Route("PATCH", "/applications/@me", self.edit_application),
            Route("GET", "/oauth2/applications/@me", self.own_application),
            Route("GET", "/users/@me", self.own_user),
            Route("PATCH", "/users/@me", self.edit_user),
            Route("GET", "/users/@me/guilds", self.own_guilds),
            Route("GET", "/users/{user_id}", self.user),
            Route("GET", guild, self.guild),
            Route("GET", guild + "/channels", self.channels),
            Route("GET", guild + "/roles", self.roles),
            Route("GET", guild + "/roles/{role_id}", self.role),
            Route("GET", guild + "/members", self.members),
            Route("GET", guild + "/members/search", self.search_members),
            Route("GET", guild + "/members/{user_id}", self.member),
        ]

    def gateway(self, _call: Call) -> Reply:
        """Tell where the gateway is."""
        return Reply({"url": self._world.gateway_url})

    def gateway_for_bots(self, _call: Call) -> Reply:
        """Tell where the gateway is and how often one may start there."""
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return Reply({"url": self._world.gateway_url, "shards": 1, "session_start_limit": limit})

    def own_application(self, call: Call) -> Reply:
        """Give the bot's own application."""
        owner = self._world.guild.members[OLIVE.id].user
        return Reply(call.application.to_private_json(owner))

    def edit_application(self, call: Call) -> Reply:
        """Change the application's description, or which privileged intents it may have."""
        description, flags = call.json.get("description"), whole(call.json.get("flags"))
        if isinstance(description, str):
            call.application.description = description
        if flags is not None:
            call.application.flags = flags & sum(INTENT_OF_FLAG)
        return self.own_application(call)

    def own_user(self, call: Call) -> Reply:
        """Give the bot's own user."""
        return Reply(own_user(call.application))

    def edit_user(self, call: Call) -> Reply:
        """Rename the bot."""
        name = call.json.get("username")
        if name is not None:
            call.application.rename(read_username(name))
            self._world.state_changed()
        return self.own_user(call)

    def own_guilds(self, call: Call) -> Reply:
        """List the guilds the bot is in."""
        bot = self._world.guild.members[call.application.id]
        guild = self._world.guild.to_json()
        partial = {key: guild[key] for key in ("id", "name", "icon", "banner", "features")}
        allowed = str(int(self._world.guild.permissions_of(bot)))
        return Reply([partial | {"owner": False, "permissions": allowed}])

    def user(self, call: Call) -> Reply:
        """Give any user."""
        member = self._world.guild.members.get(call.parameters["user_id"])
        if member is None:
            raise DiscordError(UNKNOWN_USER)
        return Reply(member.user)

    def _check_guild(self, call: Call) -> None:
        if call.parameters["guild_id"] != self._world.guild.id:
            raise DiscordError(UNKNOWN_GUILD)

    def guild(self, call: Call) -> Reply:
        """Give the guild."""
        self._check_guild(call)
        guild = self._world.guild.to_json()
        if call.query.get("with_counts") in {"1", "true", "True"}:
            count = len(self._world.guild.present_members())
            guild |= {"approximate_member_count": count, "approximate_presence_count": count}
        return Reply(guild)

    def channels(self, call: Call) -> Reply:
        """List the guild's channels."""
        self._check_guild(call)
        return Reply(list(self._world.guild.channels.values()))

    def roles(self, call: Call) -> Reply:
        """List the guild's roles."""
        self._check_guild(call)
        return Reply(list(self._world.guild.roles.values()))

    def role(self, call: Call) -> Reply:
        """Give one role."""
        self._check_guild(call)
        role = self._world.guild.roles.get(call.parameters["role_id"])
        if role is None:
            raise DiscordError(UNKNOWN_ROLE)
        return Reply(role)

    def members(self, call: Call) -> Reply:
        """List members by id."""
        self._check_guild(call)
        after = read_number(call.query, "after", usual=0)
        found = [one for one in self._world.guild.present_members() if int(one.id) > after]
        found.sort(key=lambda one: int(one.id))
        return Reply(
            [
                one.to_json()
                for one in found[
                    : read_number(call.query, "limit", usual=1, least=1, most=MOST_MEMBERS)
                ]
            ]
        )

    def search_members(self, call: Call) -> Reply:
        """Find members by the start of their names."""
        self._check_guild(call)
        start = call.query.get("query", "").casefold()
        present = self._world.guild.present_members()
        found = [one for one in present if one.user["username"].casefold().startswith(start)]
        return Reply(
            [
                one.to_json()
                for one in found[
                    : read_number(call.query, "limit", usual=1, least=1, most=MOST_MEMBERS)
                ]
            ]
        )

    def member(self, call: Call) -> Reply:
        """Give one member."""
        self._check_guild(call)
        user_id = call.parameters["user_id"]
        member = self._world.guild.present_member(user_id)
        if member is None:
            known = user_id in self._world.guild.members
            raise DiscordError(UNKNOWN_MEMBER if known else UNKNOWN_USER)
        return Reply(member.to_json())
