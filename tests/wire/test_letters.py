"""What the bot writes to single persons about money: once, whatever happens on the way."""

from typing import Any

import discord
import pytest

from bot.client import BouquetBot
from bot.services.letters import Letter
from bot.services.payment_booking import Outcome as Booked
from bot.services.promotion_terms import Terms
from bot.texts import Texts
from cogs.letter_words import letter_embed
from tests.services.promo import once
from tests.wire.paying import Till, code_of
from tests.wire.town import GUILD_ID, MEMBER_ID, Town

HOUR = 60 * 60
CANNOT_SEND = 50007


async def states(town: Town) -> list[Any]:
    """Return what became of the letters."""
    rows = await town.books.read("SELECT kind, state, tries FROM letter ORDER BY letter_id")
    return [tuple(row) for row in rows]


def forget_nonces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Discord not remember nonces, as it is after some minutes."""
    monkeypatch.setattr("bot.sandbox.channel_routes.REMEMBERED_NONCES", 0)


async def latest(till: Till, person: str) -> str:
    """Send what waits and return the last letter to a person."""
    await till.post()
    return (await till.town.letters(person))[-1]


async def test_a_receipt_comes_once_with_everything_on_it(till: Till) -> None:
    plan = once(Terms(bonus_percent=20))
    await till.town.bot.economy.promotions.create(GUILD_ID, MEMBER_ID["Ada"], "promo", plan)
    till.town.clock.advance(HOUR)
    code = code_of(await till.order())
    await till.pay()
    for _ in range(3):
        await till.post()
        till.town.clock.advance(HOUR)
    (letter,) = await till.town.letters("Mia")
    assert letter == (
        "Thank you! 840 coins for you\n"
        "`/gift` makes a streamer's day; `/purchases` keeps this receipt.\n"
        "Price\n€9.99\nCoins\n🪙 700 coins\nBonus\n🪙 140 coins\n"
        f"Order\n`{code}` · Truth\nBouquet Garden"
    )
    assert await states(till.town) == [("receipt", "sent", 1)]


async def test_late_money_is_told_that_the_bonus_ran_out(till: Till) -> None:
    plan = once(Terms(bonus_percent=20))
    await till.town.bot.economy.promotions.create(GUILD_ID, MEMBER_ID["Ada"], "promo", plan)
    till.town.clock.advance(HOUR)
    await till.order()
    till.town.clock.advance(HOUR)
    await till.pay()
    letter = await latest(till, "Mia")
    assert letter.startswith(
        "Thank you! 700 coins for you\n"
        "The bonus of 140 coins (€2.00) had run out when your payment came, so it is not in.\n"
    )
    assert "\nBonus\n" not in letter


async def test_a_test_payment_is_told_as_one(till: Till) -> None:
    await till.order()
    await till.pay(is_test=True)
    letter = await latest(till, "Mia")
    assert "It was a test payment, so they are bonus coins." in letter
    assert "€" not in letter


async def test_a_refund_is_told_the_buyer_and_the_streamer(till: Till) -> None:
    await till.buy()
    await till.town.type("Mia", "gift", streamer="Luna", gift="tulip", count=10)
    await till.change(refunded_minor=999)
    (order,) = till.provider.truth.orders.values()
    assert await latest(till, "Mia") == (
        "A payment went back\n"
        f"Money for order `{order.code}` went back to you, so **700 coins (€10.00)** went back"
        " too.\n"
        "Of them, **150 coins (€2.15)** came out of gifts you had sent.\n"
        "Bouquet Garden"
    )
    assert await latest(till, "Luna") == (
        "A gift went back\n"
        "The money behind 1 gift you received went back to the buyer, so **150 coins (€2.15)** left"
        " your earnings. What you converted stays yours. `/earnings show` shows what you have.\n"
        "Bouquet Garden"
    )
    for person in ("Mia", "Luna"):
        assert "A payment went back" in (await till.town.type(person, "history")).text


async def test_a_debt_is_told_and_so_is_its_end(till: Till) -> None:
    await till.town.bot.economy.rates.change_hold(GUILD_ID, MEMBER_ID["Ada"], 0)
    await till.buy()
    await till.town.type("Mia", "gift", streamer="Luna", gift="tulip", count=10)
    await till.change(refunded_minor=999)
    assert (
        "**150 coins (€2.15)** were spent already, so you owe them. You can send gifts again once"
        " they are paid; the next pack pays them first." in await latest(till, "Mia")
    )
    await till.town.refuses(
        till.town.type("Mia", "gift", streamer="Luna", gift="petal"),
        "You owe 150 coins (€2.15), as a payment of yours went back after they were spent. The next"
        " pack pays that first: `/buy`.",
    )
    await till.buy(coins=350, payment_id="pay-2")
    assert "Of them, **150 coins (€2.15)** paid what you owed." in await latest(till, "Mia")


async def test_a_refund_that_failed_gives_the_coins_again(till: Till) -> None:
    await till.buy()
    await till.change(refunded_minor=999)
    await till.change(refunded_minor=0)
    (order,) = till.provider.truth.orders.values()
    assert await latest(till, "Mia") == (
        "Your coins are back\n"
        f"The money for order `{order.code}` stays here after all, so you have"
        " **700 coins (€10.00)** again.\nBouquet Garden"
    )
    assert "A payment stays after all" in (await till.town.type("Mia", "history")).text


async def test_a_dispute_is_told_when_it_opens_and_when_it_is_decided(till: Till) -> None:
    await till.buy()
    await till.change(disputes_open=1)
    (order,) = till.provider.truth.orders.values()
    opened = await latest(till, "Mia")
    assert opened.startswith(
        f"Your wallet rests\nYour bank questions the payment for order `{order.code}`."
    )
    await till.town.refuses(
        till.town.type("Mia", "gift", streamer="Luna", gift="petal"),
        "One of your payments is disputed, so you cannot send gifts until that is decided."
        " `/purchases` shows which one.",
    )
    till.town.clock.advance(HOUR)
    await till.change(disputes_open=0)
    closed = await latest(till, "Mia")
    assert closed.startswith("Your wallet is open again\n")
    assert order.code in closed
    assert [kind for kind, *_ in await states(till.town)] == [
        "receipt",
        "dispute_opened",
        "dispute_closed",
    ]


async def test_money_that_fits_no_order_is_told_the_owner(till: Till) -> None:
    await till.order()
    assert await till.pay(amount_minor=1) is Booked.REVIEW
    await till.post()
    await till.post()
    (letter,) = await till.town.letters("Olive")
    assert letter == (
        "A payment waits for you\n"
        "€0.01 came in and was not credited: The amount is not the price of its order. Look at"
        " payment `pay-1` where you take money, give it back or credit it there, then settle number"
        " 1 with `/economy orders`.\n"
        "Bouquet Garden"
    )
    assert await till.town.letters("Mia") == []


async def test_letters_carry_a_nonce_of_their_server(till: Till) -> None:
    await till.buy()
    await till.post()
    assert till.town.bot.user is not None
    (message,) = await till.town.visible("Mia", f"dm:{till.town.bot.user.id}")
    assert message["nonce"] == f"l{GUILD_ID:x}:1"


async def test_closed_direct_messages_are_no_trouble(
    till: Till, caplog: pytest.LogCaptureFixture
) -> None:
    await till.buy()
    await till.town.fault("refuse", on="channel", code=CANNOT_SEND)
    await till.post()
    assert await states(till.town) == [("receipt", "given_up", 1)]
    till.town.clock.advance(HOUR)
    await till.post()
    assert await till.town.letters("Mia") == []
    assert not [
        one for one in caplog.records if "letter" in one.message and one.levelname != "INFO"
    ]
    assert "✅ paid" in (await till.town.type("Mia", "purchases")).text


async def test_whoever_left_keeps_nobody_from_reading(till: Till) -> None:
    await till.declare("Noor")
    await till.buy()
    await till.buy("Noor", payment_id="pay-2")
    await till.town.post("member", member="Mia", action="leave")
    await till.post()
    assert len(await till.town.letters("Noor")) == 1
    assert sorted(await states(till.town)) == [("receipt", "given_up", 1), ("receipt", "sent", 1)]


async def test_what_discord_does_not_take_now_comes_later(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    # discord.py tries a few times itself, with pauses in real time.
    monkeypatch.setattr("cogs.postman.SEND_SECONDS", 0.2)
    await till.buy()
    await till.town.fault("server_error", on="channel", status=502, times=1)
    await till.post()
    assert await states(till.town) == [("receipt", "waiting", 1)]
    till.town.clock.advance(29)
    await till.post()
    assert await states(till.town) == [("receipt", "waiting", 1)]
    till.town.clock.advance(1)
    await till.post()
    assert await states(till.town) == [("receipt", "sent", 2)]
    assert len(await till.town.letters("Mia")) == 1


async def test_a_lost_answer_is_no_second_letter(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.postman.SEND_SECONDS", 0.2)
    forget_nonces(monkeypatch)
    await till.buy()
    await till.post()
    await till.buy(coins=350, payment_id="pay-2")
    # The conversation is open by now, so it is the letter whose answer gets lost.
    await till.town.fault("server_error", on="channel", status=502, times=1, after_work=True)
    await till.post()
    assert await states(till.town) == [("receipt", "sent", 1), ("receipt", "waiting", 1)]
    till.town.clock.advance(HOUR)
    await till.post()
    assert await states(till.town) == [("receipt", "sent", 1), ("receipt", "sent", 2)]
    assert len(await till.town.letters("Mia")) == 2


async def test_what_was_sent_before_a_kill_is_found_again(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_nonces(monkeypatch)
    await till.buy()
    await till.buy(coins=350, payment_id="pay-2")
    await till.post()
    # As if the process had ended after Discord took them, and before that was noted.
    await till.town.books.do(
        lambda connection: connection.execute_fetchall("UPDATE letter SET state = 'waiting'")
    )
    await till.town.restart()
    till.town.clock.advance(HOUR)
    await till.post()
    assert len(await till.town.letters("Mia")) == 2
    assert await states(till.town) == [("receipt", "sent", 2), ("receipt", "sent", 2)]


async def test_nothing_is_sent_before_the_bot_is_logged_in(till: Till) -> None:
    await till.buy()
    await BouquetBot(till.town.bot.economy).announce()
    assert await states(till.town) == [("receipt", "waiting", 0)]
    await till.post()
    assert await states(till.town) == [("receipt", "sent", 1)]


async def test_a_letter_that_cannot_be_written_keeps_no_other_back(
    till: Till, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await till.buy()
    await till.order(coins=350)
    await till.pay("pay-2", amount_minor=1)

    def write(texts: Texts, letter: Letter, server: str) -> discord.Embed:
        assert letter.kind == "receipt", "nobody knows how to write this"
        return letter_embed(texts, letter, server)

    monkeypatch.setattr("cogs.postman.letter_embed", write)
    await till.post()
    assert len(await till.town.letters("Mia")) == 1
    assert "letter 2 of server" in caplog.text
