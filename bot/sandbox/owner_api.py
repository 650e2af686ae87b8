"""The call that says who owns a bot's application."""

from aiohttp import web

from bot.sandbox.json_api import answer, checked, read_object, told
from bot.sandbox.lookup import ScriptError, find_application, find_person, only_application
from bot.sandbox.ownership import TEAM_ROLES, Team, TeamMember
from bot.sandbox.wire import Json, as_object
from bot.sandbox.world import World

KNOWN_FIELDS = {"member", "role", "accepted"}


class OwnerApi:
    """Parses the call and does what it says."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """List the calls."""
        return [web.post("/sandbox/owner", told(self.set_owner))]

    async def set_owner(self, request: web.Request) -> web.Response:
        """Let a bot belong to somebody else, or to a team of theirs."""
        fields = checked(await read_object(request), "owner")
        named = fields.get("application")
        application = (
            find_application(self._world, named) if named else only_application(self._world)
        )
        owner = find_person(self._world, fields["owner"]).user
        team = None
        if "team" in fields:
            others = [self._member(as_object(one)) for one in fields["team"]]
            members = (TeamMember(owner, "admin", is_accepted=True), *others)
            if len({one.user["id"] for one in members}) < len(members):
                raise ScriptError("Somebody is in the team twice; its owner is in it anyway.")
            team = Team(application.id, owner["id"], members)
        application.owner, application.team = owner, team
        private = application.to_private_json(owner)
        return answer({"owner": private["owner"], "team": private["team"]})

    def _member(self, given: Json) -> TeamMember:
        if unknown := sorted(set(given) - KNOWN_FIELDS):
            sentence = f'There is no field "{unknown[0]}" of a team\'s member.'
            raise ScriptError(sentence)
        role, is_accepted = given.get("role"), given.get("accepted", True)
        if role not in TEAM_ROLES:
            sentence = f'A "role" in a team is one of {", ".join(TEAM_ROLES)}.'
            raise ScriptError(sentence)
        if not isinstance(is_accepted, bool):
            raise ScriptError('"accepted" must be true or false.')
        return TeamMember(find_person(self._world, given.get("member")).user, role, is_accepted)
