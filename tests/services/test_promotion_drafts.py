"""Plans that are not saved yet: kept, changed, previewed, saved once."""

from dataclasses import replace

import pytest

from bot.errors import NotYourButton, OldButton
from bot.promotion_errors import BonusOutOfBounds
from bot.services.economy import Economy
from bot.services.promotion_drafts import DRAFT_SECONDS, Overlap
from bot.services.promotion_plans import Announcement, Plan
from bot.services.promotion_terms import Terms
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID
from tests.services.promo import ADMIN_ID, HAPPY_HOUR, Promo, at, once

DRAFT_ID = 77
PLAN = replace(
    HAPPY_HOUR,
    terms=Terms(bonus_percent=20, packs=(70, 700), member_coins=50),
    announcement=Announcement(channel_id=5, role_id=6, tells_ending=True, text="Come in!"),
)


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


async def test_a_draft_is_kept_as_it_is(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    assert await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID) == draft
    assert draft.plan == PLAN
    changed = await drafts.change(draft, HAPPY_HOUR)
    assert await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID) == changed
    assert changed.plan == HAPPY_HOUR


async def test_a_draft_that_breaks_a_rule_changes_nothing(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    wrong = replace(PLAN, terms=Terms())
    with pytest.raises(BonusOutOfBounds):
        await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, wrong)
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    with pytest.raises(BonusOutOfBounds):
        await drafts.change(draft, wrong)
    assert await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID) == draft


async def test_a_draft_is_its_admins_for_a_day(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    with pytest.raises(NotYourButton):
        await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID + 1)
    promo.clock.advance(DRAFT_SECONDS)
    await drafts.purge()
    await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID)
    promo.clock.advance(1)
    with pytest.raises(OldButton):
        await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID)
    await drafts.purge()
    assert await promo.economy.books.read("SELECT COUNT(*) FROM promotion_draft") == [(0,)]


async def test_a_discarded_draft_is_gone(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await drafts.discard(await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN))
    with pytest.raises(OldButton):
        await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID)


async def test_saving_twice_is_one_promotion(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    saved = await drafts.save(draft)
    assert saved.plan == PLAN
    assert await drafts.save(draft) == saved
    assert await promo.economy.promotions.list(GUILD_ID) == (saved,)


async def test_saving_an_edit_changes_its_promotion(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await promo.create(HAPPY_HOUR)
    saved = await drafts.save(await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN, 1))
    assert (saved.promotion_id, saved.plan) == (1, PLAN)
    assert len(await promo.economy.promotions.list(GUILD_ID)) == 1


async def test_the_preview_shows_the_next_windows_and_who_else_is_open_then(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=1), name="Morning"))
    await promo.create(replace(HAPPY_HOUR, name="Evening"))
    await promo.create(replace(HAPPY_HOUR, name="Paused"))
    await promo.economy.promotions.pause(GUILD_ID, 3)
    preview = await promo.economy.promotion_drafts.preview(GUILD_ID, PLAN)
    assert [(one.starts_at, one.ends_at) for one in preview.windows] == [
        (at(18, days=day), at(20, days=day)) for day in range(5)
    ]
    assert preview.overlaps == tuple(
        Overlap("Evening", at(18, days=day), at(20, days=day)) for day in range(5)
    )
    own = await promo.economy.promotion_drafts.preview(GUILD_ID, PLAN, 2)
    assert own.overlaps == ()


@pytest.mark.parametrize(
    ("terms", "costs"),
    [
        (Terms(bonus_percent=20), (3_500, None, None)),
        (Terms(bonus_percent=20, budget_coins=9_000), (3_500, None, 9_000)),
        (Terms(bonus_percent=20, packs=(70,)), (14, None, None)),
        (Terms(bonus_coins=50, member_uses=3), (50, 150, None)),
        (Terms(bonus_coins=50, member_uses=3, member_coins=120), (50, 120, None)),
        (Terms(bonus_percent=1000, first_purchase=True), (175_000, 175_000, None)),
    ],
)
async def test_the_preview_shows_the_most_it_can_cost(
    promo: Promo, terms: Terms, costs: tuple[int, int | None, int | None]
) -> None:
    plan: Plan = replace(PLAN, terms=terms)
    preview = await promo.economy.promotion_drafts.preview(GUILD_ID, plan)
    assert (preview.purchase_coins, preview.member_coins, preview.budget_coins) == costs
