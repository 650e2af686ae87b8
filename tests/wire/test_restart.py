"""The bot stops and starts again, over the same file and on the same Discord."""

import asyncio

from tests.wire.paying_out import back, choose, numbers
from tests.wire.sentences import NOT_YOURS, OLD, USED
from tests.wire.town import Town, text_of


async def test_wallets_settings_streamers_and_claims_stay(town: Town) -> None:
    await town.type("Mia", "buy", pack=700)
    await town.type("Ada", "economy settings", setting="fee_percent", value="10")
    await town.type("Ada", "economy streamers", add="Noor")
    await town.type("Mia", "gift", streamer="Noor", gift="posy")
    await town.type("Noor", "convert")
    await town.type("Noor", "claim request", diamonds=200)
    seen = [
        await town.type("Mia", "wallet"),
        await town.type("Noor", "wallet"),
        await town.type("Noor", "history"),
        await town.type("Noor", "claim status"),
        await town.type("Ada", "economy settings"),
        await town.type("Ada", "economy streamers"),
    ]
    await town.restart()
    assert [
        (await town.type("Mia", "wallet")).text,
        (await town.type("Noor", "wallet")).text,
        (await town.type("Noor", "history")).text,
        (await town.type("Noor", "claim status")).text,
        (await town.type("Ada", "economy settings")).text,
        (await town.type("Ada", "economy streamers")).text,
    ] == [outcome.text for outcome in seen]


async def test_receipts_go_on_counting(town: Town) -> None:
    await town.type("Mia", "buy", pack=70)
    await town.restart()
    assert "Receipt #2" in (await town.type("Mia", "buy", pack=70)).text


async def test_an_old_offer_still_sells_once(town: Town) -> None:
    offer = await town.type("Mia", "buy")
    await town.restart()
    await town.refuses(town.press("Noor", offer.message, offer.button("70"), force=True), NOT_YOURS)
    assert "Receipt #1" in (await town.press("Mia", offer.message, offer.button("70"))).text


async def test_an_old_card_can_be_sent_again_once_and_taken_back(town: Town) -> None:
    await town.grant("Mia", 30)
    sent = await town.type("Mia", "gift", streamer="Luna", gift="tulip")
    await town.restart()
    again = await town.press("Mia", sent.message, sent.button("Send again"))
    assert "receipt #3" in again.text
    await town.restart()
    await town.refuses(town.press("Mia", sent.message, sent.button("Send again")), USED)
    undone = await town.press("Mia", sent.message, sent.button("Undo"))
    assert "took back" in undone.text
    town.clock.advance(60 * 60 + 1)
    await town.restart()
    await town.refuses(town.press("Mia", again.message, again.button("Send again")), OLD)


async def test_a_large_gift_still_waits_for_its_yes(town: Town) -> None:
    await town.grant("Mia", 6_999)
    question = await town.type("Mia", "gift", streamer="Luna", gift="cottage")
    await town.restart()
    sent = await town.press("Mia", question.message, question.button("Send it"))
    assert sent.text == "Sent. Receipt #2"
    assert "Rose Cottage" in text_of((await town.visible("Noor"))[-1])


async def test_pages_and_steps_of_claims_still_work(town: Town) -> None:
    await town.earn("Luna", 1_100)
    await town.type("Luna", "convert")
    for _ in range(10):
        await town.type("Luna", "claim request", diamonds=100)
    claimed = await town.type("Luna", "claim request", diamonds=100)
    queue = await town.type("Ada", "payouts queue")
    await town.restart()
    newer = await town.press("Ada", queue.message, queue.button("Newer"))
    assert numbers(newer) == [11]
    cancelled = await town.press("Luna", claimed.message, claimed.button("Cancel #11"))
    assert "your diamonds are back" in cancelled.text
    queue = await town.press("Ada", newer.message, newer.button("Older"))
    card = await choose(town, queue, 1)
    await town.restart()
    approved = await town.press("Ada", card.message, card.button("Approve #1"))
    form = await town.press("Ada", approved.message, approved.button("Mark #1 paid"))
    await town.restart()
    paid = await town.submit("Ada", form, words="by hand")
    assert "💸 paid" in paid.text
    assert 1 not in numbers(await back(town, paid))


async def test_a_page_of_history_still_turns(town: Town) -> None:
    for _ in range(9):
        await town.grant("Mia", 1)
    history = await town.type("Mia", "history")
    await town.restart()
    older = await town.press("Mia", history.message, history.button("Older"))
    assert "`#1`" in older.text


async def test_an_interaction_from_before_the_restart_books_nothing_again(town: Town) -> None:
    bought = await town.type("Mia", "buy", pack=70)
    await town.restart()
    await town.post("command", resend=bought.raw["interaction"])
    assert await town.entries() == 1


async def test_a_bot_that_stops_first_gives_the_answers_it_owes(town: Town) -> None:
    async with town.slow_books():
        _, task = await town.arrived(town.type("Mia", "buy", pack=70))
        closing = asyncio.create_task(town.bot.close())
        # A round over the sockets: the bot had every chance to close too early.
        await town.visible("Mia")
    assert "70 coins for you" in (await task).text
    await closing
    assert await town.entries() == 1
