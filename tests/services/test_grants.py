"""Grants: bonus coins with a reason, once."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import (
    AmountOutOfBounds,
    GiftToBot,
    KeyConflict,
    MemberLeft,
    ReasonMissing,
    Refusal,
    WalletFull,
)
from bot.services.economy import Economy
from bot.services.grants import GrantReceipt, check_reason
from bot.services.guilds import Person
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GIVER, GIVER_ID, GUILD_ID, Play


async def grant(economy: Economy, **values: Any) -> GrantReceipt:
    """Grant 50 coins to the giver, as far as a test says nothing else."""
    known: dict[str, Any] = {
        "guild_id": GUILD_ID,
        "key": "grant:1",
        "admin_id": ADMIN_ID,
        "member": GIVER,
        "coins": 50,
        "reason": "for the summer party",
    }
    return await economy.grants.grant(**{**known, **values})


async def test_a_grant_gives_bonus_coins_and_keeps_its_reason(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    receipt = await grant(economy, reason="  for the summer party ")
    assert receipt == GrantReceipt(
        GUILD_ID, 1, ADMIN_ID, GIVER_ID, 50, "for the summer party", replayed=False
    )
    assert await play.pots(GIVER_ID) == {"bonus": 50}
    assert await play.pots(0) == {"granted": -50}
    assert await economy.books.read("SELECT kind, actor_id, posted_at, note FROM entry") == [
        ("grant", ADMIN_ID, clock.now, "for the summer party")
    ]


async def test_the_same_grant_many_times_at_once_is_given_once(
    economy: Economy, play: Play
) -> None:
    receipts = await asyncio.gather(*(grant(economy) for _ in range(10)))
    assert sorted(receipt.replayed for receipt in receipts) == [False] + [True] * 9
    assert len({replace(receipt, replayed=True) for receipt in receipts}) == 1
    assert await play.pots(GIVER_ID) == {"bonus": 50}


@pytest.mark.parametrize(
    "other",
    [{"coins": 51}, {"member": Person(11, "Noa")}, {"admin_id": 2}, {"reason": "another"}],
)
async def test_other_content_under_a_used_key_is_a_conflict(
    economy: Economy, play: Play, other: dict[str, Any]
) -> None:
    await grant(economy)
    with pytest.raises(KeyConflict):
        await grant(economy, **other)
    assert await play.pots(GIVER_ID) == {"bonus": 50}


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"coins": 0}, AmountOutOfBounds),
        ({"coins": -5}, AmountOutOfBounds),
        ({"coins": 1_000_000_001}, AmountOutOfBounds),
        ({"coins": 10**30}, AmountOutOfBounds),
        ({"reason": "   "}, ReasonMissing),
        ({"reason": "x" * 201}, ReasonMissing),
        ({"member": Person(99, "Beep", is_bot=True)}, GiftToBot),
        ({"member": Person(98, "Gone", is_member=False)}, MemberLeft),
    ],
)
async def test_a_grant_against_the_rules_gives_nothing(
    economy: Economy, play: Play, values: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await grant(economy, **values)
    assert await play.entries() == 0


async def test_a_full_wallet_takes_no_grant(economy: Economy, play: Play) -> None:
    await play.coins(bonus=10**15 - 49)
    with pytest.raises(WalletFull):
        await grant(economy)
    assert (await grant(economy, coins=49)).coins == 49


async def test_a_grant_that_filled_the_wallet_can_be_replayed(economy: Economy, play: Play) -> None:
    await play.coins(bonus=10**15 - 50)
    first = await grant(economy)
    assert await grant(economy) == replace(first, replayed=True)


@pytest.mark.parametrize("reason", ["x", "x" * 200, f"  {'x' * 200}  "])
def test_a_reason_has_from_1_to_200_characters(reason: str) -> None:
    assert check_reason(reason) == reason.strip()
