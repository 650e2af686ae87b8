"""The queue of open claims: what it shows, in which order, and what that sums up to."""

import pytest

from bot.currencies import Money
from bot.services.claim_queue import OPEN_CLAIMS, SUM_SQL, QueueFilter, QueueKind
from bot.services.claim_rows import OPEN_SQL
from bot.services.economy import Economy
from tests.services.claiming import ClaimDesk
from tests.services.conftest import GUILD_ID, STREAMER_ID, Play
from tests.services.paid import Paid

OTHER_STREAMER_ID = 21


@pytest.fixture
async def desk(economy: Economy, play: Play) -> ClaimDesk:
    """Claims 1 (paid), 2 (sending), 3 (approved, a part paid), 4 of another, and 5 (requested)."""
    await Paid(economy).begin()
    await play.set("diamond_value_minor", "2")
    desk = ClaimDesk(economy, play)
    for streamer_id in (STREAMER_ID, OTHER_STREAMER_ID):
        await play.diamonds(1_000, streamer_id)
    for streamer_id in (STREAMER_ID, STREAMER_ID, STREAMER_ID, OTHER_STREAMER_ID, STREAMER_ID):
        await play.claim(100, streamer_id=streamer_id)
    for claim_id in (1, 2, 3):
        await desk.approve(claim_id)
    await desk.pay(claim_id=1)
    await desk.begin(claim_id=2)
    await desk.pay(60, claim_id=3)
    return desk


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("all", [2, 3, 4, 5]),
        ("waiting", [4, 5]),
        ("approved", [3]),
        ("sending", [2]),
        ("first", [4]),
        (f"s{OTHER_STREAMER_ID}", [4]),
        ("s99", []),
    ],
)
async def test_a_filter_shows_what_it_says(desk: ClaimDesk, code: str, shown: list[int]) -> None:
    queue = await desk.claims.queue(GUILD_ID, shown=QueueFilter.read(code))
    assert [claim.claim_id for claim in queue.claims] == shown
    assert queue.count == len(shown)
    assert queue.shown.code == code


async def test_the_sum_is_of_what_is_left_to_pay(desk: ClaimDesk) -> None:
    queue = await desk.claims.queue(GUILD_ID)
    assert (queue.left_diamonds, queue.left_worth) == (340, Money(680, "EUR"))
    empty = await desk.claims.queue(GUILD_ID + 1)
    assert (empty.claims, empty.count, empty.left_diamonds, empty.left_worth) == ((), 0, 0, None)


@pytest.mark.parametrize("code", ["", "nonsense", "streamer", "s", "sx", "s１"])
def test_a_forged_filter_is_that_of_all(code: str) -> None:
    assert QueueFilter.read(code) == QueueFilter(QueueKind.ALL)


async def test_what_was_paid_before_does_not_make_the_queue_slow(economy: Economy) -> None:
    plan = await economy.books.read(
        f"EXPLAIN QUERY PLAN {SUM_SQL} {OPEN_CLAIMS} WHERE c.guild_id = 7 AND {OPEN_SQL}"
    )
    steps = [str(row[3]) for row in plan]
    assert steps[0] == "SEARCH c USING INDEX claim_open (guild_id=?)"
    assert not [step for step in steps if step.startswith(("SCAN", "MATERIALIZE"))]
