"""Every pair of things done with a claim at once: what comes of it is one of the two orders.

The model is the service itself, one thing after the other. For each state and each pair three
guilds are brought there: in one the pair is done in this order, in one in that order, and in one at
once. At once must be exactly one of the two, in everything: the claim, its steps, its payments, all
pots, the letters, and what was told to whoever did it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import combinations_with_replacement, count
from typing import Any

import aiosqlite
import pytest

from bot.errors import Refusal
from bot.ledger.accounts import Account
from bot.ledger.audit import audit
from bot.ledger.posting import Entry, from_house, post
from bot.services.economy import Economy
from bot.services.payout_word import PersonsWord
from bot.services.proofs import FULL_AUDIT
from tests.services.conftest import ADMIN_ID, OTHER_ADMIN_ID, STREAMER_ID

RESULTS = b"claim,reference,result\n2,SEPA 7,paid\n"
IMPORT_ID = 5
# The claim that everything is done with; claim 1 was paid before, so that this one can be sent.
CLAIM_ID = 2
DIAMONDS = 100
PART = 60

WAYS = (
    "request",
    "approve",
    "approve as another",
    "reject",
    "cancel",
    "begin to send",
    "begin to send a part",
    "sent",
    "fail",
    "bounce",
    "pay",
    "pay a part",
    "say it was paid",
    "say it was not paid",
    "hand out to the bank",
    "apply the bank's results",
)
APPROVED = ("approve", "approve as another")
# How a claim comes to stand where it does, two approvals being wanted: every state, and every part.
PATHS: dict[str, tuple[str, ...]] = {
    "requested": (),
    "approved by one of two": ("approve as another",),
    "approved": APPROVED,
    "approved and paid in part": (*APPROVED, "pay a part"),
    "sending": (*APPROVED, "begin to send"),
    "sending a part": (*APPROVED, "begin to send a part"),
    "at the bank": (*APPROVED, "hand out to the bank"),
    "paid": (*APPROVED, "pay"),
    "failed": (*APPROVED, "bounce"),
    "rejected": ("reject",),
    "cancelled": ("cancel",),
}


@dataclass(frozen=True)
class Seen:
    """What everybody was told, and all that could have changed."""

    told: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class World:
    """One guild with a claim, over which things are done."""

    def __init__(self, economy: Economy, guild_id: int) -> None:
        self._economy = economy
        self._guild_id = guild_id

    async def prepare(self, path: tuple[str, ...]) -> None:
        """Bring a claim to where the path leads."""
        await self._economy.books.do(self._mint)
        for claim_id in (1, CLAIM_ID):
            await self._act("request", f"request:{claim_id}")
        for name in ("approve", "pay"):
            await self._act(name, f"first:{name}", claim_id=1)
        await self._economy.guilds.change_setting(
            self._guild_id, ADMIN_ID, "claim_two_approvals_from", str(DIAMONDS)
        )
        for name in path:
            await self._act(name, f"path:{name}")
        # Where it can be applied as it stands; in other places there is nothing to apply.
        await self._economy.payout_imports.show(
            guild_id=self._guild_id, import_id=IMPORT_ID, admin_id=ADMIN_ID, data=RESULTS
        )

    async def _mint(self, connection: aiosqlite.Connection) -> None:
        line = from_house(Account.MINTED, STREAMER_ID, Account.DIAMONDS, 10 * DIAMONDS)
        entry = Entry(
            guild_id=self._guild_id,
            key="mint",
            kind="test",
            actor_id=ADMIN_ID,
            posted_at=1,
            lines=(line,),
            content=(),
        )
        await post(connection, entry)

    async def do(self, name: str, key: str) -> str:
        """Do something and return what whoever did it was told."""
        try:
            done = await self._act(name, key)
        except Refusal as refusal:
            return str(refusal)
        return str(done).replace(str(self._guild_id), "here")

    def _act(self, name: str, key: str, *, claim_id: int = CLAIM_ID) -> Awaitable[object]:
        economy, guild_id = self._economy, self._guild_id
        claims = economy.claims
        claim: dict[str, Any] = {"guild_id": guild_id, "key": key, "claim_id": claim_id}
        admin: dict[str, Any] = {**claim, "admin_id": ADMIN_ID}
        part = PART if name.endswith(" a part") else None
        word: dict[str, Any] = {**admin, "note": "I looked"}
        ways: dict[str, Callable[[], Awaitable[object]]] = {
            "request": lambda: claims.request(
                guild_id=guild_id, key=key, streamer_id=STREAMER_ID, diamonds=DIAMONDS
            ),
            "approve": lambda: claims.approve(**admin),
            "approve as another": lambda: claims.approve(**claim, admin_id=OTHER_ADMIN_ID),
            "reject": lambda: claims.reject(**admin, reason="no"),
            "cancel": lambda: claims.cancel(**claim, streamer_id=STREAMER_ID),
            "begin to send": lambda: claims.begin_sending(**admin, provider="wire", diamonds=part),
            "sent": lambda: claims.sent_paid(**claim, reference="tr_1"),
            "fail": lambda: claims.fail(**claim, reason="no account"),
            "bounce": lambda: claims.bounce(**admin, reason="came back"),
            "pay": lambda: claims.mark_paid(**admin, reference="transfer", diamonds=part),
            # Nobody set up the provider that began, so it is the person's word that counts.
            "say it was paid": lambda: economy.payout_sending.take_word(
                PersonsWord(**word, is_paid=True)
            ),
            "say it was not paid": lambda: economy.payout_sending.take_word(
                PersonsWord(**word, is_paid=False)
            ),
            "hand out to the bank": lambda: economy.payout_exports.hand_out(
                guild_id=guild_id, key=key, admin_id=ADMIN_ID
            ),
            "apply the bank's results": lambda: economy.payout_imports.apply(
                guild_id=guild_id, import_id=IMPORT_ID, admin_id=ADMIN_ID
            ),
        }
        return ways[name.removesuffix(" a part")]()

    async def look(self) -> tuple[tuple[Any, ...], ...]:
        """Return all that could have changed, without the guild's own id."""
        found: list[tuple[Any, ...]] = []
        for table in ("claim", "claim_step", "claim_payment", "pot", "entry", "letter"):
            rows = await self._economy.books.read(
                f"SELECT * FROM {table} WHERE guild_id = ?", (self._guild_id,)
            )
            found += [(table, *row[1:]) for row in rows]
        return tuple(found)


async def seen(world: World, path: tuple[str, ...], pair: tuple[str, str], how: str) -> Seen:
    """Return what comes of two things in a fresh guild: in this order, in that, or at once."""
    await world.prepare(path)
    keyed = [(name, f"race:{number}") for number, name in enumerate(pair)]
    if how == "at once":
        told = await asyncio.gather(*(world.do(name, key) for name, key in keyed))
    else:
        order = keyed if how == "in this order" else keyed[::-1]
        by_key = {key: await world.do(name, key) for name, key in order}
        told = [by_key[key] for _, key in keyed]
    return Seen(tuple(told), await world.look())


@pytest.mark.proof("streamer")
@pytest.mark.parametrize("state", PATHS)
async def test_two_things_at_once_are_one_of_the_two_orders(economy: Economy, state: str) -> None:
    guild_ids = count(100_000_001)

    async def race(pair: tuple[str, str]) -> None:
        this, that, at_once = await asyncio.gather(
            *(
                seen(World(economy, next(guild_ids)), PATHS[state], pair, how)
                for how in ("in this order", "in that order", "at once")
            )
        )
        assert at_once in (this, that), pair

    for first in WAYS:
        pairs = [pair for pair in combinations_with_replacement(WAYS, 2) if pair[0] == first]
        await asyncio.gather(*(race(pair) for pair in pairs))
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_every_state_is_raced_from(economy: Economy) -> None:
    states: set[str] = set()
    for guild_id, path in enumerate(PATHS.values(), 1):
        world = World(economy, guild_id)
        await world.prepare(path)
        states |= {str(row[4]) for row in await world.look() if row[:2] == ("claim", CLAIM_ID)}
    assert states == {
        "requested",
        "approved",
        "sending",
        "paid",
        "failed",
        "rejected",
        "cancelled",
    }
