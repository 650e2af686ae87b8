"""The services of the streamer's side over a real file, as the machine drives them."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.payments.payout_ways import PayoutWays
from bot.services.economy import Economy
from bot.services.guilds import Person, stored_settings
from bot.services.holds import held_coins
from bot.services.tallies import Tallies
from tests.auditing import Auditor
from tests.conftest import MovableClock
from tests.new_books import open_books
from tests.proofs.claims_model import (
    CENTS_PER_DIAMOND,
    LEAST,
    MOST_PER_DAY,
    TWO_APPROVALS_FROM,
)
from tests.proofs.moody_payouts import MoodyPayouts
from tests.services.conftest import GUILD_ID, Play
from tests.services.paid import Paid
from tests.services.shop import Shop

ADMINS = (1, 2)
PEOPLE = {number: Person(number, f"Person {number}") for number in (11, 12, 13)}
_POTS = ("paid", "bonus", "debt", "earned_paid", "earned_bonus", "diamonds", "claimed")
_SLICE_ENTRIES = 4

Call = Callable[[], Awaitable[Any]]


class StreamerDesk:
    """A guild that takes money, all of whose people are streamers, with its shop and its payer."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._folder = Path(tempfile.mkdtemp())
        path = self._folder / "books.sqlite3"
        self.clock = MovableClock()
        self.payer = MoodyPayouts()
        self._books = self.run(open_books(path))
        self._auditor = Auditor(path)
        self.ways = PayoutWays({self.payer.name: self.payer})
        self.economy = Economy.over(self._books, self.clock, payout_ways=self.ways)
        self.play = Play(self.economy)
        self.shop = Shop(self.play, self.clock)
        self.run(self._found())

    async def _found(self) -> None:
        for person in PEOPLE:
            await self.economy.guilds.name_streamer(GUILD_ID, 1, person)
        await Paid(self.economy).begin(provider="manual")
        for name, value in (
            ("claim_least", LEAST),
            ("claim_most_per_day", MOST_PER_DAY),
            ("claim_two_approvals_from", TWO_APPROVALS_FROM),
            ("diamond_value_minor", CENTS_PER_DIAMOND),
            ("hold_days", 2),
            ("bonus_rate", "1/2"),
        ):
            await self.play.set(name, str(value))
        for person in PEOPLE:
            await self.economy.payees.invite(GUILD_ID, person, self.payer.name)

    def run(self, work: Awaitable[Any]) -> Any:
        """Do one thing."""
        return self._loop.run_until_complete(work)

    def at_once(self, *calls: Call) -> list[Any]:
        """Do things at once; return what each gave or raised."""

        async def gather() -> list[Any]:
            return await asyncio.gather(*(call() for call in calls), return_exceptions=True)

        return self.run(gather())

    def tally(self) -> None:
        """Let the job sum up what streamers received, in small slices."""
        self.run(Tallies(self._books, self.clock, slice_entries=_SLICE_ENTRIES).run())

    def pots(self, person: int) -> dict[str, int]:
        """Return what somebody has."""
        pots = self.run(self.play.pots(person))
        return {name: pots.get(name, 0) for name in _POTS}

    def held(self, person: int) -> tuple[int, int]:
        """Return what waits of a streamer's coins, paid and bonus."""
        held = self.run(self._held(person))
        return held.paid_coins, held.bonus_coins

    async def _held(self, person: int) -> Any:
        settings = await stored_settings(self._books.read, GUILD_ID)
        return await held_coins(self._books.read, GUILD_ID, person, settings, self.clock())

    def paid_out(self) -> dict[int, tuple[int, int]]:
        """Return what was paid out: to each streamer in all, and by the provider."""
        rows = self.run(
            self._books.read(
                "SELECT c.streamer_id, SUM(p.diamonds),"
                " SUM(p.diamonds) FILTER (WHERE p.provider = 'moody')"
                " FROM claim_payment AS p JOIN claim AS c USING (guild_id, claim_id) GROUP BY 1"
            )
        )
        return {streamer_id: (total, sent or 0) for streamer_id, total, sent in rows}

    def claim_states(self) -> list[str]:
        """Return where the claims stand, oldest first."""
        rows = self.run(self._books.read("SELECT state FROM claim ORDER BY claim_id"))
        return [row[0] for row in rows]

    def moved(self, *accounts: str) -> int:
        """Return what the house's accounts took, less what they gave."""
        marks = ", ".join("?" * len(accounts))
        sql = (
            f"SELECT COALESCE(SUM(balance), 0) FROM pot WHERE owner_id = 0 AND account IN ({marks})"
        )
        return self.run(self._books.read(sql, accounts))[0][0]

    def defects(self) -> list[str]:
        """Return what the audit finds."""
        return self._auditor.findings()

    def close(self) -> None:
        """Close the books and take the file away."""
        self._auditor.close()
        self.run(self._books.close())
        self._loop.close()
        shutil.rmtree(self._folder)
