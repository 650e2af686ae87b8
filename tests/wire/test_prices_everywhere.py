"""Where coins are sold every amount stands with its price; where a guild plays none does.

People walk through every command there is. A command that is new is missing in the walk, and a text
that is new and tells an amount of coins without its price is found, whoever reads it and where.
"""

from typing import Any

import pytest
from discord import app_commands

from bot.payments.manual import Manual
from bot.pictures.studio import Studio
from cogs.postman import deliver_letters
from tests.wire.paying import Till, code_of
from tests.wire.paying_out import open_claim
from tests.wire.prices import EXCEPTIONS, Reader, signs_of_money, without_price
from tests.wire.promoting import DAY, HOUR, fill, look, preview, save, send
from tests.wire.selling import LINK_FIELDS, ask_paid, send_form
from tests.wire.town import Town


@pytest.fixture
async def reader(town: Town) -> Reader:
    reader = Reader(town)
    reader.listen()
    return reader


@pytest.fixture
async def shop(reader: Reader) -> Till:
    """The guild takes money, by a service that knows the truth and by hand."""
    till = Till(reader.town)
    clock = reader.town.clock.seconds
    await till.provide(
        lambda bot: {"truth": till.provider, "manual": Manual(bot.economy.own_payments, clock)}
    )
    await till.begin()
    await till.declare("Mia", "Noor")
    return till


def commands_of(town: Town) -> set[str]:
    """Return the names of all commands that the bot has."""
    return {
        command.qualified_name
        for command in town.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }


# What has to come up on the way, so that nobody walks past it without noticing.
REACHED = (
    "of bonus set aside until you pay",
    "The next pack pays it first.",
    "**Your wallet rests:** a payment is disputed.",
    "on hold, the first free",
    "You owe ",
    "and this costs ",
    "Thank you! ",
    "went back to you, so ",
    "left your earnings",
    " paid what you owed.",
    "go back from ",
    "the buyer owes now",
    " received **",
    "more needed",
    "given as bonus",
    "Left for you: ",
    "would yield no diamond at",
    "Send this gift?",
    " took back ",
    "Paid mode cannot end while anything is owed: ",
    "In brackets: what as many coins cost here, without a discount for larger packs.",
    "In brackets: what members pay for as many coins here, not what you are paid.",
)


async def look_around(town: Town) -> None:
    """Let people look at everything that only shows something, lists of choices included."""
    for person in ("Mia", "Luna"):
        await town.type(person, "wallet")
        await town.type(person, "history")
        await town.type(person, "limits")
    await town.type("Mia", "buy")
    await town.type("Mia", "purchases")
    await town.choices("Mia", "buy", "pack", pack="")
    await town.choices("Mia", "gift", "gift", streamer="Luna", gift="")
    await look_at_earnings(town)
    await town.choices("Luna", "convert", "coins", coins="1")
    await town.type("Luna", "claim status")
    await town.type("Ada", "payouts queue")
    await town.type("Ada", "payouts owed", member="Luna")
    for command in ("settings", "streamers", "timezone", "limits", "orders", "packs show", "mode"):
        person = "Olive" if command == "mode" else "Ada"
        await town.type(person, f"economy {command}")
    await town.choices("Ada", "economy settings", "setting", setting="")
    await town.choices("Ada", "economy settings", "value", setting="confirm_from", value="")
    for command in ("hide", "price"):
        await town.choices("Ada", f"economy packs {command}", "coins", coins="")
    await town.type("Ada", "promo list")


async def look_at_earnings(town: Town) -> None:
    """Let Luna look at what she received, hand out a statement, and let Mia look too."""
    shown = await town.type("Luna", "earnings show", period="28")
    await town.press("Luna", shown.message, shown.button("Statement"))
    await town.press("Luna", shown.message, shown.button("Supporters"))
    await town.type("Luna", "earnings statement")
    await town.choices("Luna", "earnings statement", "month", month="")
    await town.type("Luna", "earnings public", on=True)
    await town.type("Mia", "earnings show", member="Luna", period="all")
    await go_live(town)


async def go_live(town: Town) -> None:
    """Let Luna go live and look at what that brought."""
    await town.type("Luna", "live start", title="Songs")
    await town.type("Mia", "gift", streamer="Luna", gift="petal")
    town.clock.advance(60)
    ended = await town.type("Luna", "live end")
    shown = await town.press("Luna", ended.message, ended.button("Earnings"))
    await town.press("Luna", shown.message, shown.button("Supporters"))
    await town.choices("Luna", "earnings show", "live", live="")
    await town.type("Luna", "earnings show", live="1")


async def plan_promotions(town: Town) -> None:
    """Let Ada plan, change and take off promotions, with each kind of limit and refusal."""
    await town.type("Ada", "economy grant", member="Mia", coins=120, reason="for the song")
    shown = await preview(town, bonus="50")
    shown = await fill(town, shown, "Limits", coins="400", uses="3", budget="5000")
    shown = await fill(town, shown, "Who and what", packs=["350", "700"], least="350")
    shown = await fill(
        town, shown, "Announcement", channel=["stage"], ending=True, picture="Hurry!"
    )
    await save(town, shown)
    shown = await fill(town, await preview(town, name="Rose Hour"), "Who and what", least="700")
    await fill(town, shown, "Who and what", least="99999")
    await save(town, shown)
    await look_at_promotions(town)


async def look_at_promotions(town: Town) -> None:
    """Let Ada look at what she planned."""
    await town.type("Ada", "promo list")
    await town.choices("Ada", "promo show", "promotion", promotion="")
    for number in (1, 2):
        await town.type("Ada", "promo show", promotion=number)
        await town.type("Ada", "promo edit", promotion=number)


async def end_promotions(town: Town) -> None:
    """Let the window end whose card stands in the stage, and every promotion with it."""
    shown = await town.type("Ada", "promo edit", promotion=1)
    await fill(town, shown, "Limits", budget="1")
    await town.type("Ada", "promo end", promotion=1)
    await town.type("Ada", "promo pause", promotion=2)
    await town.type("Ada", "promo resume", promotion=2)
    await look(town)
    for number in (1, 2):
        asked = await town.type("Ada", "promo cancel", promotion=number)
        if asked.message["components"]:
            await town.press("Ada", asked.message, asked.button("Cancel"))
    await look_at_promotions(town)


async def send_gifts(town: Town) -> None:
    """Let Mia send gifts: one she cannot pay, large, small, again, taken back, and asked about."""
    await town.type("Mia", "gift", streamer="Luna", gift="comet", count=40)
    await town.type("Mia", "gift", streamer="Luna", gift="posy", count=2)
    first = await town.type("Mia", "gift", streamer="Luna", gift="tulip", message="Brava!")
    again = await town.press("Mia", first.message, first.button("Send again"))
    await town.press("Mia", again.message, again.button("Undo"))
    await town.type("Ada", "economy settings", setting="confirm_from", value="40")
    asked = await town.type("Mia", "gift", streamer="Luna", gift="petal", count=60)
    await town.press("Mia", asked.message, asked.button("Send it"))
    asked = await town.type("Mia", "gift", streamer="Luna", gift="petal", count=60)
    await town.press("Mia", asked.message, asked.button("Not now"))


async def share(town: Town) -> None:
    """Let Luna share what Mia sends with Theo, and Theo end it."""
    card = await town.type("Luna", "split propose", first="Theo", first_percent=10)
    await town.press("Theo", card.message, card.button("I agree"))
    await town.type("Mia", "gift", streamer="Luna", gift="petal", count=20)
    town.clock.advance(60)
    await town.bot.economy.shares.run()
    for person in ("Luna", "Theo"):
        await town.type(person, "split show")
        await town.type(person, "history")
    await town.type("Theo", "split end")


async def convert_and_claim(town: Town) -> None:
    """Let Luna convert what she has, try more, and be paid."""
    for coins in (1, 99_999):
        await town.type("Luna", "convert", coins=coins)
    await town.type("Ada", "economy hold", days=0)
    await town.type("Ada", "economy settings", setting="claim_least", value="1")
    await look_around(town)
    await share(town)
    await town.type("Ada", "economy rate", paid="1/3", applies="earlier")
    await town.type("Ada", "economy rate", bonus="1/3", applies="earlier")
    await town.type("Luna", "convert", coins=1)
    await town.type("Luna", "convert")
    claimed = await town.type("Luna", "claim request", diamonds=1)
    await pay_out(town)
    await town.press("Luna", claimed.message, claimed.button("Cancel #1"))
    await town.type("Ada", "economy hold", days=30)


async def pay_out(town: Town) -> None:
    """Let Ada look at Luna's first claim, pay a second one in parts, and import results."""
    await open_claim(town, 1)
    await town.type("Luna", "claim request", diamonds=3)
    card = await open_claim(town, 2)
    card = await town.press("Ada", card.message, card.button("Approve #2"))
    form = await town.press("Ada", card.message, card.button("Mark #2 paid"))
    await send(town, form, words="a part", diamonds="1")
    await town.type("Ada", "payouts export")
    await open_claim(town, 2)
    text = "claim,reference,result\n2,the rest,paid\n"
    shown = await town.type("Ada", "payouts import", file={"filename": "a.csv", "text": text})
    await town.press("Ada", shown.message, shown.button("Apply"))
    await town.type("Luna", "claim status", number=2)
    await deliver_letters(town.bot, town.bot.economy)


async def pay_streamers(town: Town) -> None:
    """Let Luna tell how to pay her, and look at the roles that diamonds get."""
    await town.type("Luna", "payee set", reference="DE02 1203 0000")
    await town.type("Luna", "payee set")
    await town.type("Ada", "payee show", member="Luna")
    await town.type("Olive", "economy perks offer", role="Streamer", diamonds=100, days=7)
    await town.type("Ada", "economy perks show")
    await town.choices("Luna", "perks", "perk", perk="")
    for perk in (1, 2):
        await town.type("Luna", "perks", perk=perk)
    await town.type("Luna", "perks")
    await town.choices("Ada", "economy perks retire", "perk", perk="")
    await town.type("Ada", "economy perks retire", perk=1)
    # An open claim would keep the season from ending, and hide what else does.
    status = await town.type("Luna", "claim status")
    if any(label.startswith("Cancel") for label in status.labels):
        await town.press("Luna", status.message, status.button("Cancel"))
    await town.type("Luna", "payee erase")


async def manage_packs(town: Town) -> None:
    """Let Ada change what is for sale, rightly and wrongly."""

    async def packs(command: str, **options: Any) -> None:
        await town.type("Ada", f"economy packs {command}", **options)

    await packs("add", coins=70, price="0.99")
    await packs("add", coins=2_000_000_000, price="9")
    await packs("price", coins=70, price="1.00")
    await packs("price", coins=71, price="1.00")
    await packs("hide", coins=70)
    await packs("unhide", coins=70)
    await packs("hide", coins=70)
    await town.choices("Ada", "economy packs unhide", "coins", coins="")
    await packs("move", coins=70, position=1)
    await packs("sku", coins=70, sku="123456789012345678")
    await packs("sku", coins=350, sku="123456789012345678")
    await packs("usual")
    for coins in (3_500, 7_000, 17_500):
        await packs("hide", coins=coins)


async def buy_and_lose(till: Till) -> None:
    """Let Mia order with a bonus, pay, dispute and owe, and get letters about all of it."""
    town = till.town
    offer = await town.type("Mia", "buy")
    await town.press("Mia", offer.message, offer.button("700"))
    await look_around(town)
    await till.pay("pay-1")
    await till.order("Noor", 350)
    await till.pay("pay-2", is_test=True)
    await till.post()
    await send_gifts(town)
    await look_around(town)
    await till.change("pay-1", disputes_open=1)
    await look_around(town)
    await town.type("Mia", "gift", streamer="Luna", gift="petal")
    await till.change("pay-1", disputes_open=0)
    await till.post()
    await convert_and_claim(town)
    await pay_streamers(town)


async def give_back(till: Till) -> None:
    """Let Ada refund what Mia paid, so that she owes, and what Noor did."""
    town = till.town
    await town.type("Mia", "gift", streamer="Luna", gift="petal", count=30)
    codes = await town.choices("Ada", "economy refund", "order", order="")
    for code in (each["value"] for each in codes):
        await town.type("Ada", "economy orders", code=code)
        asked = await town.type("Ada", "economy refund", order=code, reason="Bought twice")
        await town.press("Ada", asked.message, asked.button("Give"))
    await till.post()
    await look_around(town)
    await town.type("Mia", "gift", streamer="Luna", gift="petal")


async def sell_by_hand(till: Till) -> None:
    """Let Mia pay her debt by hand, with a bonus that is not there any more."""
    town = till.town
    asked = await ask_paid(town, provider="manual")
    changed = await send_form(town, asked, **LINK_FIELDS, word="I agree")
    assert "Paid mode is changed" in changed.text
    codes = [code_of(await till.order("Mia", coins)) for coins in (350, 1_400)]
    await look_around(town)
    await town.choices("Ada", "economy confirm", "code", code="")
    await town.type("Ada", "economy confirm", code=codes[0])
    await town.type("Ada", "economy confirm", code=codes[1], amount="1")
    await town.type("Ada", "economy orders", code=codes[0])
    asked = await town.type("Ada", "economy refund", order=codes[0], reason="Bought twice")
    await town.press("Ada", asked.message, asked.button("Give"))
    await till.post()
    await town.type("Mia", "buy", pack=123)


async def test_every_amount_of_coins_stands_with_its_price(shop: Till, reader: Reader) -> None:
    town = shop.town
    town.bot.studio = Studio()
    await manage_packs(town)
    await plan_promotions(town)
    town.clock.advance(10 * HOUR)
    await look(town)
    await buy_and_lose(shop)
    await look_at_promotions(town)
    await end_promotions(town)
    await give_back(shop)
    await sell_by_hand(shop)
    town.clock.advance(8 * DAY)
    await town.bot.economy.settlement.close_overdue()
    asked = await town.type("Olive", "economy mode", mode="play")
    await town.press("Olive", asked.message, asked.button("Go back"))
    await reader.look_everywhere()
    wrong, met = without_price(reader.cards)
    assert wrong == []
    assert commands_of(town) == reader.commands
    read = "\n".join(reader.cards)
    assert [reached for reached in REACHED if reached not in read] == []
    assert [bare.reason for bare in EXCEPTIONS if bare not in met] == [], "what is it for?"


async def test_a_guild_that_plays_speaks_of_no_money(town: Town, reader: Reader) -> None:
    await manage_packs(town)
    await plan_promotions(town)
    town.clock.advance(10 * HOUR)
    await look(town)
    await town.type("Mia", "buy", pack=700)
    offer = await town.type("Noor", "buy")
    await town.press("Noor", offer.message, offer.button("350"))
    await send_gifts(town)
    await convert_and_claim(town)
    await pay_streamers(town)
    await end_promotions(town)
    for command in ("confirm", "refund"):
        await town.type("Ada", f"economy {command}", **_CODES[command])
    await reader.look_everywhere()
    assert signs_of_money(reader.cards) == []
    assert any("700 coins" in card for card in reader.cards)
    assert commands_of(town) == reader.commands


_CODES: dict[str, dict[str, str]] = {
    "confirm": {"code": "K7QM-2PXD"},
    "refund": {"order": "K7QM-2PXD", "reason": "Bought twice"},
}


@pytest.mark.parametrize(
    "line",
    [
        "You have 40 coins.",
        "**40 coins**\n39 bought · 1 bonus",
        "You have 40 coins (€0.58), and 1,400 coins more.",
        "<t:1:R> Coins bought **+350** 🪙 `#4`",
        "🪙 **700** + 140 bonus",
        "700 coins · for Mia",
        "+50 coins",
    ],
)
def test_what_has_no_price_is_found(line: str) -> None:
    assert without_price([line])[0] == [line.splitlines()[0]]


@pytest.mark.parametrize(
    "line",
    [
        "You have 40 coins (€0.58) and this costs 100 coins (€1.43).",
        "**40 coins (€0.58)**\n39 bought · 1 bonus",
        "<t:1:R> Coins bought **+350** 🪙 (€5.00) `#4`",
        "<t:1:R> Petal **-4** 🪙 (-€0.06) `#4`",
        "🪙 **700** + 140 bonus · €9.99",
        "700 coins + 140 bonus · €9.99",
        "**70 coins** cost **€1.00** now.",
        "From bonus coins nothing",
    ],
)
def test_what_has_one_is_not(line: str) -> None:
    assert without_price([line])[0] == []
