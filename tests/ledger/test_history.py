"""Pages of entry ids: what plain Python would choose, however far apart the entries are."""

import sqlite3

import pytest

from bot.ledger.books import Books
from bot.ledger.history import entry_ids_before, entry_ids_from
from tests.ledger.conftest import GUILD_ID, MEMBER_ID, STREAMER_ID

# Around the ends of buckets of 16,384 entries, alone in one, and with empty ones between.
ENTRY_IDS = [1, 2, 3, 16_383, 16_384, 16_385, 32_767, 40_000, 81_920, 81_921, 114_687]
OTHERS = [2, 16_384, 50_000, 114_688]


@pytest.fixture
def scattered(books: Books, second: sqlite3.Connection) -> Books:
    """Books in which the member gave in every second of the entries, and received in the rest."""
    second.execute("BEGIN")
    for entry_id in sorted({*ENTRY_IDS, *OTHERS}):
        second.execute(
            "INSERT INTO entry VALUES (7, ?1, ?1, 0, 'test', 10, 1, NULL, '')", (entry_id,)
        )
    for number, entry_id in enumerate(ENTRY_IDS):
        gives = (MEMBER_ID, "bonus", STREAMER_ID, "earned_bonus")
        gets = (0, "granted", MEMBER_ID, "bonus")
        for line in range(2):  # an entry of two lines is still one entry
            second.execute(
                "INSERT INTO line VALUES (7, ?, ?, ?, ?, ?, ?, ?)",
                (entry_id, line, *(gives if number % 2 else gets), 5 - number % 2),
            )
    for entry_id in OTHERS:
        second.execute(
            "INSERT INTO line VALUES (7, ?, 9, 0, 'granted', 30, 'bonus', 1)", (entry_id,)
        )
    second.execute("COMMIT")
    return books


POINTS = sorted({point + step for point in [*ENTRY_IDS, *OTHERS] for step in (-1, 0, 1)})


@pytest.mark.parametrize("count", [1, 3, 50])
async def test_a_walk_backwards_finds_the_newest_before_a_point(
    scattered: Books, count: int
) -> None:
    for before in POINTS:
        older = [each for each in reversed(ENTRY_IDS) if each < (before or 2**60)]
        found = await entry_ids_before(scattered, GUILD_ID, MEMBER_ID, before, count)
        assert found == older[:count], before


@pytest.mark.parametrize("count", [1, 3, 50])
async def test_a_walk_onwards_finds_the_oldest_from_a_point(scattered: Books, count: int) -> None:
    for first in POINTS:
        newer = [each for each in ENTRY_IDS if each >= first]
        found = await entry_ids_from(scattered, GUILD_ID, MEMBER_ID, first, count)
        assert found == newer[:count], first


async def test_owners_and_guilds_are_kept_apart(scattered: Books) -> None:
    assert await entry_ids_before(scattered, GUILD_ID, 30, 0, 50) == OTHERS[::-1]
    assert await entry_ids_from(scattered, GUILD_ID, 30, 3, 50) == OTHERS[1:]
    assert await entry_ids_before(scattered, GUILD_ID + 1, MEMBER_ID, 0, 50) == []
    assert await entry_ids_from(scattered, GUILD_ID + 1, MEMBER_ID, 1, 50) == []
    assert await entry_ids_before(scattered, GUILD_ID, 99, 0, 50) == []
    assert await entry_ids_from(scattered, GUILD_ID, 99, 1, 50) == []


async def test_nobody_reads_the_houses_history(scattered: Books) -> None:
    assert await entry_ids_before(scattered, GUILD_ID, 0, 0, 50) == []
    assert await entry_ids_from(scattered, GUILD_ID, 0, 1, 50) == []
