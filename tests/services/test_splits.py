"""Sharing: agreed on by everybody, moved to the coin once a gift has passed its hold."""

import contextlib
import random
import sqlite3
from typing import Any

import pytest

from bot.errors import (
    GiftToBot,
    KeyConflict,
    MemberLeft,
    NotAStreamerYourself,
    Refusal,
    UndoConverted,
)
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.audit import audit
from bot.ledger.posting import from_house, to_house
from bot.services import shares
from bot.services.clock import DAY_SECONDS
from bot.services.earnings_periods import Period
from bot.services.earnings_rows import Shared
from bot.services.economy import Economy
from bot.services.guilds import Person
from bot.services.kept_rates import others_parts
from bot.services.proofs import FULL_AUDIT
from bot.services.rates import Applies
from bot.services.share_rows import GIFTS_SQL
from bot.services.shares import YOUNG_SECONDS
from bot.services.split_proofs import SPLIT_CHECKS
from bot.services.split_rows import Split, SplitState
from bot.services.splits import SplitParts
from bot.split_errors import (
    SharesWait,
    SplitBegan,
    SplitGone,
    SplitNotChosen,
    SplitNotYours,
    SplitPercent,
    SplitTooLarge,
    SplitWithNobody,
    SplitWithOneself,
    SplitWithTwice,
)
from tests.conftest import MovableClock
from tests.services.conftest import (
    ADMIN_ID,
    GIVER,
    GIVER_ID,
    GUILD_ID,
    STREAMER,
    STREAMER_ID,
    Play,
)
from tests.services.paid import Paid
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("streamer")

KAI, ODA = Person(31, "Kai"), Person(32, "Oda")


async def propose(
    economy: Economy, *parts: tuple[Person, int], key: str = "split:1", by: Person = STREAMER
) -> Split:
    return await economy.splits.propose(
        guild_id=GUILD_ID,
        key=key,
        streamer=by,
        parts=[SplitParts(person, percent) for person, percent in parts],
    )


async def agreed(economy: Economy, *parts: tuple[Person, int], key: str = "split:1") -> Split:
    split = await propose(economy, *parts, key=key)
    for person, _ in parts:
        split = await economy.splits.agree(GUILD_ID, split.split_id, person.member_id)
    return split


async def earned(play: Play, person: Person) -> int:
    pots = await play.pots(person.member_id)
    return pots.get("earned_paid", 0) + pots.get("earned_bonus", 0)


async def test_it_begins_when_everybody_named_agreed(economy: Economy, play: Play) -> None:
    split = await propose(economy, (KAI, 20), (ODA, 10))
    assert (split.state, split.percent_kept) == (SplitState.PROPOSED, 70)
    split = await economy.splits.agree(GUILD_ID, split.split_id, KAI.member_id)
    assert split.state is SplitState.PROPOSED
    again = await economy.splits.agree(GUILD_ID, split.split_id, KAI.member_id)
    assert again == split
    split = await economy.splits.agree(GUILD_ID, split.split_id, ODA.member_id)
    assert split.state is SplitState.ACTIVE
    assert await play.entries() == 0
    for person in (STREAMER, KAI, ODA):
        assert await economy.splits.of(GUILD_ID, person.member_id) == (split,)
    assert await economy.splits.of(GUILD_ID, GIVER_ID) == ()


async def test_only_what_comes_after_it_is_shared(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=1_000)
    await play.gift(gift="petal", count=100)
    await agreed(economy, (KAI, 20), (ODA, 10))
    await play.gift(gift="petal", count=50)
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    assert (await earned(play, KAI), await earned(play, ODA)) == (10, 5)
    assert await earned(play, STREAMER) == 135


async def test_earnings_tell_what_was_shared_in_their_time(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    clock.now -= clock.now % DAY_SECONDS
    await play.coins(paid=1_000)
    await agreed(economy, (KAI, 20))
    for coins in (50, 100):
        await play.gift(gift="petal", count=coins)
        clock.advance(YOUNG_SECONDS)
        await economy.shares.run()
        await economy.tallies.run()
        clock.advance(DAY_SECONDS)
    clock.advance(-DAY_SECONDS)
    for period, coins in ((Period.TODAY, 20), (Period.WEEK, 30), (Period.ALL, 30)):
        mine = await economy.earnings.report(GUILD_ID, STREAMER_ID, period)
        theirs = await economy.earnings.report(GUILD_ID, KAI.member_id, period)
        assert (mine.shared, theirs.shared) == (Shared(0, coins), Shared(coins, 0))


async def test_of_many_small_gifts_nobody_loses_the_odd_coins(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=60, bonus=40)
    await agreed(economy, (KAI, 15))
    for number in range(1, 101):
        await play.gift(gift="petal")
        clock.advance(YOUNG_SECONDS)
        await economy.shares.run()
        from_bonus, from_paid = min(number, 40), max(number - 40, 0)
        assert await earned(play, KAI) == from_bonus * 15 // 100 + from_paid * 15 // 100
    assert await audit(economy.books.path, SPLIT_CHECKS) == []


async def test_shares_wait_for_the_hold_and_for_disputes(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "2")
    shop = Shop(play, clock)
    disputed = await shop.bought(100)
    other = Person(11, "Theo")
    await shop.bought(100, member_id=other.member_id)
    await agreed(economy, (KAI, 50))
    await play.gift(gift="petal", count=60)
    await play.gift(gift="petal", count=40, giver_id=other.member_id)
    await shop.say(disputed, disputes_open=1)
    clock.advance(2 * DAY_SECONDS - 1)
    await economy.shares.run()
    assert await earned(play, KAI) == 0
    clock.advance(1)
    await economy.shares.run()
    assert await earned(play, KAI) == 20
    await shop.say(disputed, disputes_open=0)
    await economy.shares.run()
    assert await earned(play, KAI) == 50
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_what_a_lost_dispute_takes_was_shared_with_nobody(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "2")
    shop = Shop(play, clock)
    payment_id = await shop.bought(100)
    await agreed(economy, (KAI, 50))
    await play.gift(gift="petal", count=60)
    await shop.say(payment_id, disputes_open=1)
    clock.advance(9 * DAY_SECONDS)
    await economy.shares.run()
    await shop.say(payment_id, disputes_open=0, lost_minor=PRICE_MINOR)
    await economy.shares.run()
    assert (await earned(play, KAI), await earned(play, STREAMER)) == (0, 0)
    assert await audit(economy.books.path, FULL_AUDIT) == []


@pytest.mark.parametrize("bonus", [0, 90])
@pytest.mark.parametrize(("lost_minor", "kai"), [(0, 50), (PRICE_MINOR, 45)])
async def test_of_a_gift_that_a_bank_decides_in_part_the_others_parts_are_left(
    economy: Economy, play: Play, clock: MovableClock, bonus: int, lost_minor: int, kai: int
) -> None:
    await play.set("hold_days", "1")
    shop = Shop(play, clock)
    if bonus:
        await play.coins(bonus=bonus)
    else:
        await shop.bought(90)
    disputed = await shop.bought(10)
    await agreed(economy, (KAI, 50))
    await play.gift(gift="petal", count=100)
    await shop.say(disputed, disputes_open=1)
    clock.advance(DAY_SECONDS)
    for _ in ("not moved", "moved"):
        assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "") == ((45, 45),)
        await economy.shares.run()
    assert (await play.convert()).coins == 45
    await shop.say(disputed, disputes_open=0, lost_minor=lost_minor)
    await economy.shares.run()
    assert await earned(play, KAI) == kai
    assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "") == (
        ((kai - 45, kai - 45),) if kai > 45 else ()
    )
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_a_conversion_leaves_the_others_theirs(economy: Economy, play: Play) -> None:
    await play.coins(paid=100)
    await agreed(economy, (KAI, 30))
    sent = await play.gift(gift="petal", count=100)
    assert (await play.convert()).coins == 70
    assert await earned(play, KAI) == 30
    with pytest.raises(UndoConverted):
        await economy.gift_undos.undo(GUILD_ID, GIVER_ID, sent.entry_id)


async def test_odd_coins_that_may_become_others_are_not_converted(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    five = [(Person(31 + number, "Kai"), 18) for number in range(5)]
    split = await agreed(economy, *five)
    await play.gift(gift="petal", count=5)
    # Nobody of the five has a whole coin of these yet, but with the next one all of them have.
    assert (await play.convert()).coins == 1
    with pytest.raises(SharesWait):
        await play.convert()
    await play.gift(gift="petal")
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    assert [await earned(play, person) for person, _ in five] == [1] * 5
    assert await earned(play, STREAMER) == 0
    await play.gift(gift="petal", count=5)
    with pytest.raises(SharesWait, match=r"1 coin now\. 4 coins more"):
        await play.convert(2)
    await economy.splits.end(GUILD_ID, split.split_id, STREAMER_ID)
    assert (await play.convert()).coins == 5
    assert await audit(economy.books.path, SPLIT_CHECKS) == []


async def test_what_is_shown_as_convertible_is_what_a_conversion_takes(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "2")
    await play.coins(paid=100, bonus=50)
    await agreed(economy, (KAI, 18), (ODA, 15))
    await play.gift(gift="petal", count=55)
    clock.advance(DAY_SECONDS)
    await play.gift(gift="petal", count=20)
    clock.advance(DAY_SECONDS)
    # Of 50 bonus and 5 paid coins 33 percent: 16.5 and 1.65; nothing has moved yet.
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert (report.convertible_coins, report.reserved.coins, report.held.coins) == (38, 17, 20)
    standing = await economy.wallets.standing(GUILD_ID, STREAMER_ID)
    assert (standing.reserved_coins, standing.held_coins) == (17, 20)
    assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "39") == ((38, 38),)
    receipt = await play.convert()
    assert (receipt.coins, receipt.rest_coins, receipt.reserved_coins) == (38, 21, 1)
    assert (await economy.wallets.standing(GUILD_ID, STREAMER_ID)).reserved_coins == 1
    assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "") == ()


async def test_an_agreement_that_is_over_reserves_no_odd_coins(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "2")
    await play.coins(paid=100)
    split = await agreed(economy, (KAI, 18), (ODA, 15))
    await play.gift(gift="petal", count=13)
    clock.advance(DAY_SECONDS)
    await play.gift(gift="petal", count=12)
    await economy.splits.end(GUILD_ID, split.split_id, STREAMER_ID)
    clock.advance(DAY_SECONDS)
    # Of 13 coins 2.34 and 1.95, and the odd coin as long as the other gift is to come.
    assert (await economy.wallets.standing(GUILD_ID, STREAMER_ID)).reserved_coins == 3 + 1
    clock.advance(DAY_SECONDS)
    assert (await economy.wallets.standing(GUILD_ID, STREAMER_ID)).reserved_coins == 4 + 3
    assert (await play.convert()).coins == 18
    assert (await economy.wallets.standing(GUILD_ID, STREAMER_ID)).reserved_coins == 0


async def test_odd_coins_stay_reserved_as_long_as_a_gift_waits_for_a_bank(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "1")
    shop, other = Shop(play, clock), Person(11, "Theo")
    disputed = await shop.bought(12)
    await shop.bought(13, member_id=other.member_id)
    split = await agreed(economy, (KAI, 18), (ODA, 15))
    await play.gift(gift="petal", count=13, giver_id=other.member_id)
    await play.gift(gift="petal", count=12)
    await economy.splits.end(GUILD_ID, split.split_id, STREAMER_ID)
    await shop.say(disputed, disputes_open=1)
    clock.advance(DAY_SECONDS)
    for _ in ("not moved", "moved"):
        assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "") == ((9, 9),)
        await economy.shares.run()
    await shop.say(disputed, disputes_open=0)
    assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "") == ((18, 18),)
    assert (await play.convert()).coins == 18


async def test_one_whose_shares_cannot_move_keeps_nobody_else_waiting(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=200)
    other = Person(21, "Sol")
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, other.member_id)
    await agreed(economy, (KAI, 50))
    split = await propose(economy, (ODA, 50), key="split:2", by=other)
    await economy.splits.agree(GUILD_ID, split.split_id, ODA.member_id)
    await play.book(from_house(Account.SOLD, KAI.member_id, Account.EARNED_PAID, MOST_AMOUNT))
    await play.gift(gift="petal", count=100)
    await play.gift(gift="petal", count=100, streamer=other)
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    assert await earned(play, ODA) == 50
    await play.book(to_house(KAI.member_id, Account.EARNED_PAID, Account.CONVERTED, MOST_AMOUNT))
    # Nor does one whose coins are gone, which no service lets happen.
    await play.book(to_house(STREAMER_ID, Account.EARNED_PAID, Account.CONVERTED, 100))
    await play.coins(paid=100)
    await play.gift(gift="petal", count=100, streamer=other)
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    assert await earned(play, ODA) == 100
    await play.book(from_house(Account.SOLD, STREAMER_ID, Account.EARNED_PAID, 100))
    await economy.shares.run()
    assert await earned(play, KAI) == 50


async def test_what_a_clock_booked_years_ahead_keeps_no_share_waiting(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    await agreed(economy, (KAI, 30))
    clock.advance(1_000 * DAY_SECONDS)
    await play.gift(gift="petal", count=50)
    clock.advance(-1_000 * DAY_SECONDS)
    await play.gift(gift="petal", count=50)
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    assert await earned(play, KAI) == 30


async def test_what_was_shared_before_does_not_make_the_next_shares_slow(economy: Economy) -> None:
    names = {"guild": 7, "member": 20, "split": 1, "after": 10, "through": 20, "most": -1}
    plan = await economy.books.read(f"EXPLAIN QUERY PLAN {GIFTS_SQL}", names)
    steps = [str(row[3]) for row in plan if str(row[3]).startswith("SEARCH g ")]
    assert steps
    assert not [step for step in steps if "entry_id" not in step]


async def test_very_many_gifts_are_shared_step_by_step(
    economy: Economy, play: Play, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "_MOST_GIFTS", 2)
    await play.coins(paid=50)
    await agreed(economy, (KAI, 15))
    for _ in range(5):
        await play.gift(gift="petal", count=10)
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    assert await earned(play, KAI) == 7
    assert await audit(economy.books.path, SPLIT_CHECKS) == []


async def test_a_part_without_room_waits_with_its_streamer_and_stops_nobody(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=200, bonus=10)
    split = await agreed(economy, (KAI, 30), (ODA, 20))
    full = MOST_AMOUNT - 10
    await play.book(from_house(Account.SOLD, KAI.member_id, Account.EARNED_PAID, full))
    await play.gift(gift="petal", count=110)
    assert await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "") == ((55, 55),)
    receipt = await play.convert()
    assert (receipt.coins, receipt.reserved_coins) == (55, 20)
    assert await play.pots(KAI.member_id) == {"earned_paid": MOST_AMOUNT, "earned_bonus": 3}
    assert await earned(play, ODA) == 22
    with pytest.raises(SharesWait, match=r"0 coins now\. 20 coins more belong"):
        await play.convert()
    await play.gift(gift="petal", count=100)
    assert (await play.convert()).coins == 50
    await economy.splits.end(GUILD_ID, split.split_id, KAI.member_id)
    assert await audit(economy.books.path, SPLIT_CHECKS) == []
    await play.book(to_house(KAI.member_id, Account.EARNED_PAID, Account.CONVERTED, 45))
    await economy.shares.run()
    await play.book(to_house(KAI.member_id, Account.EARNED_PAID, Account.CONVERTED, full))
    # It is not theirs any more, but comes with the job's next round.
    assert await audit(economy.books.path, SPLIT_CHECKS) == []
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    await economy.shares.run()
    pots = await play.pots(KAI.member_id)
    assert pots == {"earned_paid": 10 + 50 - 45, "earned_bonus": 3}
    assert (await earned(play, ODA), await earned(play, STREAMER)) == (42, 0)
    assert await audit(economy.books.path, SPLIT_CHECKS) == []


async def test_the_audit_finds_parts_that_are_missing_or_gone(
    economy: Economy, play: Play, second: sqlite3.Connection
) -> None:
    def found() -> list[str]:
        return [finding.check.holds for finding in findings]

    share, moved, lies, brought, _ = (check.holds for check in SPLIT_CHECKS)
    await play.coins(paid=100)
    await agreed(economy, (KAI, 30))
    await play.gift(gift="petal", count=100)
    await play.convert()
    second.execute("UPDATE split SET paid_coins = paid_coins + 100")
    findings = await audit(economy.books.path, SPLIT_CHECKS)
    assert found() == [share, lies, brought]
    second.execute("UPDATE split SET paid_coins = paid_coins - 100")
    second.execute("UPDATE split_member SET paid_coins = 31")
    findings = await audit(economy.books.path, SPLIT_CHECKS)
    assert found() == [share, moved]


async def test_what_can_still_be_taken_back_is_not_shared_by_the_job(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=100)
    await agreed(economy, (KAI, 30))
    sent = await play.gift(gift="petal", count=100)
    clock.advance(YOUNG_SECONDS - 1)
    await economy.shares.run()
    await economy.gift_undos.undo(GUILD_ID, GIVER_ID, sent.entry_id)
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    assert await earned(play, KAI) == 0


async def test_what_came_before_its_end_is_still_shared(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "1")
    await play.coins(paid=300)
    split = await agreed(economy, (KAI, 50))
    await play.gift(gift="petal", count=100)
    ended = await economy.splits.end(GUILD_ID, split.split_id, KAI.member_id)
    assert (ended.state, ended.ended_by) == (SplitState.ENDED, KAI.member_id)
    await play.gift(gift="petal", count=100)
    clock.advance(DAY_SECONDS)
    await economy.shares.run()
    await economy.shares.run()
    assert await earned(play, KAI) == 50
    assert await economy.splits.of(GUILD_ID, STREAMER_ID) == ()


async def test_a_new_agreement_ends_the_one_before(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=300)
    first = await agreed(economy, (KAI, 50))
    await play.gift(gift="petal", count=100)
    await agreed(economy, (ODA, 10), key="split:2")
    await play.gift(gift="petal", count=100)
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    assert (await economy.splits.find(GUILD_ID, first.split_id)).state is SplitState.ENDED
    assert (await earned(play, KAI), await earned(play, ODA)) == (50, 10)


async def test_a_proposal_that_another_overtook_is_off(economy: Economy, play: Play) -> None:
    del play
    first = await propose(economy, (KAI, 50))
    newer = await agreed(economy, (ODA, 10), key="split:2")
    with pytest.raises(SplitGone):
        await economy.splits.agree(GUILD_ID, first.split_id, KAI.member_id)
    assert await economy.splits.of(GUILD_ID, STREAMER_ID) == (newer,)


async def test_whoever_is_in_what_another_overtook_hears_of_it(
    economy: Economy, play: Play
) -> None:
    del play
    await agreed(economy, (KAI, 50))
    await propose(economy, (KAI, 20), (Person(33, "Lea"), 5), key="split:2")
    await agreed(economy, (ODA, 10), key="split:3")
    letters = await economy.books.read(
        "SELECT member_id, kind, subject FROM letter"
        " WHERE kind IN ('split_ended', 'split_declined') ORDER BY kind DESC, member_id"
    )
    assert [tuple(row) for row in letters] == [
        (KAI.member_id, "split_ended", "1"),
        (KAI.member_id, "split_declined", "2"),
        (33, "split_declined", "2"),
    ]


async def test_a_newer_proposal_still_waits_when_an_older_one_begins(
    economy: Economy, play: Play
) -> None:
    del play
    older = await propose(economy, (KAI, 50))
    newer = await propose(economy, (ODA, 10), key="split:2")
    await economy.splits.agree(GUILD_ID, older.split_id, KAI.member_id)
    split = await economy.splits.agree(GUILD_ID, newer.split_id, ODA.member_id)
    assert await economy.splits.of(GUILD_ID, STREAMER_ID) == (split,)


async def test_a_new_season_ends_it(economy: Economy, play: Play, clock: MovableClock) -> None:
    await play.coins(paid=100)
    await agreed(economy, (KAI, 50))
    await play.gift(gift="petal", count=100)
    await Paid(economy).begin()
    clock.advance(60 * DAY_SECONDS)
    await economy.shares.run()
    assert await economy.splits.of(GUILD_ID, STREAMER_ID) == ()
    assert await earned(play, KAI) == 0


async def test_a_new_season_ends_it_also_where_nothing_was_booked(
    economy: Economy, play: Play
) -> None:
    split = await agreed(economy, (KAI, 50))
    assert await play.entries() == 0
    await Paid(economy).begin()
    assert await economy.splits.of(GUILD_ID, STREAMER_ID) == ()
    assert (await economy.splits.find(GUILD_ID, split.split_id)).state is SplitState.ENDED


async def test_nobody_hears_of_an_agreement_that_went_with_its_season(
    economy: Economy, play: Play
) -> None:
    del play
    await agreed(economy, (KAI, 50))
    await Paid(economy).begin()
    await economy.books.do(lambda connection: connection.execute_fetchall("DELETE FROM letter"))
    await agreed(economy, (ODA, 50), key="split:2")
    letters = await economy.books.read("SELECT member_id, kind FROM letter ORDER BY letter_id")
    assert [tuple(row) for row in letters] == [
        (ODA.member_id, "split_proposed"),
        (STREAMER_ID, "split_began"),
        (ODA.member_id, "split_began"),
    ]


async def test_a_new_season_takes_proposals_off(economy: Economy, play: Play) -> None:
    del play
    split = await propose(economy, (KAI, 50))
    await Paid(economy).begin()
    assert await economy.splits.of(GUILD_ID, KAI.member_id) == ()
    with pytest.raises(SplitGone):
        await economy.splits.agree(GUILD_ID, split.split_id, KAI.member_id)


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ((), SplitWithNobody),
        (((STREAMER, 10),), SplitWithOneself),
        (((Person(40, "Bot", is_bot=True), 10),), GiftToBot),
        (((Person(41, "Gone", is_member=False), 10),), MemberLeft),
        (((KAI, 10), (KAI, 20)), SplitWithTwice),
        (((KAI, 0),), SplitPercent),
        (((KAI, 91),), SplitPercent),
        (((KAI, 50), (ODA, 41)), SplitTooLarge),
    ],
)
async def test_parts_that_nobody_can_agree_on_are_refused(
    economy: Economy, play: Play, parts: tuple[tuple[Person, int], ...], refusal: type[Refusal]
) -> None:
    del play
    with pytest.raises(refusal):
        await propose(economy, *parts)


async def test_only_a_streamer_proposes(economy: Economy, play: Play) -> None:
    del play
    with pytest.raises(NotAStreamerYourself):
        await propose(economy, (KAI, 10), by=GIVER)


async def test_a_proposal_made_twice_is_one(economy: Economy, play: Play) -> None:
    del play
    first = await propose(economy, (KAI, 10))
    assert await propose(economy, (KAI, 10)) == first
    with pytest.raises(KeyConflict):
        await propose(economy, (KAI, 20))


async def test_strangers_neither_agree_nor_end(economy: Economy, play: Play) -> None:
    del play
    split = await propose(economy, (KAI, 10))
    with pytest.raises(SplitNotYours):
        await economy.splits.agree(GUILD_ID, split.split_id, STREAMER_ID)
    with pytest.raises(SplitNotYours):
        await economy.splits.end(GUILD_ID, split.split_id, GIVER_ID)
    with pytest.raises(SplitGone):
        await economy.splits.find(GUILD_ID, 99)


async def test_what_is_over_stays_over(economy: Economy, play: Play) -> None:
    del play
    split = await propose(economy, (KAI, 10))
    await economy.splits.decline(GUILD_ID, split.split_id, KAI.member_id)
    with pytest.raises(SplitGone):
        await economy.splits.agree(GUILD_ID, split.split_id, KAI.member_id)
    with pytest.raises(SplitGone):
        await economy.splits.end(GUILD_ID, split.split_id, STREAMER_ID)
    letters = await economy.books.read(
        "SELECT member_id, kind FROM letter WHERE kind <> 'split_proposed'"
    )
    assert [tuple(row) for row in letters] == [(STREAMER_ID, "split_declined")]


async def test_what_has_begun_is_not_declined_any_more(economy: Economy, play: Play) -> None:
    del play
    split = await agreed(economy, (KAI, 10))
    for person in (KAI, STREAMER):
        with pytest.raises(SplitBegan):
            await economy.splits.decline(GUILD_ID, split.split_id, person.member_id)
    assert await economy.splits.of(GUILD_ID, KAI.member_id) == (split,)
    with pytest.raises(SplitNotYours):
        await economy.splits.decline(GUILD_ID, split.split_id, GIVER_ID)
    await economy.splits.end(GUILD_ID, split.split_id, KAI.member_id)
    with pytest.raises(SplitGone):
        await economy.splits.decline(GUILD_ID, split.split_id, KAI.member_id)


async def test_whoever_is_in_several_says_which_one_ends(economy: Economy, play: Play) -> None:
    del play
    with pytest.raises(SplitGone):
        await economy.splits.end(GUILD_ID, None, KAI.member_id)
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, KAI.member_id)
    own = await propose(economy, (ODA, 10), by=KAI)
    another = await agreed(economy, (KAI, 20), key="split:2")
    with pytest.raises(SplitNotChosen, match="in 2 agreements"):
        await economy.splits.end(GUILD_ID, None, KAI.member_id)
    assert len(await economy.splits.of(GUILD_ID, KAI.member_id)) == 2
    ended = await economy.splits.end(GUILD_ID, another.split_id, KAI.member_id)
    assert (ended.split_id, ended.state) == (another.split_id, SplitState.ENDED)
    ended = await economy.splits.end(GUILD_ID, None, KAI.member_id)
    assert (ended.split_id, ended.state) == (own.split_id, SplitState.ENDED)


async def test_everybody_hears_that_it_began(economy: Economy, play: Play) -> None:
    del play
    await agreed(economy, (KAI, 10), (ODA, 5))
    letters = await economy.books.read(
        "SELECT member_id, kind FROM letter WHERE kind <> 'split_proposed' ORDER BY member_id"
    )
    assert [tuple(row) for row in letters] == [
        (STREAMER_ID, "split_began"),
        (KAI.member_id, "split_began"),
        (ODA.member_id, "split_began"),
    ]


class Chance:
    """A guild in which a streamer shares, and everything happens by chance."""

    def __init__(self, seed: int, play: Play, clock: MovableClock) -> None:
        self.random = random.Random(seed)
        self.play, self.economy, self.clock = play, play.economy, clock
        self.shop = Shop(play, clock)
        self.payments: list[str] = []
        self.gifts: list[int] = []
        self.numbers = iter(range(1_000))

    async def act(self) -> None:
        """Let one thing happen; what the rules refuse changes nothing."""
        self.clock.advance(self.random.choice((0, 5, 40, DAY_SECONDS)))
        acts: list[Any] = [self.gift] * 3 + [self.sum_up] * 2 + [self.convert, self.set_hold]
        acts += [self.buy, self.grant, self.agree, self.end]
        acts += [self.refund, self.dispute] * bool(self.payments) + [self.undo] * bool(self.gifts)
        with contextlib.suppress(Refusal):
            await self.random.choice(acts)()

    async def buy(self) -> None:
        self.payments.append(await self.shop.bought(100))

    async def grant(self) -> None:
        await self.play.coins(bonus=20)

    async def gift(self) -> None:
        count = self.random.choice((1, 7, 33))
        self.gifts.append((await self.play.gift(gift="petal", count=count)).entry_id)

    async def agree(self) -> None:
        parts = [(KAI, self.random.choice((1, 33))), (ODA, self.random.choice((2, 50)))]
        await agreed(self.economy, *parts, key=f"split:{next(self.numbers)}")

    async def end(self) -> None:
        for split in await self.economy.splits.of(GUILD_ID, STREAMER_ID):
            await self.economy.splits.end(GUILD_ID, split.split_id, KAI.member_id)

    async def refund(self) -> None:
        await self.shop.say(self.random.choice(self.payments), refunded_minor=PRICE_MINOR)

    async def dispute(self) -> None:
        is_open = self.random.choice((0, 1))
        await self.shop.say(self.random.choice(self.payments), disputes_open=is_open)

    async def undo(self) -> None:
        await self.economy.gift_undos.undo(GUILD_ID, GIVER_ID, self.gifts[-1])

    async def set_hold(self) -> None:
        await self.play.set("hold_days", self.random.choice(("0", "1")))

    async def convert(self) -> None:
        """Convert all; a streamer is shown before what that takes, and no more."""
        shown = (await self.economy.earnings.report(GUILD_ID, STREAMER_ID)).convertible_coins
        quotes = await self.economy.conversions.quotes(GUILD_ID, STREAMER_ID, "")
        assert quotes == (((shown, shown),) if shown else ())
        done = 0
        with contextlib.suppress(Refusal):
            done = (await self.play.convert()).coins
        assert done == shown

    async def sum_up(self) -> None:
        await self.economy.shares.run()
        await self.economy.tallies.run()


@pytest.mark.parametrize("seed", range(6))
async def test_shares_add_up_whatever_happens(
    economy: Economy,
    play: Play,
    clock: MovableClock,
    caplog: pytest.LogCaptureFixture,
    seed: int,
) -> None:
    await play.set("fee_percent", "7")
    await play.set("hold_days", "1")
    chance = Chance(seed, play, clock)
    for step in range(80):
        await chance.act()
        assert "cannot be moved" not in caplog.text, f"seed {seed}, step {step}"
        if step % 20 == 19:
            assert await audit(economy.books.path, FULL_AUDIT) == [], f"seed {seed}, step {step}"


async def test_busy_books_share_another_time(
    economy: Economy, play: Play, clock: MovableClock, second: sqlite3.Connection
) -> None:
    await play.coins(paid=100)
    await agreed(economy, (KAI, 30))
    await play.gift(gift="petal", count=100)
    clock.advance(YOUNG_SECONDS)
    second.execute("BEGIN IMMEDIATE")
    await economy.shares.run()
    second.execute("ROLLBACK")
    assert await earned(play, KAI) == 0
    await economy.shares.run()
    assert await earned(play, KAI) == 30


async def test_what_is_another_ones_takes_the_rate_that_it_had_kept_along(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=1_000)
    await agreed(economy, (KAI, 20))
    await play.gift(gift="petal", count=100)
    await economy.rates.change(GUILD_ID, STREAMER_ID, paid="1/2", bonus=None, applies=Applies.LATER)
    assert (await play.convert()).diamonds == 80
    clock.advance(YOUNG_SECONDS)
    await economy.shares.run()
    await play.gift(gift="petal", count=100)
    receipt = await play.convert()
    assert (receipt.coins, receipt.diamonds) == (80, 40)


async def test_a_defect_of_one_streamer_keeps_no_other_waiting(
    economy: Economy,
    play: Play,
    clock: MovableClock,
    second: sqlite3.Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await play.coins(paid=100)
    await agreed(economy, (KAI, 30))
    await play.gift(gift="petal", count=100)
    clock.advance(YOUNG_SECONDS)
    second.execute("INSERT INTO guild_setting VALUES (?, 'hold_days', 'x', 1, 1)", (GUILD_ID,))
    await economy.shares.run()
    assert f"shares of {STREAMER_ID} in {GUILD_ID} cannot be moved" in caplog.text


async def test_what_is_others_keeps_no_older_rate_for_the_streamer(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "1")
    await play.coins(paid=200, bonus=7)
    await agreed(economy, (KAI, 25), (ODA, 25))
    await play.gift(gift="petal", count=107)
    await economy.rates.change(GUILD_ID, 1, paid="3", bonus=None, applies=Applies.LATER)
    clock.advance(DAY_SECONDS)
    await economy.shares.run()
    await play.gift(gift="petal", count=100)
    clock.advance(DAY_SECONDS)
    converted = await play.convert()
    assert [(part.share.coins, part.conversion.diamonds) for part in converted.parts] == [
        (50 + 4, 50 + 4),  # an odd bonus coin may become another's with the next gift
        (50, 150),
    ]


async def test_what_is_offered_is_what_is_converted_at_each_rate(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.coins(paid=300, bonus=60)
    await agreed(economy, (KAI, 50), (ODA, 10))
    await play.gift(gift="petal", count=160)
    await economy.rates.change(GUILD_ID, 1, paid="3", bonus=None, applies=Applies.LATER)
    await play.gift(gift="petal", count=100)
    # Forty of each hundred coins are the streamer's.
    for _ in ("not moved", "moved"):
        offered = await economy.conversions.quotes(GUILD_ID, STREAMER_ID, "")
        assert offered == ((40 + 24 + 40, 40 + 24 + 120),)
        clock.advance(YOUNG_SECONDS)
        await economy.shares.run()
    converted = await play.convert()
    assert offered == ((converted.coins, converted.diamonds),)


async def test_others_parts_of_a_gift_that_waits_for_a_bank_keep_the_rate_of_its_time(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "1")
    shop = Shop(play, clock)
    await shop.bought(90)
    disputed = await shop.bought(10)
    await shop.bought(100, member_id=Person(11, "Theo").member_id)
    await agreed(economy, (KAI, 50))
    await play.gift(gift="petal", count=100)
    await shop.say(disputed, disputes_open=1)
    await economy.rates.change(GUILD_ID, 1, paid="3", bonus=None, applies=Applies.LATER)
    await play.gift(gift="petal", count=100, giver_id=11)
    clock.advance(DAY_SECONDS)
    assert [
        (part.share.paid_rate, part.conversion.coins) for part in (await play.convert()).parts
    ] == [(1, 45), (3, 50)]
    await shop.say(disputed, disputes_open=0)
    assert (await play.convert()).diamonds == 5
    kept = await economy.books.read("SELECT SUM(paid_coins) FROM kept_rate")
    assert kept[0][0] == 0
    assert await audit(economy.books.path, FULL_AUDIT) == []


def test_others_parts_are_the_same_in_how_many_steps_they_are_shared() -> None:
    at_once = others_parts([30, 15], 35, [35, 4, 1])
    steps = [
        others_parts([30, 15], before, [coins]) for before, coins in ((35, 35), (70, 4), (74, 1))
    ]
    assert at_once == [part for step in steps for part in step] == [16, 2, 0]
    # As many as become others' of all of it.
    assert sum(at_once) == 75 * 30 // 100 + 75 * 15 // 100 - 35 * 30 // 100 - 35 * 15 // 100
