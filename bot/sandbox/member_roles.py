"""The routes by which a bot gives roles to members and takes them away."""

from bot.sandbox.guild import Member
from bot.sandbox.membership import Membership
from bot.sandbox.permissions import Permission
from bot.sandbox.rejections import (
    INVALID_ROLE,
    MISSING_PERMISSIONS,
    UNKNOWN_GUILD,
    UNKNOWN_MEMBER,
    UNKNOWN_ROLE,
    UNKNOWN_USER,
    DiscordError,
)
from bot.sandbox.rest import NO_CONTENT, Call, Reply, Route
from bot.sandbox.wire import Json
from bot.sandbox.world import World


class MemberRoleRoutes:
    """Needs Manage Roles, and reaches only roles below the bot's own highest one."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._membership = Membership(world)

    def routes(self) -> list[Route]:
        """List these routes."""
        path = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"
        return [Route("PUT", path, self.give), Route("DELETE", path, self.take)]

    def give(self, call: Call) -> Reply:
        """Give a role; a member who has it keeps it."""
        return self._set(call, has=True)

    def take(self, call: Call) -> Reply:
        """Take a role away; a member who does not have it stays without."""
        return self._set(call, has=False)

    def _set(self, call: Call, *, has: bool) -> Reply:
        if call.parameters["guild_id"] != self._world.guild.id:
            raise DiscordError(UNKNOWN_GUILD)
        member, role = self._member(call), self._role(call)
        self._refuse_unallowed(call, role)
        if (role["id"] in member.role_ids) is not has:
            self._membership.change(member, "add_role" if has else "remove_role", role)
        return Reply(status=NO_CONTENT)

    def _member(self, call: Call) -> Member:
        user_id = call.parameters["user_id"]
        member = self._world.guild.present_member(user_id)
        if member is None:
            known = user_id in self._world.guild.members
            raise DiscordError(UNKNOWN_MEMBER if known else UNKNOWN_USER)
        return member

    def _role(self, call: Call) -> Json:
        role = self._world.guild.roles.get(call.parameters["role_id"])
        if role is None:
            raise DiscordError(UNKNOWN_ROLE)
        if role["id"] == self._world.guild.id:
            # Everybody has that one, for ever.
            raise DiscordError(INVALID_ROLE)
        return role

    def _refuse_unallowed(self, call: Call, role: Json) -> None:
        guild = self._world.guild
        bot = guild.members[call.application.id]
        allowed = guild.permissions_of(bot)
        highest = max(guild.roles[role_id]["position"] for role_id in bot.role_ids)
        # Being an administrator does not lift the order of the roles.
        is_below = role["position"] < highest and not role["managed"]
        is_allowed = allowed & (Permission.MANAGE_ROLES | Permission.ADMINISTRATOR)
        if not is_allowed or not is_below:
            raise DiscordError(MISSING_PERMISSIONS)
