"""Who owns an application: a person, or a team of several, which Discord shows as a user too."""

from dataclasses import dataclass

from bot.sandbox.guild import user_json
from bot.sandbox.snowflakes import stable_snowflake
from bot.sandbox.wire import Json

TEAM_ROLES = ("admin", "developer", "read_only")
INVITED, ACCEPTED = 1, 2


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Somebody of a team, or invited to it."""

    user: Json
    role: str
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Team:
    """A team of one application; its owner is among its members."""

    application_id: str
    owner_id: str
    members: tuple[TeamMember, ...]

    @property
    def id(self) -> str:
        """The team's id."""
        return stable_snowflake("team", self.application_id)

    def as_user(self) -> Json:
        """Write what stands in the place of the person who would own the application."""
        return user_json(self.id, f"team{self.id}") | {"global_name": None}

    def to_json(self) -> Json:
        """Write the team as its applications carry it."""
        return {
            "id": self.id,
            "icon": None,
            "name": f"Team {self.id[-4:]}",
            "owner_user_id": self.owner_id,
            "members": [self._member_json(one) for one in self.members],
        }

    def _member_json(self, member: TeamMember) -> Json:
        return {
            "user": member.user,
            "team_id": self.id,
            "membership_state": ACCEPTED if member.is_accepted else INVITED,
            "role": member.role,
            "permissions": ["*"],
        }
