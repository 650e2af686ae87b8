"""Guilds: what is kept at hand is what the database says, whoever changes what and when."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from bot.errors import ClaimLimitsCross, SettingOutOfBounds, TooManyStreamers, UnknownSetting
from bot.rate_errors import SetElsewhere
from bot.services.economy import Economy
from bot.services.guilds import MOST_NAMED_STREAMERS, Guild, Guilds, Person, SettingChanged
from bot.services.settings import GuildSettings, find_setting
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GUILD_ID, STREAMER_ID


async def stored(economy: Economy) -> Guild:
    """Return the guild as a process sees it that starts now."""
    return await Guilds(economy.books, MovableClock()).get(GUILD_ID)


async def test_a_new_guild_has_every_default_and_no_streamer(economy: Economy) -> None:
    assert await economy.guilds.get(GUILD_ID) == Guild(GuildSettings(), frozenset())


async def test_a_setting_is_changed_at_once_and_for_good(
    economy: Economy, clock: MovableClock
) -> None:
    changed = await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, " Fee_Percent", " 15 ")
    assert changed == SettingChanged(GUILD_ID, find_setting("fee_percent"), before="0", after="15")
    assert (await economy.guilds.get(GUILD_ID)).settings == GuildSettings(fee_percent=15)
    assert await economy.guilds.get(GUILD_ID) == await stored(economy)
    assert await economy.books.read("SELECT * FROM guild_setting") == [
        (GUILD_ID, "fee_percent", "15", ADMIN_ID, clock.now)
    ]
    again = await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "fee_percent", "0")
    assert (again.before, again.after) == ("15", "0")


async def test_a_change_in_one_guild_is_none_in_another(economy: Economy) -> None:
    await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "open", "off")
    assert (await economy.guilds.get(GUILD_ID + 1)).settings == GuildSettings()


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("fee_percent", "91", SettingOutOfBounds),
        ("bonus_rate", "1", SetElsewhere),
        ("claim_least", "a lot", SettingOutOfBounds),
        ("streamer_role_id", "5", UnknownSetting),
        ("colour", "red", UnknownSetting),
    ],
)
async def test_a_refused_change_changes_nothing(
    economy: Economy, name: str, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, name, text)
    assert (await economy.guilds.get(GUILD_ID)).settings == GuildSettings()
    assert await economy.books.read("SELECT * FROM guild_setting") == []


@pytest.mark.parametrize(
    ("name", "text", "least", "most"),
    [("claim_least", "100001", 100_001, 100_000), ("claim_most_per_day", "99", 100, 99)],
)
async def test_the_least_claim_cannot_pass_the_most(
    economy: Economy, name: str, text: str, least: int, most: int
) -> None:
    with pytest.raises(ClaimLimitsCross) as refusal:
        await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, name, text)
    assert (refusal.value.least, refusal.value.most) == (least, most)
    assert await stored(economy) == Guild(GuildSettings(), frozenset())
    await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "claim_most_per_day", "100")
    await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "claim_least", "100")


async def test_the_least_claim_cannot_pass_the_most_by_two_changes_at_once(
    economy: Economy,
) -> None:
    await economy.guilds.get(GUILD_ID)
    answers = await asyncio.gather(
        economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "claim_least", "900"),
        economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "claim_most_per_day", "500"),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [SettingChanged, ClaimLimitsCross]
    settings = (await stored(economy)).settings
    assert (settings.claim_least, settings.claim_most_per_day) == (900, 100_000)


async def test_it_is_known_whether_the_role_was_ever_decided(economy: Economy) -> None:
    assert not await economy.guilds.has_decided_streamer_role(GUILD_ID)
    await economy.guilds.set_streamer_role(GUILD_ID, ADMIN_ID, 0)
    assert await economy.guilds.has_decided_streamer_role(GUILD_ID)
    assert not await economy.guilds.has_decided_streamer_role(GUILD_ID + 1)


async def test_a_role_makes_streamers_until_it_is_taken_away(economy: Economy) -> None:
    member = Person(30, "Kai", role_ids=frozenset({5}))
    changed = await economy.guilds.set_streamer_role(GUILD_ID, ADMIN_ID, 5)
    assert (changed.before, changed.after) == ("0", "5")
    assert (await economy.guilds.get(GUILD_ID)).is_streamer(member)
    await economy.guilds.set_streamer_role(GUILD_ID, ADMIN_ID, 0)
    assert not (await economy.guilds.get(GUILD_ID)).is_streamer(member)
    assert not (await stored(economy)).is_streamer(member)


async def test_a_named_streamer_is_one_until_taken_off_the_list(economy: Economy) -> None:
    luna = Person(STREAMER_ID, "Luna")
    assert await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER_ID)
    assert not await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER_ID)
    assert (await economy.guilds.get(GUILD_ID)).is_streamer(luna)
    assert await economy.guilds.unname_streamer(GUILD_ID, STREAMER_ID)
    assert not await economy.guilds.unname_streamer(GUILD_ID, STREAMER_ID)
    assert not (await economy.guilds.get(GUILD_ID)).is_streamer(luna)
    assert not (await stored(economy)).is_streamer(luna)


async def test_a_guild_names_only_so_many_streamers(economy: Economy) -> None:
    for member_id in range(1, MOST_NAMED_STREAMERS + 1):
        assert await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, member_id)
    with pytest.raises(TooManyStreamers) as refusal:
        await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, 999)
    assert refusal.value.most == MOST_NAMED_STREAMERS
    assert await economy.guilds.get(GUILD_ID) == await stored(economy)
    # Who is on the list already asks for no more room.
    assert not await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, 1)
    assert await economy.guilds.unname_streamer(GUILD_ID, 1)
    assert await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, 999)


async def test_many_changes_at_once_all_stand(economy: Economy) -> None:
    guilds = economy.guilds
    await guilds.get(GUILD_ID)
    await asyncio.gather(
        *(guilds.change_setting(GUILD_ID, ADMIN_ID, "fee_percent", str(n)) for n in range(20)),
        *(guilds.change_setting(GUILD_ID, ADMIN_ID, "claim_least", str(n + 1)) for n in range(20)),
        *(guilds.name_streamer(GUILD_ID, ADMIN_ID, n) for n in range(20)),
        *(guilds.unname_streamer(GUILD_ID, n) for n in range(0, 20, 2)),
        *(guilds.get(GUILD_ID) for _ in range(20)),
    )
    guild = await guilds.get(GUILD_ID)
    assert guild == await stored(economy)
    assert guild.streamer_ids == frozenset(range(1, 20, 2))


async def test_a_guild_read_for_the_first_time_beside_a_change_sees_it_after(
    economy: Economy,
) -> None:
    for turns in range(8):
        guilds = Guilds(economy.books, MovableClock())
        reader = asyncio.create_task(guilds.get(GUILD_ID))
        for _ in range(turns):
            await asyncio.sleep(0)
        await guilds.change_setting(GUILD_ID, ADMIN_ID, "fee_percent", str(turns))
        await reader
        assert (await guilds.get(GUILD_ID)).settings.fee_percent == turns


async def test_a_guild_that_was_not_asked_for_yet_is_read_when_it_is(economy: Economy) -> None:
    others = Guilds(economy.books, MovableClock())
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER_ID)
    await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "fee_percent", "15")
    assert others.known(GUILD_ID) is None
    assert await others.get(GUILD_ID) == await economy.guilds.get(GUILD_ID)
    assert others.known(GUILD_ID) == await stored(economy)


def _changes(guilds: Guilds) -> list[Coroutine[Any, Any, Any]]:
    return [
        guilds.change_setting(GUILD_ID, ADMIN_ID, "fee_percent", "15"),
        guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER_ID),
        guilds.unname_streamer(GUILD_ID, 30),
    ]


@pytest.mark.parametrize("turns", [1, 2, 3, 5, 8])
async def test_a_change_whose_caller_was_cancelled_is_known_when_it_was_booked(
    economy: Economy, turns: int
) -> None:
    guilds = economy.guilds
    await guilds.name_streamer(GUILD_ID, ADMIN_ID, 30)
    callers = [asyncio.create_task(change) for change in _changes(guilds)]
    for _ in range(turns):
        await asyncio.sleep(0)
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)
    await guilds.name_streamer(GUILD_ID, ADMIN_ID, 31)  # whatever waited is written by now
    assert await guilds.get(GUILD_ID) == await stored(economy)
