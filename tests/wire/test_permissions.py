"""Who may use which command, and where; commands to come are covered as soon as they register."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.wire.sentences import ADMINS_ONLY, MISSING_PERMISSIONS, NOT_IN_GUILD, UNKNOWN_COMMAND
from tests.wire.town import Town

# What stands in for each type of option that a command cannot do without.
_SUBCOMMANDS = {1, 2}
_FILLINGS: dict[int, Any] = {
    3: "petal",
    4: 1,
    5: True,
    6: "Luna",
    8: "Streamer",
    10: 1.5,
    11: {"filename": "petals.csv", "text": "petal"},
}

_MANAGE_GUILD = 1 << 5


@dataclass(frozen=True)
class Use:
    """One way of typing a registered command, with the options it needs."""

    name: str
    options: dict[str, Any]
    command: dict[str, Any]

    @property
    def is_for_admins(self) -> bool:
        """Tell whether the command is registered for members with a permission."""
        return self.command["default_member_permissions"] is not None


@pytest.fixture
async def uses(town: Town) -> list[Use]:
    """Every command and subcommand that the bot registered."""
    (application,) = (await town.get("state"))["applications"]
    return [
        Use(" ".join((command["name"], *path)), filled, command)
        for command in application["commands"]
        for path, filled in ways(command)
    ]


def ways(part: dict[str, Any]) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """Return the words after a command's name with the required options, for each subcommand."""
    options: list[dict[str, Any]] = part.get("options") or []
    inner = [option for option in options if option["type"] in _SUBCOMMANDS]
    if not inner:
        return [
            ((), {one["name"]: _FILLINGS[one["type"]] for one in options if one.get("required")})
        ]
    return [((one["name"], *path), filled) for one in inner for path, filled in ways(one)]


async def test_every_command_of_the_story_is_registered(uses: list[Use]) -> None:
    names = {use.name for use in uses}
    assert names >= {
        "wallet",
        "buy",
        "gift",
        "history",
        "earnings show",
        "earnings statement",
        "earnings public",
        "convert",
        "claim request",
        "claim status",
        "payouts queue",
        "payouts export",
        "payouts import",
        "payouts owed",
        "economy settings",
        "economy streamers",
        "economy grant",
    }


async def test_every_command_is_registered_for_servers_alone(uses: list[Use]) -> None:
    for use in uses:
        assert use.command["contexts"] == [0] or use.command["dm_permission"] is False, use.name


async def test_discord_offers_no_command_in_direct_messages(town: Town, uses: list[Use]) -> None:
    for use in uses:
        for person in ("Mia", "Ada"):
            await town.discord_refuses(
                town.type(person, use.name, channel="dm", **use.options), UNKNOWN_COMMAND
            )


async def test_every_command_forged_in_a_direct_message_is_refused_by_the_bot(
    town: Town, uses: list[Use]
) -> None:
    for use in uses:
        for person in ("Mia", "Ada"):
            await town.refuses(
                town.type(person, use.name, channel="dm", force=True, **use.options), NOT_IN_GUILD
            )


async def test_admin_commands_are_registered_for_manage_server(uses: list[Use]) -> None:
    for use in uses:
        if use.is_for_admins:
            assert int(use.command["default_member_permissions"]) == _MANAGE_GUILD, use.name
    assert {use.name for use in uses if use.is_for_admins} >= {"payouts queue", "economy grant"}


@pytest.mark.parametrize("person", ["Mia", "Luna"])
async def test_discord_offers_no_admin_command_to_members(
    town: Town, uses: list[Use], person: str
) -> None:
    for use in uses:
        if use.is_for_admins:
            await town.discord_refuses(
                town.type(person, use.name, **use.options), MISSING_PERMISSIONS
            )


@pytest.mark.parametrize("person", ["Mia", "Luna"])
async def test_every_admin_command_forged_by_a_member_is_refused_by_the_bot(
    town: Town, uses: list[Use], person: str
) -> None:
    for use in uses:
        if use.is_for_admins:
            await town.refuses(town.type(person, use.name, force=True, **use.options), ADMINS_ONLY)


async def test_an_admin_who_lost_the_role_is_an_admin_no_more(town: Town, uses: list[Use]) -> None:
    await town.post("member", member="Ada", action="remove_role", role="Admin")
    for use in uses:
        if use.is_for_admins:
            await town.refuses(town.type("Ada", use.name, force=True, **use.options), ADMINS_ONLY)


async def test_every_command_answers_everybody_it_is_for(town: Town, uses: list[Use]) -> None:
    for use in uses:
        person = "Ada" if use.is_for_admins else "Mia"
        outcome = await town.type(person, use.name, **use.options)
        assert outcome.outcome == "answered", outcome.raw
        assert "Something went wrong" not in outcome.text, use.name
