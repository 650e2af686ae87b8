"""Seasons: books begin empty between play and money, and nothing reaches back behind that."""

import asyncio
import random
from dataclasses import replace
from fractions import Fraction

import pytest

from bot.errors import OldButton, Refusal
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.audit import RECENT_CHECKS, audit
from bot.ledger.books import Books
from bot.ledger.posting import Line, from_house, to_house
from bot.paid_errors import (
    AlreadyPaidMode,
    ClaimsOpen,
    DisputesOpen,
    LinkNotHttps,
    LinkTooLong,
    LinkWithPassword,
    OrdersOpen,
    PaidModeOnly,
    ProviderMissing,
    SeasonClosed,
    StillOwed,
    UnknownCurrency,
)
from bot.services.economy import Economy
from bot.services.gift_drafts import GiftDraft
from bot.services.promotion_terms import Terms
from bot.services.proofs import FULL_AUDIT
from bot.services.seasons import Confirmation, check_link
from tests.conftest import MovableClock
from tests.services.conftest import (
    ADMIN_ID,
    GIVER,
    GIVER_ID,
    GUILD_ID,
    STREAMER,
    STREAMER_ID,
    Play,
    request_of,
)
from tests.services.paid import OWNER_ID, SETUP, Paid
from tests.services.promo import HAPPY_HOUR, Promo, at, once


@pytest.fixture
def paid(play: Play) -> Paid:
    return Paid(play.economy)


async def full_pots(books: Books) -> list[tuple[int, str, int]]:
    rows = await books.read(
        "SELECT owner_id, account, balance FROM pot WHERE guild_id = ? AND balance <> 0",
        (GUILD_ID,),
    )
    return [tuple(row) for row in rows]


async def play_a_season(play: Play, economy: Economy) -> None:
    """Fill every kind of pot that a play season can fill, a fee and a paid claim too."""
    await play.set("fee_percent", "10")
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, 5, 700)
    await economy.grants.grant(
        guild_id=GUILD_ID, key="g", admin_id=ADMIN_ID, member=GIVER, coins=520, reason="party"
    )
    await play.gift(gift="picnic")
    await play.gift(gift="sunflower")
    await play.convert(430)
    claim = await play.claim(100)
    for step in ("approve", "mark_paid"):
        more = {"reference": "cash"} if step == "mark_paid" else {}
        await getattr(economy.claims, step)(
            guild_id=GUILD_ID, key=step, admin_id=ADMIN_ID, claim_id=claim.claim.claim_id, **more
        )


async def test_the_play_season_is_archived_and_money_begins_with_empty_books(
    economy: Economy, play: Play, paid: Paid, clock: MovableClock
) -> None:
    await play_a_season(play, economy)
    await economy.orders.buy_test(GUILD_ID + 1, GIVER_ID, 5, 700)
    before = await play.entries()
    begun = await paid.begin()
    assert (begun.season, begun.mode, begun.began_at) == (2, "paid", clock.now)
    assert (begun.replayed, begun.promotions_ended) == (False, 0)
    assert await full_pots(economy.books) == []
    assert await play.entries() == before + 1
    rows = await economy.books.read(
        "SELECT kind, key, actor_id FROM entry WHERE guild_id = ? AND entry_id = ?",
        (GUILD_ID, begun.entry_id),
    )
    assert [tuple(row) for row in rows] == [("season", "season:2", OWNER_ID)]
    rows = await economy.books.read("SELECT * FROM season")
    assert [tuple(row) for row in rows] == [
        (GUILD_ID, 2, "paid", begun.entry_id, OWNER_ID, 3, clock.now)
    ]
    assert (await economy.wallets.balance(GUILD_ID + 1, GIVER_ID)).coins == 700
    assert await audit(economy.books.path, (*FULL_AUDIT, *RECENT_CHECKS)) == []


async def test_the_settings_of_the_season_are_known_at_once_and_after_a_restart(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "fee_percent", "5")
    begun = await paid.begin()
    expected = replace(
        (await economy.guilds.get(GUILD_ID + 1)).settings,
        mode="paid",
        fee_percent=5,
        currency="EUR",
        provider="manual",
        terms_url=SETUP.terms_url,
        privacy_url=SETUP.privacy_url,
        support_url=SETUP.support_url,
        season_entry_id=begun.entry_id,
        hold_days=30,
        bonus_rate=Fraction(0),
    )
    assert (await economy.guilds.get(GUILD_ID)).settings == expected
    fresh = Economy.over(economy.books, clock)
    assert (await fresh.guilds.get(GUILD_ID)).settings == expected
    assert (await fresh.seasons.current(GUILD_ID)).mode == "paid"


async def test_a_guild_without_books_begins_too(economy: Economy, paid: Paid, play: Play) -> None:
    begun = await paid.begin()
    assert begun.entry_id == await play.entries() == 0
    assert await audit(economy.books.path, FULL_AUDIT) == []


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_the_pots_hold_they_are_zero_afterwards(
    economy: Economy, play: Play, paid: Paid, seed: int
) -> None:
    chance = random.Random(seed)
    houses = (Account.SOLD, Account.GRANTED, Account.PROMOTED, Account.FEE, Account.CONVERTED)
    mine = (Account.PAID, Account.BONUS, Account.EARNED_PAID, Account.EARNED_BONUS)
    for _ in range(40):
        member_id, coins = chance.randrange(10, 15), chance.randrange(1, 10**12)
        await play.book(from_house(chance.choice(houses), member_id, chance.choice(mine), coins))
        await play.book(to_house(member_id, Account.DEBT, chance.choice(houses), coins))
        await play.book(from_house(Account.MINTED, member_id, Account.DIAMONDS, coins))
    await paid.begin()
    assert await full_pots(economy.books) == []


async def test_pots_of_the_house_that_no_line_could_hold_are_moved_in_parts(
    economy: Economy, play: Play, paid: Paid
) -> None:
    for member_id in range(10, 14):
        await play.book(from_house(Account.SOLD, member_id, Account.PAID, MOST_AMOUNT))
        await play.book(to_house(member_id, Account.PAID, Account.FEE, MOST_AMOUNT - member_id))
    begun = await paid.begin()
    assert await full_pots(economy.books) == []
    rows = await economy.books.read(
        "SELECT source_account, COUNT(*), SUM(amount) FROM line WHERE entry_id = ? AND"
        " source_owner_id = 0 AND target_owner_id = 0 GROUP BY 1 ORDER BY 1",
        (begun.entry_id,),
    )
    assert [tuple(row) for row in rows] == [
        ("archived", 4, 4 * MOST_AMOUNT),
        ("fee", 4, 4 * MOST_AMOUNT - 46),
    ]


async def test_open_claims_hold_the_season_up(economy: Economy, play: Play, paid: Paid) -> None:
    await play.diamonds(1_000)
    for _ in range(2):
        await play.claim(100)
    await play.coins(paid=5)
    with pytest.raises(ClaimsOpen) as refusal:
        await paid.begin()
    assert refusal.value.count == 2
    assert "`/payouts queue`" in str(refusal.value)
    assert (await economy.wallets.balance(GUILD_ID, GIVER_ID)).coins == 5
    assert (await economy.guilds.get(GUILD_ID)).settings.mode == "play"
    assert (await economy.seasons.current(GUILD_ID)).number == 1


async def test_promotions_end_and_their_budgets_go_back_first(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    promo = Promo(economy, clock)
    await promo.create(once(Terms(bonus_percent=20, budget_coins=500)))
    await promo.create(HAPPY_HOUR)
    over = await promo.create(once(Terms(bonus_coins=5, budget_coins=50)))
    await economy.promotions.cancel(GUILD_ID, ADMIN_ID, over.promotion_id)
    clock.now = at(10)
    await economy.promotion_clock.tick()
    await promo.buy()
    begun = await paid.begin()
    assert begun.promotions_ended == 2
    assert await economy.promotions.list(GUILD_ID) == ()
    assert await full_pots(economy.books) == []
    # The window that was open ends now, those to come are gone.
    assert [(ends_at, state) for _, _, ends_at, state in await promo.windows()] == [
        (clock.now, "running")
    ]
    rows = await economy.books.read("SELECT key FROM entry ORDER BY entry_id DESC LIMIT 2")
    assert [row[0] for row in rows] == ["season:2", "budget:1:over"]
    await economy.promotion_clock.tick()
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def test_the_same_confirmation_again_is_the_same_season(
    economy: Economy, play: Play, paid: Paid, clock: MovableClock
) -> None:
    await play.coins(paid=5)
    first, second = await asyncio.gather(paid.begin(), paid.begin())
    assert not first.replayed
    assert second.replayed
    clock.advance(60)
    await play.coins(paid=7)
    again = await paid.begin()
    assert again == second
    assert (again.season, again.entry_id) == (first.season, first.entry_id)
    assert again.began_at == first.began_at
    assert (await economy.wallets.balance(GUILD_ID, GIVER_ID)).coins == 7
    assert await economy.books.read("SELECT COUNT(*) FROM season") == [(1,)]


async def test_another_set_up_is_no_second_season(economy: Economy, paid: Paid) -> None:
    await paid.begin()
    with pytest.raises(AlreadyPaidMode):
        await paid.begin(currency="USD")
    with pytest.raises(AlreadyPaidMode):
        await paid.begin(provider="stripe")
    assert (await economy.guilds.get(GUILD_ID)).settings.currency == "EUR"


async def test_links_and_provider_can_change_and_the_currency_cannot(
    economy: Economy, paid: Paid
) -> None:
    with pytest.raises(PaidModeOnly):
        await economy.seasons.change_setup(GUILD_ID, OWNER_ID, SETUP)
    await paid.begin()
    other = replace(SETUP, provider="stripe", terms_url="https://example.org/new")
    await economy.seasons.change_setup(GUILD_ID, OWNER_ID, other)
    settings = (await economy.guilds.get(GUILD_ID)).settings
    assert (settings.provider, settings.terms_url) == ("stripe", "https://example.org/new")
    with pytest.raises(AlreadyPaidMode):
        await economy.seasons.change_setup(GUILD_ID, OWNER_ID, replace(SETUP, currency="USD"))


async def test_play_begins_again_when_nothing_is_owed(
    economy: Economy, play: Play, paid: Paid
) -> None:
    await paid.begin()
    await play.set("paid_rate", "1/2")
    # Bought, given, converted and paid out: only the house's pots remember it.
    await play.book(from_house(Account.SOLD, STREAMER_ID, Account.EARNED_PAID, 100))
    await play.convert()
    await play.book(to_house(STREAMER_ID, Account.DIAMONDS, Account.PAID_OUT, 50))
    begun = await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    assert (begun.season, begun.mode, begun.replayed) == (3, "play", False)
    assert await full_pots(economy.books) == []
    settings = (await economy.guilds.get(GUILD_ID)).settings
    assert (settings.mode, settings.hold_days) == ("play", 0)
    assert settings.bonus_rate == settings.paid_rate == Fraction(1, 2)
    assert settings.season_entry_id == begun.entry_id
    again = await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    assert again.replayed
    assert again.season == 3


async def test_a_guild_that_always_played_is_in_its_first_season(economy: Economy) -> None:
    again = await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    assert (again.season, again.entry_id, again.replayed) == (1, 0, True)


@pytest.mark.parametrize(
    ("line", "owed"),
    [
        (from_house(Account.SOLD, GIVER_ID, Account.PAID, 5), (5, 0, 0)),
        (from_house(Account.GRANTED, GIVER_ID, Account.BONUS, 6), (6, 0, 0)),
        (from_house(Account.SOLD, GIVER_ID, Account.EARNED_PAID, 7), (7, 0, 0)),
        (from_house(Account.PROMOTED, GIVER_ID, Account.PROMISED, 8), (8, 0, 0)),
        (from_house(Account.MINTED, GIVER_ID, Account.DIAMONDS, 9), (0, 9, 0)),
        (to_house(GIVER_ID, Account.DEBT, Account.SOLD, 10), (0, 0, 10)),
    ],
)
async def test_money_does_not_end_while_anything_is_owed(
    economy: Economy, play: Play, paid: Paid, line: Line, owed: tuple[int, int, int]
) -> None:
    await paid.begin()
    await play.book(line)
    with pytest.raises(StillOwed) as refusal:
        await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    assert (refusal.value.coins, refusal.value.diamonds, refusal.value.debt) == owed
    assert (await economy.guilds.get(GUILD_ID)).settings.mode == "paid"


async def test_what_a_promotion_may_still_give_is_owed_to_nobody(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await paid.begin()
    await economy.packs.put(GUILD_ID, ADMIN_ID, 700, 999)
    await Promo(economy, clock).create(once(Terms(bonus_percent=20, budget_coins=500)))
    begun = await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    assert begun.promotions_ended == 1
    assert await full_pots(economy.books) == []


async def test_orders_that_wait_and_open_disputes_hold_it_up(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await paid.begin()
    await paid.order(1, ordered_at=clock.now, expires_at=clock.now + 60)
    await paid.order(1, ordered_at=clock.now, expires_at=clock.now + 1_800)
    with pytest.raises(OrdersOpen) as orders:
        await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    assert (orders.value.count, orders.value.until) == (2, clock.now + 1_800)
    other = Paid(economy)
    await other.payment(77, disputes_open=2, guild_id=GUILD_ID + 1)
    await economy.seasons.begin_paid(GUILD_ID + 1, OWNER_ID, SETUP)
    with pytest.raises(DisputesOpen) as disputes:
        await economy.seasons.begin_play(GUILD_ID + 1, OWNER_ID)
    assert disputes.value.count == 1


async def test_a_question_about_a_gift_does_not_reach_into_the_next_season(
    economy: Economy, play: Play, paid: Paid
) -> None:
    await play.coins(paid=10_000)
    draft = await economy.gift_drafts.offer(request_of(gift="petal", count=5_000), 1)
    assert isinstance(draft, GiftDraft)
    await paid.begin()
    await play.coins(paid=10_000)
    with pytest.raises(OldButton):
        await economy.gift_drafts.find(GUILD_ID, 1, GIVER_ID)
    with pytest.raises(OldButton):
        await economy.gift_drafts.send(draft, STREAMER)
    assert (await economy.wallets.balance(GUILD_ID, GIVER_ID)).coins == 10_000


async def test_a_promotion_that_is_not_saved_does_not_reach_into_the_next_season(
    economy: Economy, paid: Paid
) -> None:
    drafts = economy.promotion_drafts
    draft = await drafts.begin(GUILD_ID, 1, ADMIN_ID, HAPPY_HOUR)
    other = await drafts.begin(GUILD_ID + 1, 1, ADMIN_ID, HAPPY_HOUR)
    await paid.begin()
    await economy.packs.put(GUILD_ID, ADMIN_ID, 700, 999)
    with pytest.raises(OldButton):
        await drafts.find(GUILD_ID, 1, ADMIN_ID)
    with pytest.raises(OldButton):
        await drafts.save(draft)
    assert await economy.promotions.list(GUILD_ID) == ()
    assert await drafts.find(GUILD_ID + 1, 1, ADMIN_ID) == other


async def test_a_gift_of_the_season_before_cannot_be_taken_back(
    economy: Economy, play: Play, paid: Paid
) -> None:
    await play.coins(paid=100)
    old = await play.gift(count=10)
    undone = await play.gift(count=10)
    first = await economy.gift_undos.undo(GUILD_ID, GIVER_ID, undone.entry_id)
    await paid.begin()
    await play.coins(paid=100)
    await play.gift(count=10)  # the streamer has coins that could be taken by mistake
    with pytest.raises(SeasonClosed):
        await economy.gift_undos.undo(GUILD_ID, GIVER_ID, old.entry_id)
    again = await economy.gift_undos.undo(GUILD_ID, GIVER_ID, undone.entry_id)
    assert again == replace(first, replayed=True)


async def test_earnings_count_since_the_season_began(
    economy: Economy, play: Play, paid: Paid
) -> None:
    await play.coins(paid=100)
    await play.gift(count=50)
    await play.convert(20)
    await paid.begin()
    await play.set("hold_days", "0")
    empty = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert (empty.received.coins, empty.received.gifts, empty.converted_coins) == (0, 0, 0)
    await play.coins(paid=100)
    await play.gift(count=7)
    await play.convert(3)
    report = await economy.earnings.report(GUILD_ID, STREAMER_ID)
    assert (report.received.coins, report.received.gifts, report.converted_coins) == (7, 1, 3)
    assert report.wallet.earned_coins == 4


async def test_claims_of_the_season_before_leave_the_days_limit_alone(
    economy: Economy, play: Play, paid: Paid
) -> None:
    await play.set("claim_most_per_day", "150")
    await play_a_season(play, economy)
    await paid.begin()
    await play.diamonds(150)
    assert (await play.claim(150)).claim.diamonds == 150


async def test_seasons_may_follow_each_other_and_the_books_stay_right(
    economy: Economy, play: Play, paid: Paid, clock: MovableClock
) -> None:
    for number in range(3):
        await economy.orders.buy_test(GUILD_ID, GIVER_ID, 10 + number, 700)
        await play.gift(gift="picnic")
        clock.advance(60)
        await paid.begin()
        await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    season = await economy.seasons.current(GUILD_ID)
    assert (season.number, season.mode) == (7, "play")
    assert await audit(economy.books.path, (*FULL_AUDIT, *RECENT_CHECKS)) == []


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"currency": "DEM"}, UnknownCurrency),
        ({"currency": ""}, UnknownCurrency),
        ({"provider": ""}, ProviderMissing),
        ({"provider": "Not A Provider"}, ProviderMissing),
        ({"terms_url": ""}, LinkNotHttps),
        ({"privacy_url": "http://example.org"}, LinkNotHttps),
        ({"support_url": "https://me:secret@example.org"}, LinkWithPassword),
    ],
)
async def test_a_set_up_that_is_wrong_changes_nothing(
    economy: Economy, paid: Paid, values: dict[str, str], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await paid.begin(**values)
    assert (await economy.seasons.current(GUILD_ID)).number == 1


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org",
        " https://example.org/terms?a=b#c ",
        "https://example.org:8443/",
        "HTTPS://Example.org/",
        "https://bücher.example/agb",
        "https://example.org/" + "a" * 492,
    ],
)
def test_a_link_that_people_can_open_is_taken(link: str) -> None:
    assert check_link(link) == link.strip()


@pytest.mark.parametrize(
    ("link", "refusal"),
    [
        ("example.org", LinkNotHttps),
        ("http://example.org", LinkNotHttps),
        ("ftp://example.org", LinkNotHttps),
        ("javascript:alert(1)", LinkNotHttps),
        ("https://", LinkNotHttps),
        ("https:///terms", LinkNotHttps),
        ("https://localhost/", LinkNotHttps),
        ("https://./", LinkNotHttps),
        ("https://example.org:port/", LinkNotHttps),
        ("https://example.org:99999/", LinkNotHttps),
        ("https://[::1", LinkNotHttps),
        ("https://exam ple.org", LinkNotHttps),
        ("https://example.org/a\nb", LinkNotHttps),
        ("https://example.org/\u202egpj", LinkNotHttps),
        ("https://example.org/<b>", LinkNotHttps),
        ("https://me@example.org", LinkWithPassword),
        ("https://example.org@evil.example", LinkWithPassword),
        ("https://example.org/" + "a" * 493, LinkTooLong),
    ],
)
def test_a_link_that_cannot_be_shown_is_refused(link: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_link(link)


async def test_another_way_to_pay_is_kept_with_who_confirmed_it(
    economy: Economy, paid: Paid, clock: MovableClock
) -> None:
    await paid.begin()
    seasons = economy.seasons
    season = await seasons.current(GUILD_ID)
    await seasons.change_setup(
        GUILD_ID, OWNER_ID, replace(SETUP, terms_url="https://example.org/new")
    )
    assert await seasons.changed_way(GUILD_ID, season) is None
    clock.advance(60)
    await seasons.change_setup(GUILD_ID, OWNER_ID + 1, replace(SETUP, provider="stripe"))
    clock.advance(60)
    await seasons.change_setup(GUILD_ID, OWNER_ID, SETUP)
    assert await seasons.changed_way(GUILD_ID, season) == Confirmation(
        OWNER_ID, SETUP.text_version, clock()
    )
    kept = await economy.books.read(
        "SELECT confirmation_id, provider, confirmed_by FROM setup_confirmation"
    )
    assert kept == [(1, "stripe", OWNER_ID + 1), (2, SETUP.provider, OWNER_ID)]
    # What began the season says so as before.
    confirmation = await seasons.confirmation(GUILD_ID, season)
    assert confirmation == Confirmation(OWNER_ID, SETUP.text_version, season.began_at)
