"""Prices: whatever was promised, changed and bought, a price is what the rules say by hand."""

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.ledger.audit import audit
from bot.promotion_errors import BudgetSpent, NothingRuns
from bot.services.economy import Economy
from bot.services.orders import PACKS_COINS, OrderReceipt
from bot.services.promotion_plans import Plan
from bot.services.promotion_terms import Terms
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.new_books import open_books
from tests.proofs.price_model import OFFSETS_SECONDS, Model, ever_pays
from tests.services.promo import ADMIN_ID, DAILY, GUILD_ID

pytestmark = [pytest.mark.proof("promotions"), pytest.mark.long]

MEMBERS = (10, 11, 12)


@dataclass(frozen=True)
class Step:
    """Something that happens some minutes after the last; which fields count depends on `what`."""

    minutes: int
    what: str
    member: int = MEMBERS[0]
    pack: int = 700
    number: int = 0
    terms: Terms | None = None
    hour: int | None = None
    lasts_minutes: int = 60
    zone: str = "UTC"


percents = st.builds(Terms, bonus_percent=st.integers(1, 1000))
fixed = st.builds(Terms, bonus_coins=st.integers(1, 500))
limits = st.fixed_dictionaries(
    {
        "packs": st.sets(st.sampled_from(PACKS_COINS), max_size=3).map(tuple),
        "least_coins": st.sampled_from((0, 0, 350, 3_500)),
        "first_purchase": st.sampled_from((False, False, False, True)),
        "member_coins": st.sampled_from((0, 0, 30, 500)),
        "member_uses": st.sampled_from((0, 0, 1, 2)),
        "budget_coins": st.sampled_from((0, 0, 1, 100, 1_000, 5_000)),
    }
)
terms = (
    st.tuples(st.one_of(percents, fixed), limits)
    .map(lambda both: replace(both[0], **both[1]))
    .filter(ever_pays)
)
hours, lengths = st.integers(0, 23), st.sampled_from((1, 60, 240, 12 * 60, 24 * 60))
rules = st.lists(st.tuples(terms, hours, lengths), min_size=1, max_size=3)
minutes, numbers = st.integers(0, 8 * 60), st.integers(0, 2)
purchases = st.builds(
    Step,
    minutes,
    st.just("buy"),
    member=st.sampled_from(MEMBERS),
    pack=st.sampled_from(PACKS_COINS),
)
changes = st.builds(
    Step,
    minutes,
    st.sampled_from(("edit", "edit", "pause", "resume", "end", "zone", "tick", "extend")),
    number=numbers,
    terms=st.one_of(st.none(), terms),
    hour=st.one_of(st.none(), hours),
    lasts_minutes=lengths,
    zone=st.sampled_from(sorted(OFFSETS_SECONDS)),
)
steps = st.lists(st.one_of(purchases, changes), min_size=1, max_size=24)


class Play:
    """A guild's promotions, and beside them the model."""

    def __init__(self, economy: Economy, clock: MovableClock) -> None:
        self.economy = economy
        self.clock = clock
        self.model = Model(clock.now)
        self._orders = 0

    async def create(self, terms: Terms, hour: int, lasts_minutes: int) -> None:
        """Create a promotion in both."""
        number = len(self.model.promotions)
        plan = self._plan(number, terms, hour, lasts_minutes)
        await self.economy.promotions.create(GUILD_ID, ADMIN_ID, str(number), plan)
        self.model.create(terms, hour, lasts_minutes)

    async def do(self, step: Step) -> None:
        """Let a step happen in both, and compare what they say."""
        self.clock.advance(step.minutes * 60)
        self.model.now = self.clock.now
        number = step.number % len(self.model.promotions)
        promotions, key = self.economy.promotions, (GUILD_ID, ADMIN_ID, number + 1)
        match step.what:
            case "buy":
                await self.buy(step.member, step.pack)
            case "edit":
                await self.edit(number, step)
            case "pause":
                await promotions.pause(*key)
                self.model.promotions[number].is_paused = True
            case "resume":
                await promotions.resume(*key)
                self.model.promotions[number].is_paused = False
            case "end":
                await self.end(number)
            case "zone":
                await promotions.set_zone(GUILD_ID, ADMIN_ID, step.zone)
                self.model.follow(step.zone)
            case "tick":
                await self.economy.promotion_clock.tick()
            case _:
                await self.economy.promotion_clock.extend()
        await self.compare()

    async def buy(self, member: int, pack: int) -> None:
        """Buy a pack under the bonus that is shown."""
        self._orders += 1
        shown = (await self.prices(member))[pack]
        bought = await self.economy.orders.buy_test(
            GUILD_ID, member, self._orders, pack, expected_bonus=shown
        )
        assert isinstance(bought, OrderReceipt)
        assert bought.bonus_coins == shown == self.model.buy(member, pack)

    async def edit(self, number: int, step: Step) -> None:
        """Change terms, times, both or the name; what is made is what the preview showed."""
        before = self.model.promotions[number]
        terms = step.terms or before.terms
        hour, lasts = before.hour, before.minutes
        if step.hour is not None:
            hour, lasts = step.hour, step.lasts_minutes
        self._orders += 1
        plan = replace(self._plan(number, terms, hour, lasts), name=f"changed {self._orders}")
        promotions = self.economy.promotions
        if self.model.refuses(number, terms):
            with pytest.raises(BudgetSpent):
                await promotions.edit(GUILD_ID, ADMIN_ID, number + 1, plan)
            return
        drafts = self.economy.promotion_drafts
        preview = await drafts.preview(GUILD_ID, plan, number + 1)
        await promotions.edit(GUILD_ID, ADMIN_ID, number + 1, plan)
        self.model.edit(number, terms, hour, lasts)
        made = await self._made(number)
        assert [(one.starts_at, one.ends_at) for one in preview.windows] == made[:5]

    async def end(self, number: int) -> None:
        """End the open window, if there is one."""
        if self.model.end(number):
            await self.economy.promotions.end_window(GUILD_ID, ADMIN_ID, number + 1)
            return
        with pytest.raises(NothingRuns):
            await self.economy.promotions.end_window(GUILD_ID, ADMIN_ID, number + 1)

    async def compare(self) -> None:
        """Compare all prices of all members, and the windows to come."""
        for member in MEMBERS:
            prices = await self.prices(member)
            assert prices == {pack: self.model.best(member, pack) for pack in PACKS_COINS}
        for number, promotion in enumerate(self.model.promotions):
            expected = [
                (one.start, one.end) for one in promotion.windows if one.end > self.model.now
            ]
            assert (await self._made(number))[:10] == expected[:10]

    async def prices(self, member: int) -> dict[int, int]:
        """Return the bonus of each pack."""
        packs = await self.economy.orders.packs(GUILD_ID, member)
        return {pack.coins: pack.bonus_coins for pack in packs}

    async def _made(self, number: int) -> list[tuple[int, int]]:
        rows = await self.economy.books.read(
            "SELECT starts_at, ends_at FROM promotion_window"
            " WHERE guild_id = ? AND promotion_id = ? AND ends_at > ? ORDER BY starts_at",
            (GUILD_ID, number + 1, self.clock.now),
        )
        return [tuple(row) for row in rows]

    def _plan(self, number: int, terms: Terms, hour: int, lasts_minutes: int) -> Plan:
        start = DAILY.start_time.replace(hour=hour)
        rule = replace(DAILY, start_time=start, lasts_seconds=lasts_minutes * 60)
        return Plan(name=str(number), terms=terms, recurrence=rule)


DOUBLE = Terms(bonus_percent=100)
LIMITED = Terms(bonus_percent=100, budget_coins=1_000)
AT_NOON = (4 * 60, "buy")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rules=rules, steps=steps)
# A budget that is put on an open window, and one that is taken off it.
@example(
    rules=[(DOUBLE, 12, 240)],
    steps=[
        Step(*AT_NOON),
        Step(0, "edit", terms=LIMITED),
        Step(0, "buy"),
        Step(0, "edit"),
        Step(24 * 60, "buy"),
    ],
)
@example(
    rules=[(LIMITED, 12, 240)],
    steps=[
        Step(*AT_NOON),
        Step(0, "edit", terms=DOUBLE),
        Step(0, "buy"),
        Step(24 * 60, "buy"),
        Step(0, "tick"),
    ],
)
def test_every_price_is_what_the_rules_say(
    rules: list[tuple[Terms, int, int]], steps: list[Step]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_play(Path(folder) / "books.sqlite3", rules, steps))


async def _play(path: Path, rules: list[tuple[Terms, int, int]], steps: list[Step]) -> None:
    clock = MovableClock()
    books = await open_books(path)
    try:
        play = Play(Economy.over(books, clock), clock)
        for rule in rules:
            await play.create(*rule)
        for step in steps:
            await play.do(step)
    finally:
        await books.close()
    assert await audit(path, FULL_AUDIT) == []
