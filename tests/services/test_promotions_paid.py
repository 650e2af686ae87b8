"""Promotions in a guild that takes money are for its own packs."""

from dataclasses import replace

import aiosqlite
import pytest

from bot.promotion_errors import LeastAboveAllPacks, NeverPays, PackNotHere, PacksMissing
from bot.services.economy import Economy
from bot.services.promotion_drafts import Alter, Draft
from bot.services.promotion_plans import Plan
from bot.services.promotion_terms import Terms
from tests.services.conftest import GUILD_ID
from tests.services.paid import Paid
from tests.services.promo import ADMIN_ID, HAPPY_HOUR

PRICES_MINOR = {1_400: 1_999, 350: 499, 700: 999}
DRAFT_ID = 77


@pytest.fixture
async def packless(economy: Economy) -> Economy:
    await Paid(economy).begin()
    return economy


@pytest.fixture
async def selling(packless: Economy) -> Economy:
    for coins, price_minor in PRICES_MINOR.items():
        await packless.packs.put(GUILD_ID, ADMIN_ID, coins, price_minor)
    return packless


def plan(**terms: object) -> Plan:
    return replace(HAPPY_HOUR, terms=replace(Terms(bonus_percent=20), **terms))


def to(changed: Plan) -> Alter:
    async def alter(draft: Draft) -> Draft:
        return replace(draft, plan=changed)

    return alter


async def remove_pack(economy: Economy, coins: int) -> None:
    """Take a pack out of the table, which no command does."""

    async def write(connection: aiosqlite.Connection) -> None:
        await connection.execute_fetchall("DELETE FROM pack WHERE coins = ?", (coins,))

    await economy.books.do(write)


async def test_a_promotion_is_for_the_packs_that_the_guild_sells(selling: Economy) -> None:
    drafts = selling.promotion_drafts
    await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, plan())
    draft = await drafts.alter(
        GUILD_ID, DRAFT_ID, ADMIN_ID, to(plan(packs=(350, 1_400), least_coins=1_400))
    )
    saved = await drafts.save(draft)
    assert saved.plan.terms.packs == (350, 1_400)
    edited = plan(packs=(350,))
    await selling.promotions.edit(GUILD_ID, ADMIN_ID, saved.promotion_id, edited)
    assert (await selling.promotions.find(GUILD_ID, saved.promotion_id)).plan == edited


async def test_the_packs_of_play_mode_are_none_here(selling: Economy) -> None:
    drafts, promotions = selling.promotion_drafts, selling.promotions
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, plan())
    saved = await promotions.create(GUILD_ID, ADMIN_ID, "promo:1", plan())
    of_play = plan(packs=(350, 70))
    for change in (
        drafts.begin(GUILD_ID, DRAFT_ID + 1, ADMIN_ID, of_play),
        drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, to(of_play)),
        promotions.create(GUILD_ID, ADMIN_ID, "promo:2", of_play),
        promotions.edit(GUILD_ID, ADMIN_ID, saved.promotion_id, of_play),
    ):
        with pytest.raises(PackNotHere) as refusal:
            await change
        assert refusal.value.coins == 70
    assert await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID) == draft
    assert await promotions.list(GUILD_ID) == (saved,)


async def test_the_guilds_largest_pack_bounds_the_least_coins(selling: Economy) -> None:
    with pytest.raises(LeastAboveAllPacks) as refusal:
        await selling.promotions.create(GUILD_ID, ADMIN_ID, "promo:1", plan(least_coins=1_401))
    assert (refusal.value.least, refusal.value.most) == (1_401, 1_400)
    with pytest.raises(NeverPays):
        await selling.promotions.create(
            GUILD_ID, ADMIN_ID, "promo:1", plan(packs=(350,), least_coins=351)
        )


async def test_without_packs_there_is_nothing_to_promote(packless: Economy) -> None:
    with pytest.raises(PacksMissing):
        await packless.promotion_drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, plan())
    with pytest.raises(PacksMissing):
        await packless.promotions.create(GUILD_ID, ADMIN_ID, "promo:1", plan())
    assert await packless.packs.coins(GUILD_ID) == ()


async def test_a_hidden_pack_can_be_promoted(selling: Economy) -> None:
    await selling.packs.hide(GUILD_ID, ADMIN_ID, 700)
    saved = await selling.promotions.create(GUILD_ID, ADMIN_ID, "promo:1", plan(packs=(700,)))
    preview = await selling.promotion_drafts.preview(GUILD_ID, saved.plan, saved.promotion_id)
    assert preview.purchase_coins == 140
    assert await selling.packs.coins(GUILD_ID) == (1_400, 350, 700)


async def test_a_plan_for_a_pack_that_is_gone_is_kept_and_not_saved(selling: Economy) -> None:
    drafts = selling.promotion_drafts
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, plan(packs=(350, 700)))
    await remove_pack(selling, 700)
    with pytest.raises(PackNotHere):
        await drafts.save(draft)
    assert await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID) == draft
    assert await selling.promotions.list(GUILD_ID) == ()
    assert (await drafts.preview(GUILD_ID, draft.plan)).purchase_coins == 70


async def test_a_hidden_pack_counts_for_what_a_purchase_can_cost(selling: Economy) -> None:
    await selling.packs.hide(GUILD_ID, ADMIN_ID, 1_400)
    preview = await selling.promotion_drafts.preview(GUILD_ID, plan())
    assert preview.purchase_coins == 280


async def test_back_in_play_the_packs_of_play_count(selling: Economy) -> None:
    await selling.seasons.begin_play(GUILD_ID, ADMIN_ID)
    preview = await selling.promotion_drafts.preview(GUILD_ID, plan())
    assert preview.purchase_coins == 3_500
