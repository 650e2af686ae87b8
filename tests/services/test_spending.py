"""When a purchase fits under limits, against trying every instant."""

from hypothesis import given
from hypothesis import strategies as st

from bot.services.spending import Limit, Spend, fits_at, spent

NOW = 1_000
PERIOD = 20

spends = st.lists(
    st.builds(
        Spend,
        minor=st.integers(0, 9),
        ordered_at=st.integers(NOW - 25, NOW + 2),
        # Open orders run out soon; one that ran out already counts for nothing.
        expires_at=st.sampled_from([0, 0, NOW - 1, NOW, NOW + 3, NOW + 40]),
    ),
    max_size=6,
)
limits = st.builds(
    Limit,
    rule=st.just("own_day"),
    period_seconds=st.just(PERIOD),
    minor=st.integers(0, 15),
    changes_at=st.sampled_from([0, 0, NOW, NOW + 1, NOW + 7, NOW + 30]),
    next_minor=st.none() | st.integers(15, 30),
)


def fits(orders: list[Spend], limit: Limit, price: int, now: int) -> bool:
    """Tell from scratch whether a price fits at an instant, if nobody pays anything meanwhile."""
    counted = 0
    for order in orders:
        is_within = order.ordered_at > now - PERIOD
        is_over = 0 < order.expires_at <= now
        counted += order.minor if is_within and not is_over else 0
    most = limit.minor
    if limit.changes_at and now >= limit.changes_at:
        if limit.next_minor is None:
            return True
        most = limit.next_minor
    return counted + price <= most


@given(orders=spends, limit=limits, price=st.integers(0, 35))
def test_a_purchase_fits_from_the_first_instant_that_it_says(
    orders: list[Spend], limit: Limit, price: int
) -> None:
    instants = range(NOW, NOW + 100)
    expected = next((at for at in instants if fits(orders, limit, price, at)), None)
    found = fits_at(orders, limit, price, NOW)
    assert found == expected
    # What fits once keeps fitting, so the latest of several limits is the first for all of them.
    assert found is None or all(fits(orders, limit, price, at) for at in range(found, NOW + 100))


@given(orders=spends, later=st.integers(0, 60))
def test_what_was_spent_is_what_counts_now(orders: list[Spend], later: int) -> None:
    now = NOW + later
    counted = spent(orders, PERIOD, now)
    exactly = Limit(rule="own_day", period_seconds=PERIOD, minor=counted)
    assert fits(orders, exactly, 0, now)
    assert not fits(orders, exactly, 1, now)
