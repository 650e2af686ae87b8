"""What those who run the bot, and a server's admins, are told of money that waits for a person."""

from typing import Any

import pytest

from bot.payments.provider import Notice
from bot.services.payment_booking import Outcome as Booked
from tests.wire.paying import Till
from tests.wire.test_letters import HOUR, forget_nonces
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town, components_of

TEAM = [{"member": "Theo", "role": "developer"}]


async def owned_by(town: Town, owner: str, *team: dict[str, Any]) -> None:
    """Let the application belong to somebody, or to a team of theirs."""
    await town.post("owner", owner=owner, **({"team": list(team)} if team else {}))


async def keep(till: Till, payment_id: str = "pay-1") -> None:
    """Let a payment come in that fits no order's price, and have it told."""
    await till.order()
    assert await till.pay(payment_id, amount_minor=1) is Booked.REVIEW
    await till.post()


async def keep_without_server(till: Till) -> None:
    """Let a payment come in that names no server, and have it told."""
    await till.order()
    assert await till.pay(order_id=0, guild_id=0) is Booked.REVIEW
    await till.post()


async def told(town: Town) -> dict[str, int]:
    """Return how many letters each got who got any."""
    counts = {person: len(await town.letters(person)) for person in MEMBER_ID}
    return {person: count for person, count in counts.items() if count}


async def states(town: Town) -> list[Any]:
    """Return what became of the letters, and how often each was tried."""
    rows = await town.books.read("SELECT kind, state, tries FROM letter ORDER BY kind, letter_id")
    return [tuple(row) for row in rows]


async def letter_of(town: Town, person: str) -> dict[str, Any]:
    """Return the last letter to a person as the message that it is."""
    assert town.bot.user is not None
    return (await town.visible(person, f"dm:{town.bot.user.id}"))[-1]


async def press_settle(town: Town, person: str) -> Outcome:
    """Press the button under a letter."""
    message = await letter_of(town, person)
    (button,) = components_of(message)
    return await town.press(person, message, button["custom_id"])


async def settled(town: Town) -> list[Any]:
    """Return who settled which payment, and why."""
    rows = await town.books.read(
        "SELECT review_id, settled_by, note FROM payment_review WHERE settled_at > 0"
    )
    return [tuple(row) for row in rows]


async def test_the_operator_is_told_of_every_servers_payments(till: Till) -> None:
    await owned_by(till.town, "Theo")
    await keep(till)
    (letter,) = await till.town.letters("Theo")
    assert letter == (
        "A payment waits\n"
        "€0.01 came in and was not credited: The amount is not the price of its order. The owner of"
        " its server and the admins who look after money there are told as well, and can settle it"
        " with `/economy orders`.\n"
        "It is payment `pay-1`. Once it is dealt with, settle number 1 with the button. `python -m"
        " bot payments` lists all that wait.\n"
        "Bouquet Garden"
    )
    assert await told(till.town) == {"Theo": 1, "Olive": 1, "Ada": 1}
    await till.post()
    assert await told(till.town) == {"Theo": 1, "Olive": 1, "Ada": 1}


async def test_whoever_runs_the_bot_and_owns_the_server_gets_one_letter(till: Till) -> None:
    await keep(till)
    (letter,) = await till.town.letters("Olive")
    assert letter.startswith("A payment waits for you\n")
    assert await told(till.town) == {"Olive": 1, "Ada": 1}


async def test_an_admin_who_runs_the_bot_gets_the_operators_letter_alone(till: Till) -> None:
    await owned_by(till.town, "Ada")
    await keep(till)
    (letter,) = await till.town.letters("Ada")
    assert letter.startswith("A payment waits\n")
    assert await told(till.town) == {"Olive": 1, "Ada": 1}


async def test_money_that_names_no_server_is_told_the_operator_alone(till: Till) -> None:
    await keep_without_server(till)
    (letter,) = await till.town.letters("Olive")
    assert letter == (
        "A payment waits\n"
        "€9.99 came in and was not credited: It names no order that is known here. It names no"
        " server, so nobody else is told.\n"
        "It is payment `pay-1`. Once it is dealt with, settle number 1 with the button. `python -m"
        " bot payments` lists all that wait."
    )
    assert await told(till.town) == {"Olive": 1}


async def test_of_a_team_those_are_told_who_run_something(till: Till) -> None:
    await owned_by(
        till.town,
        "Kai",
        {"member": "Theo", "role": "developer"},
        {"member": "Luna", "role": "read_only"},
        {"member": "Noor", "role": "admin", "accepted": False},
    )
    await keep_without_server(till)
    assert await told(till.town) == {"Kai": 1, "Theo": 1}
    letters = await till.town.books.read("SELECT member_id FROM letter WHERE member_id <> 0")
    assert {row[0] for row in letters} == {MEMBER_ID["Kai"], MEMBER_ID["Theo"]}


async def test_one_of_a_team_who_takes_no_letters_keeps_none_from_the_others(till: Till) -> None:
    await owned_by(till.town, "Kai", *TEAM)
    await keep_without_server(till)
    await till.town.fault("refuse", on="channel", code=50007)
    await till.order()
    await till.pay("pay-2", order_id=0, guild_id=0)
    await till.post()
    assert sorted((await told(till.town)).values()) == [1, 2]
    assert [state for _, state, _ in await states(till.town)].count("given_up") == 1


async def test_an_admin_who_lost_manage_server_is_told_nothing(till: Till) -> None:
    await till.town.post("member", member="Ada", action="remove_role", role="Admin")
    await keep(till)
    assert await told(till.town) == {"Olive": 1}
    assert ("review", "given_up", 1) in await states(till.town)


async def test_an_admin_who_left_is_told_nothing(till: Till) -> None:
    await till.town.post("member", member="Ada", action="leave")
    await keep(till)
    assert await told(till.town) == {"Olive": 1}
    assert ("review", "given_up", 1) in await states(till.town)


async def test_an_admin_is_looked_up_when_the_letter_is_sent_and_not_before(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        # Too short for anything to be sent now.
        patch.setattr("cogs.postman.SEND_SECONDS", 0)
        await keep(till)
    assert await told(till.town) == {}
    await till.town.post("member", member="Ada", action="remove_role", role="Admin")
    till.town.clock.advance(HOUR)
    await till.post()
    assert await told(till.town) == {"Olive": 1}
    assert ("review", "given_up", 2) in await states(till.town)


async def test_an_operators_letter_whose_answer_was_lost_is_no_second_one(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.postman.SEND_SECONDS", 0.2)
    forget_nonces(monkeypatch)
    await owned_by(till.town, "Kai", *TEAM)
    await keep_without_server(till)
    await till.town.books.do(
        lambda connection: connection.execute_fetchall("UPDATE letter SET state = 'waiting'")
    )
    await till.town.restart()
    till.town.clock.advance(HOUR)
    await till.post()
    await till.post()
    assert await told(till.town) == {"Kai": 1, "Theo": 1}


async def test_a_discord_that_does_not_say_who_runs_the_bot_is_asked_again(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.postman.SEND_SECONDS", 0.2)
    await till.town.fault("server_error", on="other", status=502, times=1)
    await keep_without_server(till)
    assert await told(till.town) == {}
    till.town.clock.advance(HOUR)
    await till.post()
    assert await told(till.town) == {"Olive": 1}


async def test_a_server_that_the_bot_left_still_has_an_operator(till: Till) -> None:
    await till.order()
    notice = Notice("", "pay-1")
    order = max(till.provider.truth.orders.values(), key=lambda one: one.order_id)
    at = till.town.clock.seconds()
    till.provider.truth.pay(order, "pay-1", at, order_id=0, guild_id=GUILD_ID + 1)
    settlement = till.town.bot.economy.settlement
    assert (await settlement.settle("truth", notice)).outcome is Booked.REVIEW
    await till.post()
    (letter,) = await till.town.letters("Olive")
    assert letter.startswith("A payment waits\n")


async def test_the_operator_settles_a_payment_in_the_letter(till: Till) -> None:
    await owned_by(till.town, "Theo")
    await keep(till)
    asked = await press_settle(till.town, "Theo")
    assert asked.raw["modal"]["title"] == "Settle payment #1"
    done = await till.town.submit("Theo", asked, words="Sent *back*")
    assert done.text == "Payment #1 is settled\n> Sent \\*back\\*\nBouquet Garden"
    assert components_of(done.message) == []
    assert await settled(till.town) == [(1, -MEMBER_ID["Theo"], "Sent *back*")]
    assert "Nothing waits for you." in (await till.town.type("Ada", "economy orders")).text


async def test_what_an_admin_settled_meanwhile_is_not_settled_again(till: Till) -> None:
    await owned_by(till.town, "Theo")
    await keep(till)
    asked = await press_settle(till.town, "Theo")
    await till.town.bot.economy.payment_reviews.dismiss(GUILD_ID, MEMBER_ID["Ada"], 1, "mine")
    done = await till.town.submit("Theo", asked, words="Sent back")
    assert done.text == "No payment number 1 waits any more, so there is nothing to settle."
    assert await settled(till.town) == [(1, MEMBER_ID["Ada"], "mine")]


async def test_whoever_runs_the_bot_no_more_settles_nothing(till: Till) -> None:
    await owned_by(till.town, "Theo")
    await keep(till)
    asked = await press_settle(till.town, "Theo")
    await owned_by(till.town, "Olive")
    done = await till.town.submit("Theo", asked, words="Sent back")
    assert done.text == "Only those who run this bot can do that. Nothing was changed."
    assert await settled(till.town) == []


async def test_a_note_of_blanks_is_refused_in_the_letter_too(till: Till) -> None:
    await owned_by(till.town, "Theo")
    await keep(till)
    done = await till.town.submit("Theo", await press_settle(till.town, "Theo"), words=" ")
    assert "Please say in 1 to 200 characters what this is for" in done.text
    assert await settled(till.town) == []


async def test_the_button_survives_a_restart(till: Till) -> None:
    await owned_by(till.town, "Theo")
    await keep(till)
    await till.town.restart()
    asked = await press_settle(till.town, "Theo")
    assert "is settled" in (await till.town.submit("Theo", asked, words="Sent back")).text
