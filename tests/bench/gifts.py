"""The figures of the books: gifts against bare sqlite3, and against their own growth."""

from pathlib import Path

from tests.bench.baseline import Baseline
from tests.bench.figures import Figure, median_ratio
from tests.bench.load import Load
from tests.bench.service import Service

_ROUNDS = 7


async def against_sqlite(folder: Path) -> list[Figure]:
    """Measure gifts a second through the service against the baseline's, turn by turn."""
    service = await Service.open(folder / "service.sqlite3")
    baseline = Baseline(folder / "baseline.sqlite3")
    load = Load()
    figures: list[Figure] = []
    for waiting, count, bar in ((64, 12_800, 0.8), (1, 1_000, 0.4)):
        pairs: list[tuple[float, float]] = []
        for _ in range(_ROUNDS):
            gifts = load.gifts(count)
            ours = await service.send(gifts, waiting)
            theirs = baseline.send(gifts, waiting)
            pairs.append((theirs, ours))
        print(
            f"gifts a second, {waiting} waiting: service {count / min(p[1] for p in pairs):,.0f},"
            f" sqlite3 {count / min(p[0] for p in pairs):,.0f} (best of {_ROUNDS})"
        )
        figures.append(Figure(f"gifts_vs_sqlite3_{waiting}", median_ratio(pairs), bar))
    await service.close()
    baseline.close()
    return figures


async def growth(folder: Path, *, small: int = 10_000, large: int = 1_000_000) -> list[Figure]:
    """Measure what a gift costs in large books against what it costs in small ones."""
    small_books = await Service.open(folder / "small.sqlite3")
    large_books = await Service.open(folder / "large.sqlite3")
    load = Load()
    await small_books.send(load.gifts(small), 256)
    for _ in range(0, large, 10_000):
        await large_books.send(load.gifts(10_000), 256)
    pairs: list[tuple[float, float]] = []
    for _ in range(2 * _ROUNDS + 1):
        gifts = load.gifts(2_560)
        pairs.append((await large_books.send(gifts, 64), await small_books.send(gifts, 64)))
    await small_books.close()
    await large_books.close()
    return [Figure("gift_cost_growth_1m", median_ratio(pairs), 1.3, at_least=False)]
