"""People who leave, come back, and gain or lose roles."""

from bot.sandbox.guild import Member
from bot.sandbox.lookup import ScriptError
from bot.sandbox.session import Intent
from bot.sandbox.snowflakes import iso
from bot.sandbox.wire import Json
from bot.sandbox.world import World


class Membership:
    """Changes who is in the guild and tells the bots."""

    def __init__(self, world: World) -> None:
        self._world = world

    def change(self, member: Member, action: str, role: Json | None) -> None:
        """Do one of the four actions."""
        match action:
            case "leave":
                self._leave(member)
            case "join":
                self._join(member)
            case "add_role" | "remove_role":
                if role is None:
                    sentence = f'"{action}" needs a "role".'
                    raise ScriptError(sentence)
                self._set_role(member, role, has=action == "add_role")
            case _:
                raise ScriptError('"action" must be leave, join, add_role or remove_role.')
        self._world.state_changed()

    def _leave(self, member: Member) -> None:
        if member.id == self._world.guild.owner_id:
            raise ScriptError("The owner cannot leave the guild.")
        if not member.present:
            raise ScriptError("This member left already.")
        member.present = False
        self._world.guild.set_roles(member, [])
        event = {"guild_id": self._world.guild.id, "user": member.user}
        self._world.tell_guild("GUILD_MEMBER_REMOVE", event, Intent.GUILD_MEMBERS)

    def _join(self, member: Member) -> None:
        if member.present:
            raise ScriptError("This member is here already.")
        member.present = True
        member.joined_at = iso(self._world.clock())
        event = self._world.member_event(member)
        self._world.tell_guild("GUILD_MEMBER_ADD", event, Intent.GUILD_MEMBERS)

    def _set_role(self, member: Member, role: Json, *, has: bool) -> None:
        if not member.present:
            raise ScriptError("This member left; only members have roles.")
        if role["managed"] or role["id"] == self._world.guild.id:
            raise ScriptError("Nobody can be given or denied this role.")
        others = [role_id for role_id in member.role_ids if role_id != role["id"]]
        self._world.guild.set_roles(member, [*others, role["id"]] if has else others)
        event = self._world.member_event(member)
        self._world.tell_guild("GUILD_MEMBER_UPDATE", event, Intent.GUILD_MEMBERS)
