"""Who owns a bot's application, as scripts say it and as bots are told."""

from typing import Any

import discord
import pytest

from tests.sandbox.script import Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

THEO_ID, KAI_ID, LUNA_ID = 1200000000000000103, 1200000000000000105, 1200000000000000104


async def owned(script: Script, **body: Any) -> Any:
    status, answer = await script.post("owner", body)
    assert status == 200, answer
    return answer


async def test_an_application_belongs_to_the_guilds_owner_until_it_is_said(
    script: Script, bot: SmallBot
) -> None:
    assert (await bot.application_info()).owner.name == "olive"
    await owned(script, owner="Theo")
    application = await bot.application_info()
    assert (application.owner.id, application.team) == (THEO_ID, None)


async def test_a_team_stands_in_the_place_of_an_owner(script: Script, bot: SmallBot) -> None:
    luna = {"member": "Luna", "role": "read_only", "accepted": False}
    await owned(script, owner="Theo", team=[{"member": "Kai", "role": "developer"}, luna])
    application = await bot.application_info()
    team = application.team
    assert team is not None
    assert application.owner.id == team.id
    assert application.owner.name == f"team{team.id}"
    assert team.owner_id == THEO_ID
    roles, states = discord.TeamMemberRole, discord.TeamMembershipState
    assert [(one.id, one.role, one.membership_state) for one in team.members] == [
        (THEO_ID, roles.admin, states.accepted),
        (KAI_ID, roles.developer, states.accepted),
        (LUNA_ID, roles.read_only, states.invited),
    ]
    await owned(script, owner="Theo")
    assert (await bot.application_info()).team is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"owner": "Nobody"}, 404),
        ({"owner": "Theo", "application": "Nobody"}, 404),
        ({"owner": "Theo", "team": "Kai"}, 400),
        ({"owner": "Theo", "team": ["Kai"]}, 400),
        ({"owner": "Theo", "team": [{"member": "Nobody", "role": "admin"}]}, 404),
        ({"owner": "Theo", "team": [{"member": "Kai", "role": "king"}]}, 400),
        ({"owner": "Theo", "team": [{"member": "Kai", "role": ["admin"]}]}, 400),
        ({"owner": "Theo", "team": [{"member": "Kai", "role": "admin", "odd": 1}]}, 400),
        ({"owner": "Theo", "team": [{"member": "Kai", "role": "admin", "accepted": 1}]}, 400),
        ({"owner": "Theo", "team": [{"member": "Theo", "role": "admin"}]}, 400),
    ],
)
async def test_an_owner_that_makes_no_sense_gets_a_sentence_and_changes_nothing(
    script: Script, bot: SmallBot, body: Any, status: int
) -> None:
    got, answer = await script.post("owner", body)
    assert got == status
    assert answer["error"].endswith(".")
    application = await bot.application_info()
    assert (application.owner.name, application.team) == ("olive", None)
