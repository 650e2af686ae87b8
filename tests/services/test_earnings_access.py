"""Who may look at whose earnings: the streamer, admins, and everybody where they are public."""

import pytest

from bot.earnings_errors import EarningsPrivate
from bot.errors import AdminsOnly, NotAStreamer, NotAStreamerYourself
from bot.services.earnings_access import EarningsAccess
from bot.services.economy import Economy
from tests.services.conftest import (
    ADMIN_ID,
    GIVER,
    GIVER_ID,
    GUILD_ID,
    STREAMER,
    STREAMER_ID,
    Play,
)

pytestmark = pytest.mark.proof("streamer")


@pytest.fixture
def access(economy: Economy, play: Play) -> EarningsAccess:
    assert play.economy is economy
    return economy.earnings_access


async def sees_all(access: EarningsAccess, asker_id: int, *, is_admin: bool = False) -> bool:
    return await access.sees_all(GUILD_ID, asker_id, STREAMER, is_admin=is_admin)


async def test_streamers_see_all_of_their_own_and_admins_all_of_everybodys(
    access: EarningsAccess,
) -> None:
    assert await sees_all(access, STREAMER_ID)
    assert await sees_all(access, ADMIN_ID, is_admin=True)


async def test_what_nobody_made_public_is_private(access: EarningsAccess) -> None:
    with pytest.raises(EarningsPrivate, match="Luna keeps these earnings private"):
        await sees_all(access, GIVER_ID)


async def test_what_is_public_is_seen_in_part_and_until_it_is_private_again(
    access: EarningsAccess,
) -> None:
    for _ in range(2):  # once more changes nothing
        await access.set_public(GUILD_ID, STREAMER, is_public=True)
    assert await access.is_public(GUILD_ID, STREAMER_ID)
    assert not await sees_all(access, GIVER_ID)
    assert await sees_all(access, STREAMER_ID)
    assert not await access.is_public(GUILD_ID + 1, STREAMER_ID)
    for _ in range(2):
        await access.set_public(GUILD_ID, STREAMER, is_public=False)
    with pytest.raises(EarningsPrivate):
        await sees_all(access, GIVER_ID)


async def test_whoever_is_no_streamer_has_nothing_to_show(access: EarningsAccess) -> None:
    with pytest.raises(NotAStreamerYourself):
        await access.set_public(GUILD_ID, GIVER, is_public=True)
    with pytest.raises(NotAStreamerYourself):
        await access.sees_all(GUILD_ID, GIVER_ID, GIVER, is_admin=False)
    with pytest.raises(NotAStreamer, match="Mia is not a streamer here"):
        await access.sees_all(GUILD_ID, ADMIN_ID, GIVER, is_admin=True)


async def test_whoever_was_a_streamer_still_sees_what_came_in(
    access: EarningsAccess, play: Play
) -> None:
    await play.coins(paid=10)
    await play.gift()
    await play.economy.guilds.unname_streamer(GUILD_ID, STREAMER_ID)
    assert await sees_all(access, STREAMER_ID)


async def test_statements_are_for_the_streamer_and_admins_also_where_earnings_are_public(
    access: EarningsAccess,
) -> None:
    await access.set_public(GUILD_ID, STREAMER, is_public=True)
    with pytest.raises(AdminsOnly):
        await access.refuse_strangers(GUILD_ID, GIVER_ID, STREAMER, is_admin=False)
    await access.refuse_strangers(GUILD_ID, STREAMER_ID, STREAMER, is_admin=False)
    await access.refuse_strangers(GUILD_ID, ADMIN_ID, STREAMER, is_admin=True)
    with pytest.raises(NotAStreamer):
        await access.refuse_strangers(GUILD_ID, ADMIN_ID, GIVER, is_admin=True)
