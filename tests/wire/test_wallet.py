"""`/wallet` and `/history`: what one has, and how it came and went."""

import pytest

from bot.errors import BooksUnreadable
from tests.wire.paying import Till
from tests.wire.paying_out import open_claim
from tests.wire.promoting import DAY
from tests.wire.sentences import ADMINS_ONLY, NOT_YOURS, UNKNOWN_MESSAGE
from tests.wire.test_checkout import promote
from tests.wire.town import GUILD_ID, MEMBER_ID, Town, text_of

BRACKETS = "In brackets: what as many coins cost here, without a discount for larger packs."


async def test_a_fresh_wallet_is_empty_and_says_how_to_fill_it(town: Town) -> None:
    wallet = await town.type("Mia", "wallet")
    assert wallet.is_private
    assert "Wallet of Mia" in wallet.text
    assert "**0 coins**\n0 bought · 0 bonus" in wallet.text
    assert "Nothing yet. `/buy` gets your first coins." in wallet.text
    assert "Earned" not in wallet.text


async def test_a_wallet_tells_bought_from_bonus_coins_and_shows_the_last_three_entries(
    town: Town,
) -> None:
    await town.type("Mia", "buy", pack=70)
    await town.type("Ada", "economy grant", member="Mia", coins=5, reason="for the song")
    await town.type("Mia", "gift", streamer="Luna", gift="clover")
    await town.type("Mia", "gift", streamer="Kai", gift="clover", count=2)
    wallet = await town.type("Mia", "wallet")
    assert "**69 coins**\n69 bought · 0 bonus" in wallet.text
    latest = wallet.message["embeds"][0]["fields"][-1]["value"].splitlines()
    at = town.clock.seconds()
    assert latest == [
        f"<t:{at}:R> 🍀 Lucky Clover ×2 to <@{MEMBER_ID['Kai']}> **-4** 🪙 `#4`",
        f"<t:{at}:R> 🍀 Lucky Clover to <@{MEMBER_ID['Luna']}> **-2** 🪙 `#3`",
        f"<t:{at}:R> Bonus coins from an admin **+5** 🪙 · for the song `#2`",
    ]


async def test_the_longest_notes_fit_in_a_wallet_and_whole_in_the_history(town: Town) -> None:
    reason = "*" * 200
    for _ in range(8):
        await town.type("Ada", "economy grant", member="Mia", coins=5, reason=reason)
    wallet = await town.type("Mia", "wallet")
    assert wallet.text.count(r"\*" * 99 + "… `#") == 3
    history = await town.type("Mia", "history")
    assert history.text.count(r"· " + r"\*" * 200 + " `#") == 8


async def test_a_streamers_wallet_shows_what_was_earned_and_what_is_owed(town: Town) -> None:
    await town.earn("Luna", 500)
    await town.type("Luna", "convert", coins=300)
    await town.type("Luna", "claim request", diamonds=120)
    wallet = await town.type("Luna", "wallet")
    assert "**200 coins**\n`/convert` them" in wallet.text
    assert "**300 diamonds**\n180 to claim · 120 in claims" in wallet.text


async def test_admins_see_anothers_wallet_in_private(town: Town) -> None:
    await town.type("Mia", "buy", pack=350)
    for admin in ("Ada", "Olive"):
        wallet = await town.type(admin, "wallet", member="Mia")
        assert wallet.is_private
        assert "Wallet of Mia" in wallet.text
        assert "350 coins" in wallet.text


@pytest.mark.parametrize("person", ["Noor", "Luna"])
async def test_members_and_streamers_see_their_own_wallet_alone(town: Town, person: str) -> None:
    await town.refuses(town.type(person, "wallet", member="Mia"), ADMINS_ONLY)
    own = await town.type(person, "wallet", member=person)
    assert f"Wallet of {person}" in own.text


async def test_the_wallet_of_a_member_who_left_is_still_there_for_admins(town: Town) -> None:
    await town.type("Mia", "buy", pack=70)
    await town.post("member", member="Mia", action="leave")
    assert "70 coins" in (await town.type("Ada", "wallet", member="Mia")).text


async def test_an_empty_history_says_how_to_begin(town: Town) -> None:
    history = await town.type("Mia", "history")
    assert history.is_private
    assert history.text == "Your history\nNothing yet. `/buy` gets your first coins."
    assert not history.message["components"]


async def test_history_is_paged_with_receipt_numbers_newest_first(town: Town) -> None:
    for _ in range(20):
        await town.grant("Mia", 1)
    newest = await town.type("Mia", "history")
    assert receipts(newest.message) == list(range(20, 12, -1))
    assert newest.labels == ["Older"]
    middle = await town.press("Mia", newest.message, newest.button("Older"))
    assert middle.is_private
    assert receipts(middle.message) == list(range(12, 4, -1))
    assert middle.labels == ["Newer", "Older"]
    oldest = await town.press("Mia", middle.message, middle.button("Older"))
    assert receipts(oldest.message) == [4, 3, 2, 1]
    assert oldest.labels == ["Newer"]
    back = await town.press("Mia", oldest.message, oldest.button("Newer"))
    assert receipts(back.message) == list(range(12, 4, -1))


async def test_nobody_turns_the_pages_of_anothers_history(town: Town) -> None:
    for _ in range(9):
        await town.grant("Mia", 1)
    history = await town.type("Mia", "history")
    older = history.button("Older")
    # Discord shows the button to nobody else; a forged press meets the second check.
    await town.discord_refuses(town.press("Noor", history.message, older), UNKNOWN_MESSAGE)
    await town.refuses(
        town.press("Noor", history.message, older, force=True),
        NOT_YOURS,
    )


async def test_every_kind_of_entry_has_a_line_of_its_own(town: Town) -> None:
    await town.earn("Luna", 400)
    await town.type("Luna", "convert")
    for _ in range(3):
        await town.type("Luna", "claim request", diamonds=100)
    status = await town.type("Luna", "claim status")
    await town.press("Luna", status.message, status.button("Cancel #3"))
    card = await open_claim(town, 2)
    form = await town.press("Ada", card.message, card.button("Reject #2"))
    await town.submit("Ada", form, words="please *ask* again")
    card = await open_claim(town, 1)
    card = await town.press("Ada", card.message, card.button("Approve #1"))
    form = await town.press("Ada", card.message, card.button("Mark #1 paid"))
    await town.submit("Ada", form, words="INV-7")
    lines = text_of((await town.type("Luna", "history")).message).splitlines()[1:]
    at = f"<t:{town.clock.seconds()}:R>"
    noor = MEMBER_ID["Noor"]
    assert lines == [
        f"{at} Claim paid **-100** 💎 · INV-7 `#9`",
        rf"{at} Claim rejected, diamonds returned · please \*ask\* again `#8`",
        f"{at} Claim cancelled, diamonds returned `#7`",
        f"{at} Diamonds claimed `#6`",
        f"{at} Diamonds claimed `#5`",
        f"{at} Diamonds claimed `#4`",
        f"{at} Converted **-400** 💐 **+400** 💎 `#3`",
        f"{at} 🌸 Petal ×400 from <@{noor}> **+400** 💐 `#2`",
    ]


async def test_what_is_in_one_guild_is_not_seen_in_another(town: Town) -> None:
    economy = town.bot.economy
    await economy.orders.buy_test(GUILD_ID + 1, MEMBER_ID["Mia"], 1, 700)
    assert "**0 coins**" in (await town.type("Mia", "wallet")).text
    assert "Nothing yet" in (await town.type("Mia", "history")).text


def receipts(message: dict[str, list[dict[str, str]]]) -> list[int]:
    """Return the receipt numbers of a page of history, from top to bottom."""
    lines = message["embeds"][0]["description"].splitlines()
    return [int(line.rsplit("`#", 1)[1].rstrip("`")) for line in lines]


# Where coins are sold.


async def test_a_wallet_says_once_what_the_brackets_are(till: Till) -> None:
    await till.buy("Mia", 700)
    wallet = await till.town.type("Mia", "wallet")
    assert "**700 coins (€10.00)**\n700 bought · 0 bonus" in wallet.text
    assert "Coins bought **+700** 🪙 (€10.00) `#1`" in wallet.text
    assert wallet.text.endswith(f"\n{BRACKETS}")
    assert wallet.text.count(BRACKETS) == 1
    history = await till.town.type("Mia", "history")
    assert history.text.endswith(f"**+700** 🪙 (€10.00) `#1`\n{BRACKETS}")
    assert "In brackets" not in (await till.town.type("Noor", "history")).text


async def test_a_wallet_is_quiet_about_what_there_is_not(till: Till) -> None:
    await till.buy("Mia", 700)
    text = (await till.town.type("Mia", "wallet")).text
    for words in ("You owe", "rests", "set aside", "on hold"):
        assert words not in text


async def test_a_wallet_tells_bonus_coins_that_wait_with_their_order(till: Till) -> None:
    await promote(till)
    await till.order("Mia", 700)
    wallet = await till.town.type("Mia", "wallet")
    assert "0 bought · 0 bonus\n140 coins (€2.00) of bonus set aside until you pay" in wallet.text


async def test_a_wallet_tells_that_it_rests_until_a_dispute_is_decided(till: Till) -> None:
    await till.buy("Mia", 700)
    await till.change(disputes_open=1)
    words = (
        "⚖️ **Your wallet rests:** a payment is disputed. Until that is decided you cannot send or"
        " receive gifts."
    )
    assert words in (await till.town.type("Mia", "wallet")).text
    assert words in (await till.town.type("Ada", "wallet", member="Mia")).text
    await till.change(disputes_open=0)
    assert "rests" not in (await till.town.type("Mia", "wallet")).text


async def test_a_wallet_tells_what_is_owed_and_how_it_is_paid(till: Till) -> None:
    await till.buy("Mia", 350)
    await till.town.type("Ada", "economy hold", days=0)
    await till.town.type("Mia", "gift", streamer="Luna", gift="posy")
    await till.town.type("Luna", "convert")
    await till.change(refunded_minor=499)
    wallet = await till.town.type("Mia", "wallet")
    assert "↩️ You owe\n**299 coins (€4.27)**\nThe next pack pays it first." in wallet.text
    await till.buy("Mia", 350, "pay-2")
    wallet = await till.town.type("Mia", "wallet")
    assert "**51 coins (€0.73)**\n51 bought" in wallet.text
    assert "You owe" not in wallet.text


async def test_a_streamers_wallet_tells_what_is_on_hold(till: Till) -> None:
    await till.buy("Mia", 350)
    await till.town.type("Mia", "gift", streamer="Luna", gift="posy")
    free_at = till.town.clock.seconds() + 30 * DAY
    wallet = await till.town.type("Luna", "wallet")
    assert (
        "💐 Earned\n**299 coins (€4.27)**\n`/convert` them\n"
        f"299 coins (€4.27) on hold, the first free <t:{free_at}:R>" in wallet.text
    )
    till.town.clock.advance(30 * DAY)
    assert "on hold" not in (await till.town.type("Luna", "wallet")).text


async def test_a_hold_shows_where_a_guild_plays_too(town: Town) -> None:
    await town.type("Ada", "economy hold", days=1)
    await town.earn("Luna", 15)
    wallet = await town.type("Luna", "wallet")
    free_at = town.clock.seconds() + DAY
    assert f"**15 coins**\n`/convert` them\n15 coins on hold, the first free <t:{free_at}:R>" in (
        wallet.text
    )
    assert "In brackets" not in wallet.text


async def test_without_the_price_of_a_coin_no_amount_is_told(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = till.town
    await till.buy("Mia", 350)

    async def fail(_guild_id: int) -> None:
        raise BooksUnreadable

    with monkeypatch.context() as patched:
        patched.setattr(town.bot.economy.coin_prices, "of", fail)
        gift = town.type("Mia", "gift", streamer="Luna", gift="petal")
        await town.refuses(gift, str(BooksUnreadable()))
    gift = await town.type("Mia", "gift", streamer="Luna", gift="petal")
    assert "-# 1 coin (€0.02) · receipt" in gift.text
