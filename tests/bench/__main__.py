"""Prints the figures, a line each: `make bench`, or `python -m tests.bench gifts growth`."""

import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.runtime import run, tune_garbage_collection
from tests.bench import end_to_end, gifts, reports, seasons
from tests.bench.figures import Figure

_BENCHES: dict[str, Callable[[Path], Awaitable[list[Figure]]]] = {
    "gifts": gifts.against_sqlite,
    "end_to_end": end_to_end.against_pong,
    "growth": gifts.growth,
    "season": seasons.end_of_season,
    "earnings": reports.earnings,
}


async def _measure(names: list[str]) -> None:
    for name in names:
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            for figure in await _BENCHES[name](Path(folder)):
                print(figure.line(), flush=True)


if __name__ == "__main__":
    tune_garbage_collection()
    run(_measure(sys.argv[1:] or list(_BENCHES)))
