"""What an admin reads when a refund was answered late, and what became of it."""

from bot.payment_errors import ProviderRefused
from bot.services.refund_retries import PATIENCE_SECONDS
from tests.wire.paying import Till, code_of


async def unanswered(till: Till) -> str:
    """Let a refund of three euros be asked for and not be answered; return the order's code."""
    code = code_of(await till.order("Mia", 350))
    await till.pay()
    asked = await till.town.type("Ada", "economy refund", order=code, reason="Oops", amount="3")
    till.provider.is_silent = True
    await till.town.press("Ada", asked.message, asked.button("Give"))
    till.provider.is_silent = False
    till.town.clock.advance(PATIENCE_SECONDS)
    return code


async def letters_after_the_retry(till: Till) -> list[str]:
    await till.town.bot.economy.refund_retries.run()
    await till.post()
    return await till.town.letters("Ada")


async def test_a_refund_that_went_after_all_is_told(till: Till) -> None:
    code = await unanswered(till)
    (letter,) = await letters_after_the_retry(till)
    assert letter.startswith(
        "€3.00 went back after all\nThe payment service did not answer first, and has taken on the"
        f" refund for order `{code}` now. The coins follow it by themselves."
    )
    assert list(till.provider.truth.refunds.values()) == [300]


async def test_a_late_no_is_told_with_its_reason(till: Till) -> None:
    code = await unanswered(till)

    async def refuse(payment_id: str, amount_minor: int, key: str) -> None:
        del payment_id, amount_minor, key
        raise ProviderRefused("too old")

    till.provider.refund = refuse
    (letter,) = await letters_after_the_retry(till)
    assert letter.startswith(
        "€3.00 did not go back\nThe payment service did not answer first, and now says no to the"
        f" refund for order `{code}`. Nothing went back; `/economy refund` asks anew.\n> too old"
    )
