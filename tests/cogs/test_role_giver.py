"""Roles over the sandbox: what Discord says no to becomes a reason that a person understands."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import discord
import pytest

from bot.payment_errors import ProviderRefused, ProviderSilent
from bot.payments.payout_provider import Payout
from bot.payout_errors import ROLE_GONE, ROLE_TOO_HIGH, STREAMER_LEFT
from bot.sandbox.cast import ADMIN_ROLE_ID, GUILD_ID
from bot.sandbox.membership import Membership
from cogs import role_giver
from cogs.role_giver import DiscordRoles
from tests.payments.payout_rigs_role import RoleRig, role_rig


@pytest.fixture
async def rig() -> AsyncGenerator[RoleRig]:
    async with role_rig() as made:
        yield made


@pytest.fixture
async def payout(rig: RoleRig) -> Payout:
    return await rig.payout(1)


def roles(rig: RoleRig) -> DiscordRoles:
    return DiscordRoles(rig.discord.client)


async def refused(rig: RoleRig, payout: Payout) -> str:
    with pytest.raises(ProviderRefused) as caught:
        await rig.provider.send(payout)
    return caught.value.reason


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (ADMIN_ROLE_ID, ROLE_TOO_HIGH),
        ("1200000000000000999", ROLE_GONE),
        (GUILD_ID, ROLE_GONE),
        ("no number", ROLE_GONE),
        ("", ROLE_GONE),
    ],
)
async def test_a_role_that_cannot_be_given_says_why(
    rig: RoleRig, payout: Payout, account: str, reason: str
) -> None:
    wrong = replace(payout, account=account)
    assert await refused(rig, wrong) == reason
    assert await rig.provider.find(wrong) is None


async def test_a_bot_without_the_permission_says_so(rig: RoleRig, payout: Payout) -> None:
    guild = rig.sandbox.world.guild
    bot = guild.members[str(rig.discord.client.application_id)]
    for role_id in bot.role_ids:
        guild.roles[role_id]["permissions"] = "0"
    guild.set_roles(bot, bot.role_ids)  # permissions are remembered until roles change
    assert await refused(rig, payout) == ROLE_TOO_HIGH


@pytest.mark.parametrize("streamer_id", [None, 999])
async def test_whoever_is_not_there_gets_no_role(
    rig: RoleRig, payout: Payout, streamer_id: int | None
) -> None:
    if streamer_id is None:
        guild = rig.sandbox.world.guild
        Membership(rig.sandbox.world).change(guild.members[str(payout.streamer_id)], "leave", None)
    else:
        payout = replace(payout, streamer_id=streamer_id)
    assert await refused(rig, payout) == STREAMER_LEFT
    assert await rig.provider.find(payout) is None


async def test_a_role_is_taken_back_once_or_often(rig: RoleRig, payout: Payout) -> None:
    await rig.provider.send(payout)
    for _ in range(2):
        await roles(rig).take(payout.guild_id, payout.streamer_id, int(payout.account))
        assert rig.went_out(payout) == 0
    # Nor is anybody there to take it from.
    await roles(rig).take(payout.guild_id, 999, int(payout.account))
    await roles(rig).take(payout.guild_id, payout.streamer_id, 999)


async def test_a_role_that_may_not_be_taken_stays_and_says_why(
    rig: RoleRig, payout: Payout
) -> None:
    await rig.provider.send(payout)
    rig.refuse(payout)
    with pytest.raises(ProviderRefused) as caught:
        await roles(rig).take(payout.guild_id, payout.streamer_id, int(payout.account))
    assert caught.value.reason == ROLE_TOO_HIGH
    assert rig.went_out(payout) == 1


async def test_a_client_that_is_not_there_is_silent(rig: RoleRig, payout: Payout) -> None:
    await rig.discord.client.close()
    with pytest.raises(ProviderSilent):
        await rig.provider.send(payout)
    fresh = DiscordRoles(discord.Client(intents=discord.Intents.none()))
    with pytest.raises(ProviderSilent):
        await fresh.has(1, 2, 3)


async def test_who_gives_no_answer_is_not_waited_for_long(
    rig: RoleRig, payout: Payout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(role_giver, "MOST_WAIT_SECONDS", 0.05)
    rig.sandbox.faults.arm("slow", seconds=600)
    with pytest.raises(ProviderSilent):
        await asyncio.wait_for(rig.provider.send(payout), 10)
