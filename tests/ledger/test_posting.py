"""Entries through `post`: booked once, replayed, in conflict, or more than a pot has."""

import asyncio
from dataclasses import replace
from typing import Any

import aiosqlite
import pytest

from bot.errors import KeyConflict, Overdrawn, WalletFull
from bot.ledger.accounts import HOUSE_ID, Account
from bot.ledger.books import Books
from bot.ledger.posting import Line, Posted, find_replay, from_house, request_hash, to_house
from tests.ledger.conftest import GUILD_ID, MEMBER_ID, STREAMER_ID, book, entry_of, granted, moved


async def test_an_entry_is_kept_with_everything_it_says(books: Books) -> None:
    await book(books, entry_of(granted(100), key="test:grant"))
    entry = entry_of(
        moved(30),
        key="test:move",
        kind="move",
        actor_id=99,
        posted_at=1_800_000_005,
        reverses_id=1,
        note="because",
    )
    assert await book(books, entry) == Posted(2, 1_800_000_005, replayed=False)
    assert await books.read(
        "SELECT guild_id, key, kind, actor_id, posted_at, reverses_id, note"
        " FROM entry WHERE entry_id = 2"
    ) == [(GUILD_ID, "test:move", "move", 99, 1_800_000_005, 1, "because")]
    assert await books.read("SELECT * FROM line WHERE entry_id = 2") == [
        (GUILD_ID, 2, 0, MEMBER_ID, "bonus", STREAMER_ID, "earned_bonus", 30)
    ]


async def test_the_same_entry_again_is_a_replay_of_the_first(books: Books) -> None:
    entry = entry_of(granted(100))
    first = await book(books, entry)
    again = await book(books, replace(entry, posted_at=entry.posted_at + 60))
    assert again == replace(first, replayed=True)
    assert await books.read("SELECT balance FROM pot WHERE owner_id = ?", (MEMBER_ID,)) == [(100,)]


async def test_a_replay_is_told_even_when_the_pot_is_empty_by_now(books: Books) -> None:
    await book(books, entry_of(granted(30), key="test:grant"))
    spend = entry_of(moved(30), key="test:move")
    first = await book(books, spend)
    assert await book(books, spend) == replace(first, replayed=True)


@pytest.mark.parametrize(
    "other", [{"content": (2,)}, {"kind": "other"}, {"content": ("1",)}, {"content": (1, None)}]
)
async def test_other_content_under_a_taken_key_is_a_conflict(
    books: Books, other: dict[str, Any]
) -> None:
    await book(books, entry_of(granted(100), content=(1,)))
    with pytest.raises(KeyConflict, match="test:1"):
        await book(books, replace(entry_of(granted(5), content=(1,)), **other))
    assert await books.read("SELECT COUNT(*) FROM entry") == [(1,)]


async def test_the_same_key_in_another_guild_is_another_intent(books: Books) -> None:
    await book(books, entry_of(granted(100), content=(1,)))
    other = await book(books, entry_of(granted(5), content=(2,), guild_id=GUILD_ID + 1))
    assert not other.replayed


@pytest.mark.parametrize(
    "lines",
    [
        (moved(101),),
        (moved(60), moved(41)),
        (Line(MEMBER_ID, Account.PAID, STREAMER_ID, Account.EARNED_PAID, 1),),
        (to_house(STREAMER_ID, Account.BONUS, Account.FEE, 1),),
    ],
)
async def test_more_than_a_pot_has_is_overdrawn_and_changes_nothing(
    books: Books, lines: tuple[Line, ...]
) -> None:
    await book(books, entry_of(granted(100), key="test:grant"))
    before = await books.read("SELECT * FROM pot")
    with pytest.raises(Overdrawn, match="test:move"):
        await book(books, entry_of(*lines, key="test:move"))
    assert await books.read("SELECT * FROM pot") == before
    assert await books.read("SELECT COUNT(*) FROM entry") == [(1,)]


async def test_an_overdrawn_key_can_be_used_again(books: Books) -> None:
    spend = entry_of(moved(30), key="test:move")
    with pytest.raises(Overdrawn):
        await book(books, spend)
    await book(books, entry_of(granted(30), key="test:grant"))
    assert not (await book(books, spend)).replayed


async def test_all_that_a_pot_has_can_be_taken(books: Books) -> None:
    await book(books, entry_of(granted(100), key="test:grant"))
    await book(books, entry_of(moved(60), moved(40), key="test:move"))
    assert await books.read("SELECT balance FROM pot WHERE owner_id = ?", (MEMBER_ID,)) == [(0,)]


async def test_a_pot_at_the_ceiling_takes_no_more_and_says_so(books: Books) -> None:
    await book(books, entry_of(granted(10**15), key="test:grant"))
    with pytest.raises(WalletFull):
        await book(books, entry_of(granted(1)))
    assert await books.read("SELECT COUNT(*) FROM entry") == [(1,)]


async def test_only_as_many_concurrent_spends_succeed_as_the_pot_can_pay(books: Books) -> None:
    await book(books, entry_of(granted(50), key="test:grant"))
    spends = [entry_of(moved(10), key=f"test:{number}") for number in range(20)]
    answers = await asyncio.gather(*(book(books, each) for each in spends), return_exceptions=True)
    assert sum(isinstance(answer, Posted) for answer in answers) == 5
    assert sum(isinstance(answer, Overdrawn) for answer in answers) == 15
    assert await books.read("SELECT balance FROM pot WHERE owner_id = ?", (MEMBER_ID,)) == [(0,)]


async def test_the_same_intent_many_times_at_once_is_booked_once(books: Books) -> None:
    answers = await asyncio.gather(*(book(books, entry_of(granted(7))) for _ in range(20)))
    assert [answer.replayed for answer in answers] == [False] + [True] * 19
    assert {answer.entry_id for answer in answers} == {1}
    assert await books.read("SELECT balance FROM pot WHERE owner_id = ?", (MEMBER_ID,)) == [(7,)]


async def test_a_key_that_nobody_used_has_no_replay(books: Books) -> None:
    async def look(connection: aiosqlite.Connection) -> Posted | None:
        return await find_replay(connection, GUILD_ID, "test:1", request_hash("test"))

    assert await books.do(look) is None
    await book(books, entry_of(granted(7)))
    assert await books.do(look) == Posted(1, 1_800_000_000, replayed=True)


def test_request_hashes_never_change() -> None:
    # They are in people's books: another algorithm would make every old replay a conflict.
    assert request_hash("gift", 10, 20, "petal", 1, "") == -7_774_720_263_022_889_910


@pytest.mark.parametrize(
    ("one", "other"), [((1, 2), (12,)), ((1,), ("1",)), (("a", "b"), ("ab",)), ((None,), ())]
)
def test_request_hashes_tell_contents_apart(
    one: tuple[object, ...], other: tuple[object, ...]
) -> None:
    assert request_hash(*one) != request_hash(*other)


def test_request_hashes_fit_a_database_integer() -> None:
    hashes = [request_hash(number) for number in range(100)]
    assert all(-(2**63) <= each < 2**63 for each in hashes)
    assert any(each < 0 for each in hashes)


def test_house_lines_have_the_house_on_their_side() -> None:
    given = from_house(Account.GRANTED, MEMBER_ID, Account.BONUS, 5)
    assert given == Line(HOUSE_ID, Account.GRANTED, MEMBER_ID, Account.BONUS, 5)
    taken = to_house(MEMBER_ID, Account.BONUS, Account.FEE, 5)
    assert taken == Line(MEMBER_ID, Account.BONUS, HOUSE_ID, Account.FEE, 5)
