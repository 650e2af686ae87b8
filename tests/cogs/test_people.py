"""What members are called: asked for a hundred at once, and never waited for in vain."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from bot.texts import texts_for
from cogs import people
from cogs.people import names_in

ENGLISH = texts_for("en-US")


@dataclass
class Known:
    """A member as far as a name goes."""

    id: int
    display_name: str


class House:
    """A guild whose members have odd ids, and whose gateway may fail."""

    def __init__(self, error: Exception | None = None, *, is_slow: bool = False) -> None:
        self.error = error
        self.is_slow = is_slow
        self.asked: list[int] = []

    async def query_members(self, *, user_ids: list[int], limit: int, cache: bool) -> list[Known]:
        assert 1 <= len(user_ids) == limit <= 100
        assert not cache
        self.asked.append(len(user_ids))
        if self.error is not None:
            raise self.error
        if self.is_slow:
            await asyncio.Event().wait()
        return [Known(each, f"Person {each}") for each in user_ids if each % 2]


async def test_a_hundred_are_asked_about_at_once_and_who_left_is_a_number() -> None:
    house: Any = House()
    name_of = await names_in(house, ENGLISH, range(1, 251))
    assert house.asked == [100, 100, 50]
    assert (name_of(7), name_of(249)) == ("Person 7", "Person 249")
    assert name_of(8) == "member 8"


async def test_not_more_are_asked_about_than_discord_has_patience_for() -> None:
    house: Any = House()
    name_of = await names_in(house, ENGLISH, range(1, 3_000, 2))
    assert house.asked == [100] * 10
    assert (name_of(1_999), name_of(2_001)) == ("Person 1999", "member 2001")


async def test_nobody_is_asked_where_there_is_no_server_or_nobody_to_name() -> None:
    house: Any = House()
    assert (await names_in(house, ENGLISH, []))(7) == "member 7"
    assert (await names_in(None, ENGLISH, [7]))(7) == "member 7"
    assert house.asked == []


@pytest.mark.parametrize(
    "error", [RuntimeError("no gateway"), ConnectionResetError(), TimeoutError()], ids=repr
)
async def test_a_gateway_that_is_away_costs_the_names_alone(error: Exception) -> None:
    house: Any = House(error)
    assert (await names_in(house, ENGLISH, [7]))(7) == "member 7"


async def test_a_slow_gateway_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "_PATIENCE_SECONDS", 0.0)
    house: Any = House(is_slow=True)
    assert (await names_in(house, ENGLISH, [7]))(7) == "member 7"
