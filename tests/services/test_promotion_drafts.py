"""Plans that are not saved yet: kept, changed, previewed, saved once."""

import asyncio
import itertools
from dataclasses import replace
from datetime import time

import pytest

from bot.calendar_errors import StartsInThePast
from bot.errors import Busy, NotYourButton, OldButton
from bot.promotion_errors import (
    AlreadySaved,
    BonusOutOfBounds,
    PictureTextTooLong,
    PreviewChanged,
    PromotionChanged,
    PromotionOver,
)
from bot.services.economy import Economy
from bot.services.promotion_drafts import DRAFT_SECONDS, Alter, Draft
from bot.services.promotion_overlaps import Overlap
from bot.services.promotion_plans import Announcement, Plan
from bot.services.promotion_terms import Terms
from tests.conftest import MovableClock
from tests.services.conftest import GUILD_ID
from tests.services.promo import ADMIN_ID, HAPPY_HOUR, HOUR, ONCE, Promo, at, once

MINUTE = 60
DRAFT_ID = 77
PLAN = replace(
    HAPPY_HOUR,
    terms=Terms(bonus_percent=20, packs=(70, 700), member_coins=50),
    announcement=Announcement(channel_id=5, role_id=6, tells_ending=True, text="Come in!"),
)


def to(plan: Plan) -> Alter:
    """Return what puts another plan in the place of a draft's."""

    async def alter(draft: Draft) -> Draft:
        return replace(draft, plan=plan)

    return alter


@pytest.fixture
def promo(economy: Economy, clock: MovableClock) -> Promo:
    return Promo(economy, clock)


async def test_a_draft_is_kept_as_it_is(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    assert await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID) == draft
    assert draft.plan == PLAN
    changed = await drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, to(HAPPY_HOUR))
    assert await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID) == changed
    assert changed.plan == HAPPY_HOUR


async def test_a_draft_that_breaks_a_rule_changes_nothing(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    wrong = replace(PLAN, terms=Terms())
    with pytest.raises(BonusOutOfBounds):
        await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, wrong)
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    with pytest.raises(BonusOutOfBounds):
        await drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, to(wrong))
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


async def test_a_draft_of_the_future_is_no_draft(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    promo.clock.advance(-1)
    with pytest.raises(OldButton):
        await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID)


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


async def editing(promo: Promo, draft_id: int = DRAFT_ID) -> Draft:
    drafts = promo.economy.promotion_drafts
    await drafts.begin_edit(GUILD_ID, draft_id, ADMIN_ID, 1)
    return await drafts.alter(GUILD_ID, draft_id, ADMIN_ID, to(PLAN))


async def test_saving_an_edit_changes_its_promotion(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await promo.create(HAPPY_HOUR)
    saved = await drafts.save(await editing(promo))
    assert (saved.promotion_id, saved.plan) == (1, PLAN)
    assert await promo.economy.promotions.list(GUILD_ID) == (saved,)


async def test_saving_an_edit_twice_is_once_whatever_came_between(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await promo.create(HAPPY_HOUR)
    draft = await editing(promo)
    await drafts.save(draft)
    later = await promo.economy.promotions.edit(GUILD_ID, ADMIN_ID, 1, HAPPY_HOUR)
    assert await drafts.save(draft) == later
    assert later.plan == HAPPY_HOUR


async def test_of_two_edits_the_later_one_overwrites_nothing(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await promo.create(HAPPY_HOUR)
    mine, theirs = await editing(promo), await editing(promo, DRAFT_ID + 1)
    saved = await drafts.save(mine)
    with pytest.raises(PromotionChanged):
        await drafts.save(theirs)
    assert await promo.economy.promotions.find(GUILD_ID, 1) == saved
    # It was not saved, so it can still be discarded.
    await drafts.discard(theirs)


async def test_what_is_over_cannot_be_edited(promo: Promo) -> None:
    await promo.create(HAPPY_HOUR)
    await promo.economy.promotions.cancel(GUILD_ID, ADMIN_ID, 1)
    with pytest.raises(PromotionOver):
        await promo.economy.promotion_drafts.begin_edit(GUILD_ID, DRAFT_ID, ADMIN_ID, 1)


async def test_what_is_saved_is_altered_and_discarded_no_more(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    saved = await drafts.save(draft)
    for refused in (
        drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, to(HAPPY_HOUR)),
        drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, HAPPY_HOUR),
        drafts.begin_edit(GUILD_ID, DRAFT_ID, ADMIN_ID, 1),
        drafts.discard(draft),
    ):
        with pytest.raises(AlreadySaved) as told:
            await refused
        assert told.value.number == saved.promotion_id
    assert await drafts.save(draft) == saved
    assert (await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID)).saved_as == saved.promotion_id


async def test_what_is_discarded_is_saved_and_altered_no_more(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)

    async def alter(before: Draft) -> Draft:
        await drafts.discard(before)
        return before

    with pytest.raises(OldButton):
        await drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, alter)
    with pytest.raises(OldButton):
        await drafts.save(draft)
    await drafts.discard(draft)
    assert await promo.economy.promotions.list(GUILD_ID) == ()


async def test_a_preview_that_changed_while_it_was_saved_is_looked_at_again(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    seen = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    changed = await drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, to(HAPPY_HOUR))
    with pytest.raises(PreviewChanged):
        await drafts.save(seen)
    assert (await drafts.save(changed)).plan == HAPPY_HOUR


async def test_two_forms_over_one_draft_both_count(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    both_read = asyncio.Barrier(2)
    tries: list[str] = []

    async def rename(draft: Draft) -> Draft:
        await meet("rename")
        return replace(draft, plan=replace(draft.plan, name="Rose Hour"))

    async def limit(draft: Draft) -> Draft:
        await meet("limit")
        terms = replace(draft.plan.terms, budget_coins=500)
        return replace(draft, plan=replace(draft.plan, terms=terms))

    async def meet(name: str) -> None:
        tries.append(name)
        if tries.count(name) == 1:
            await both_read.wait()

    await asyncio.gather(
        drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, rename),
        drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, limit),
    )
    plan = (await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID)).plan
    assert (plan.name, plan.terms.budget_coins) == ("Rose Hour", 500)
    assert len(tries) == 3


async def test_a_draft_that_never_holds_still_is_left(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    names = (f"No. {number}" for number in itertools.count())

    async def late(draft: Draft) -> Draft:
        other = replace(draft.plan, name=next(names))
        await drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, to(other))
        return replace(draft, plan=HAPPY_HOUR)

    with pytest.raises(Busy):
        await drafts.alter(GUILD_ID, DRAFT_ID, ADMIN_ID, late)


async def test_drafts_of_before_pictures_are_still_read(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, PLAN)
    await promo.economy.books.do(
        lambda connection: connection.execute_fetchall(
            "UPDATE promotion_draft SET plan = json_remove(plan, '$.announcement.picture_text')"
        )
    )
    assert await drafts.find(GUILD_ID, DRAFT_ID, ADMIN_ID) == draft


async def test_words_on_a_picture_are_kept_and_have_an_end(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    longest = Announcement(channel_id=5, picture_text="x" * 80)
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, replace(PLAN, announcement=longest))
    saved = await drafts.save(draft)
    assert saved.plan.announcement == longest
    too_long = replace(PLAN, announcement=replace(longest, picture_text="x" * 81))
    with pytest.raises(PictureTextTooLong):
        await drafts.begin(GUILD_ID, DRAFT_ID + 1, ADMIN_ID, too_long)


NOW_ONCE = replace(ONCE, start_time=time(8), lasts_seconds=14 * HOUR)


@pytest.mark.parametrize(
    ("waited_seconds", "starts_at", "lasts_seconds"),
    [
        (0, at(8), 14 * HOUR),
        (9 * MINUTE, at(8) + 9 * MINUTE, 14 * HOUR),
        (9 * MINUTE + 1, at(8) + 10 * MINUTE, 14 * HOUR),
        (10 * MINUTE, at(8) + 10 * MINUTE, 14 * HOUR),
    ],
)
@pytest.mark.parametrize("keeps_end", [False, True])
async def test_what_was_to_begin_while_it_was_read_begins_when_it_is_saved(
    promo: Promo, waited_seconds: int, starts_at: int, lasts_seconds: int, *, keeps_end: bool
) -> None:
    drafts = promo.economy.promotion_drafts
    plan = replace(HAPPY_HOUR, recurrence=NOW_ONCE)
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, plan, keeps_end=keeps_end)
    promo.clock.advance(waited_seconds)
    await drafts.save(draft)
    ((_, begins, ends, _),) = await promo.windows()
    assert (begins, ends) == (starts_at, at(22) if keeps_end else starts_at + lasts_seconds)


async def test_what_ended_while_it_was_read_is_past(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    plan = replace(HAPPY_HOUR, recurrence=replace(NOW_ONCE, lasts_seconds=MINUTE))
    draft = await drafts.begin(GUILD_ID, DRAFT_ID, ADMIN_ID, plan, keeps_end=True)
    promo.clock.advance(MINUTE)
    with pytest.raises(StartsInThePast):
        await drafts.save(draft)


async def test_the_preview_of_an_edit_has_the_terms_of_the_open_window(promo: Promo) -> None:
    drafts = promo.economy.promotion_drafts
    await promo.create(HAPPY_HOUR)
    assert (await drafts.preview(GUILD_ID, PLAN, 1)).open_terms is None
    promo.go_to(19)
    preview = await drafts.preview(GUILD_ID, PLAN, 1)
    assert preview.open_terms == HAPPY_HOUR.terms
    assert preview.windows[0].starts_at == at(18)
    promo.go_to(20)
    assert (await drafts.preview(GUILD_ID, PLAN, 1)).open_terms is None


async def test_the_preview_shows_the_next_windows_and_who_else_is_open_then(promo: Promo) -> None:
    await promo.create(once(Terms(bonus_percent=1), name="Morning"))
    await promo.create(replace(HAPPY_HOUR, name="Evening"))
    await promo.create(replace(HAPPY_HOUR, name="Paused"))
    await promo.economy.promotions.pause(GUILD_ID, ADMIN_ID, 3)
    preview = await promo.economy.promotion_drafts.preview(GUILD_ID, PLAN)
    assert [(one.starts_at, one.ends_at) for one in preview.windows] == [
        (at(18, days=day), at(20, days=day)) for day in range(5)
    ]
    # The first is enough: it comes again as often as the two of them do.
    assert preview.overlaps == (Overlap("Evening", at(18), at(20)),)
    own = await promo.economy.promotion_drafts.preview(GUILD_ID, PLAN, 2)
    assert own.overlaps == ()


@pytest.mark.parametrize(
    ("terms", "costs"),
    [
        (Terms(bonus_percent=20), (3_500, None, None)),
        (Terms(bonus_percent=20, budget_coins=9_000), (3_500, 9_000, 9_000)),
        (Terms(bonus_percent=20, budget_coins=100), (100, 100, 100)),
        (Terms(bonus_percent=20, member_coins=50, budget_coins=100), (50, 50, 100)),
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
