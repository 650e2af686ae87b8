"""The whole story, as members, streamers and admins play it: every command over the wire."""

from tests.wire.paying_out import back, open_claim
from tests.wire.town import Town


async def test_coins_are_bought_gifted_converted_claimed_and_paid(town: Town) -> None:
    wallet = await town.type("Mia", "wallet")
    assert wallet.is_private
    assert "0 coins" in wallet.text
    assert "`/buy` gets your first coins" in wallet.text

    offer = await town.type("Mia", "buy")
    assert "70" in offer.text
    assert "17,500" in offer.text
    bought = await town.press("Mia", offer.message, offer.button("700"))
    assert bought.is_private
    assert "700 coins for you" in bought.text

    gift = await town.type("Mia", "gift", streamer="Luna", gift="posy", count=2, message="Brava!")
    assert not gift.is_private
    assert "**Posy** ×2" in gift.text
    assert "> Brava!" in gift.text
    assert "598 coins" in gift.text

    earnings = await town.type("Luna", "earnings show")
    assert earnings.is_private
    assert "**598 coins** in 1 gift" in earnings.text
    converted = await town.type("Luna", "convert")
    assert "598 coins → 💎 598 diamonds" in converted.text
    assert "Rate: 1 coin → 1 diamond" in converted.text
    assert "Left to convert: 0 coins." in converted.text

    claimed = await town.type("Luna", "claim request", diamonds=500)
    assert "waiting for an admin" in claimed.text
    queue = await open_claim(town, 1)
    assert queue.is_private
    approved = await town.press("Ada", queue.message, queue.button("Approve #1"))
    assert "approved, to be paid" in approved.text
    form = await town.press("Ada", approved.message, approved.button("Mark #1 paid"))
    paid = await town.submit("Ada", form, words="Bank transfer 2026-11")
    assert "💸 paid" in paid.text
    assert "Nothing to pay" in (await back(town, paid)).text

    status = await town.type("Luna", "claim status")
    assert "💸 paid" in status.text
    assert "Bank transfer 2026-11" in status.text
    history = await town.type("Luna", "history")
    assert "Claim paid" in history.text
    assert "`#2`" in history.text


async def test_a_gift_can_be_sent_again_and_taken_back(town: Town) -> None:
    await town.type("Mia", "buy", pack=70)
    first = await town.type("Mia", "gift", streamer="Kai", gift="tulip")
    again = await town.press("Mia", first.message, first.button("Send again"))
    assert "receipt #3" in again.text
    undone = await town.press("Mia", again.message, again.button("Undo"))
    assert "took back" in undone.text
    assert "**55 coins**" in (await town.type("Mia", "wallet")).text
