"""What a member has, and how it came and went."""

import sqlite3

import pytest

from bot.services.economy import Economy
from bot.services.guilds import Person
from bot.services.wallets import HISTORY_PAGE, HistoryEntry, Standing, Wallet
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GIVER, GIVER_ID, GUILD_ID, STREAMER_ID, Play
from tests.services.shop import Shop


async def test_a_member_nobody_ever_paid_has_zeros(economy: Economy) -> None:
    wallet = await economy.wallets.balance(GUILD_ID, GIVER_ID)
    assert wallet == Wallet(0, 0, 0, 0, 0, 0)
    page = await economy.wallets.history(GUILD_ID, GIVER_ID)
    assert (page.entries, page.before, page.newer, page.older) == ((), 0, None, None)


async def test_a_wallet_tells_each_pot_and_their_sums(economy: Economy, play: Play) -> None:
    await play.coins(paid=1, bonus=2, member_id=STREAMER_ID)
    await play.earned(paid=4, bonus=8)
    await play.diamonds(1_000)
    await play.claim(160)
    wallet = await economy.wallets.balance(GUILD_ID, STREAMER_ID)
    assert wallet == Wallet(
        paid_coins=1,
        bonus_coins=2,
        earned_paid_coins=4,
        earned_bonus_coins=8,
        diamonds=840,
        claimed_diamonds=160,
    )
    assert (wallet.coins, wallet.earned_coins, wallet.owed_diamonds) == (3, 12, 1_000)
    assert await economy.wallets.balance(GUILD_ID + 1, STREAMER_ID) == Wallet(0, 0, 0, 0, 0, 0)


def line_of(entry: HistoryEntry) -> tuple[object, ...]:
    """Return what a history line is about: its kind and changes, and who, what, how often."""
    return (
        entry.kind,
        entry.coins,
        entry.earned,
        entry.diamonds,
        entry.other_id,
        f"{entry.count} {entry.gift}" if entry.gift else "",
        entry.message or entry.note,
    )


async def test_a_history_tells_everything_that_happened(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("fee_percent", "10")
    await economy.grants.grant(
        guild_id=GUILD_ID, key="g", admin_id=ADMIN_ID, member=GIVER, coins=20, reason="party"
    )
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, 5, 700)
    gift = await play.gift(gift="posy", message="Brava!")
    clock.advance(5)
    again = await play.gift(gift="sunflower", count=2)
    await economy.gift_undos.undo(GUILD_ID, GIVER_ID, again.entry_id)
    await play.convert(200)
    for step in (1, 2):
        await play.claim(100)
        await economy.claims.approve(
            guild_id=GUILD_ID, key=f"a{step}", admin_id=ADMIN_ID, claim_id=step
        )
    await economy.claims.mark_paid(
        guild_id=GUILD_ID, key="p", admin_id=ADMIN_ID, claim_id=1, reference="transfer 7"
    )
    await economy.claims.reject(
        guild_id=GUILD_ID, key="r", admin_id=ADMIN_ID, claim_id=2, reason="sorry"
    )
    givers = (await economy.wallets.history(GUILD_ID, GIVER_ID)).entries
    assert [line_of(entry) for entry in givers] == [
        ("undo", 98, 0, 0, STREAMER_ID, "2 sunflower", ""),
        ("gift", -98, 0, 0, STREAMER_ID, "2 sunflower", ""),
        ("gift", -299, 0, 0, STREAMER_ID, "1 posy", "Brava!"),
        ("purchase", 700, 0, 0, 0, "", ""),
        ("grant", 20, 0, 0, 0, "", "party"),
    ]
    assert (givers[2].entry_id, givers[2].posted_at) == (gift.entry_id, gift.sent_at)
    streamers = (await economy.wallets.history(GUILD_ID, STREAMER_ID)).entries
    assert [line_of(entry)[:4] for entry in streamers] == [
        ("claim_rejected", 0, 0, 0),  # still the streamer's, locked or not
        ("claim_paid", 0, 0, -100),
        ("claim", 0, 0, 0),
        ("claim", 0, 0, 0),
        ("conversion", 0, -200, 200),
        ("undo", 0, -89, 0),
        ("gift", 0, 89, 0),
        ("gift", 0, 299 - 27 - 2, 0),
    ]
    assert [line_of(entry)[4:] for entry in streamers[5:]] == [
        (GIVER_ID, "2 sunflower", ""),
        (GIVER_ID, "2 sunflower", ""),
        (GIVER_ID, "1 posy", "Brava!"),
    ]
    assert [entry.note for entry in streamers[:2]] == ["sorry", "transfer 7"]


async def test_changes_add_up_to_the_wallet(economy: Economy, play: Play) -> None:
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, GIVER_ID)
    await play.set("fee_percent", "33")
    await play.coins(paid=500, bonus=77)
    await play.coins(paid=500, member_id=STREAMER_ID)
    for _ in range(3):  # who gives and receives in turn
        await play.gift(gift="sunflower")
        await play.gift(gift="honeypot", giver_id=STREAMER_ID, streamer=Person(GIVER_ID, "Mia"))
    await play.convert(50)
    for member_id in (GIVER_ID, STREAMER_ID):
        wallet = await economy.wallets.balance(GUILD_ID, member_id)
        entries = (await economy.wallets.history(GUILD_ID, member_id, size=50)).entries
        assert sum(entry.coins for entry in entries) == wallet.coins
        assert sum(entry.earned for entry in entries) == wallet.earned_coins
        assert sum(entry.diamonds for entry in entries) == wallet.owed_diamonds


@pytest.mark.parametrize("entries", [1, 7, 8, 9, 16, 17, 24])
async def test_a_history_is_paged_forwards_and_backwards(
    economy: Economy, play: Play, entries: int
) -> None:
    for number in range(entries):
        await play.coins(bonus=1)
        if number % 3 == 0:  # what happens to others is on no page
            await play.coins(bonus=1, member_id=99)
    pages = [await economy.wallets.history(GUILD_ID, GIVER_ID)]
    assert pages[0].newer is None
    while (older := pages[-1].older) is not None:
        pages.append(await economy.wallets.history(GUILD_ID, GIVER_ID, before=older))
    ids = [entry.entry_id for page in pages for entry in page.entries]
    assert len(ids) == entries
    assert ids == sorted(set(ids), reverse=True)
    assert all(len(page.entries) == HISTORY_PAGE for page in pages[:-1])
    back = [pages[-1]]
    while (newer := back[-1].newer) is not None:
        back.append(await economy.wallets.history(GUILD_ID, GIVER_ID, before=newer))
    assert [page.entries for page in back] == [page.entries for page in pages[::-1]]
    assert back[-1].before == 0


async def test_pages_have_the_size_that_is_asked_for(economy: Economy, play: Play) -> None:
    for _ in range(5):
        await play.coins(bonus=1)
    page = await economy.wallets.history(GUILD_ID, GIVER_ID, size=3)
    assert [entry.entry_id for entry in page.entries] == [5, 4, 3]
    rest = await economy.wallets.history(GUILD_ID, GIVER_ID, before=page.older or 0, size=3)
    assert [entry.entry_id for entry in rest.entries] == [2, 1]
    assert (rest.before, rest.newer, rest.older) == (3, 0, None)


async def test_the_page_before_the_first_entry_is_empty_and_leads_back(
    economy: Economy, play: Play
) -> None:
    await play.coins(bonus=1)
    page = await economy.wallets.history(GUILD_ID, GIVER_ID, before=1)
    assert (page.entries, page.newer, page.older) == ((), 0, None)


async def test_histories_of_two_guilds_are_kept_apart(economy: Economy, play: Play) -> None:
    await play.coins(bonus=1)
    await economy.orders.buy_test(GUILD_ID + 1, GIVER_ID, 5, 70)
    (entry,) = (await economy.wallets.history(GUILD_ID, GIVER_ID)).entries
    assert (entry.kind, entry.coins) == ("test", 1)
    (entry,) = (await economy.wallets.history(GUILD_ID + 1, GIVER_ID)).entries
    assert (entry.kind, entry.coins) == ("purchase", 70)


# What of it cannot be used.


async def test_usually_all_that_a_member_has_can_be_used(economy: Economy, play: Play) -> None:
    await play.coins(paid=5)
    wallet = await economy.wallets.balance(GUILD_ID, GIVER_ID)
    assert await economy.wallets.standing(GUILD_ID, GIVER_ID) == Standing(
        wallet, is_disputed=False, held_coins=0, held_until=0
    )


async def test_a_wallet_tells_what_is_owed_and_what_is_set_aside(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    shop = Shop(play, clock)
    payment_id = await shop.bought(100)
    await play.gift(gift="petal", count=60)
    clock.advance(1)
    await shop.order(50, bonus_coins=20)
    wallet = await economy.wallets.balance(GUILD_ID, GIVER_ID)
    assert (wallet.coins, wallet.promised_coins, wallet.debt_coins) == (40, 20, 0)
    await play.convert()
    await shop.say(payment_id, refunded_minor=1_000)
    wallet = await economy.wallets.balance(GUILD_ID, GIVER_ID)
    assert (wallet.coins, wallet.promised_coins, wallet.debt_coins) == (0, 20, 60)


async def test_a_wallet_rests_as_long_as_a_dispute_is_open(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    shop = Shop(play, clock)
    payment_id = await shop.bought(100)
    await shop.say(payment_id, disputes_open=1)
    assert (await economy.wallets.standing(GUILD_ID, GIVER_ID)).is_disputed
    assert not (await economy.wallets.standing(GUILD_ID, STREAMER_ID)).is_disputed
    assert not (await economy.wallets.standing(GUILD_ID + 1, GIVER_ID)).is_disputed
    await shop.say(payment_id, disputes_open=0)
    assert not (await economy.wallets.standing(GUILD_ID, GIVER_ID)).is_disputed


async def test_a_streamer_sees_what_is_on_hold_and_until_when(
    economy: Economy, play: Play, clock: MovableClock
) -> None:
    await play.set("hold_days", "2")
    await play.coins(paid=100, bonus=20)
    await play.gift(gift="petal", count=50)
    sent_at = clock()
    clock.advance(5)
    await play.gift(gift="petal", count=10)
    standing = await economy.wallets.standing(GUILD_ID, STREAMER_ID)
    assert (standing.held_coins, standing.held_until) == (60, sent_at + 2 * 86_400)
    clock.advance(2 * 86_400 - 5)
    standing = await economy.wallets.standing(GUILD_ID, STREAMER_ID)
    assert (standing.held_coins, standing.held_until) == (10, sent_at + 5 + 2 * 86_400)


async def test_in_books_from_before_the_mark_what_was_converted_does_not_wait(
    economy: Economy, play: Play, second: sqlite3.Connection
) -> None:
    await play.coins(paid=40, bonus=20)
    await play.gift(gift="petal", count=60)
    await play.convert(55)
    await play.set("hold_days", "30")
    second.execute("DELETE FROM tally")
    assert (await economy.wallets.standing(GUILD_ID, STREAMER_ID)).held_coins == 5
    second.execute("DELETE FROM tally")
    await play.set("hold_days", "0")
    await play.convert()
    second.execute("DELETE FROM tally")
    await play.set("hold_days", "30")
    second.execute("DELETE FROM tally")
    standing = await economy.wallets.standing(GUILD_ID, STREAMER_ID)
    assert (standing.held_coins, standing.held_until) == (0, 0)
