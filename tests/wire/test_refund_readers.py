"""What a review of letters found; each fails until it is mended."""

from tests.wire.paying import Till
from tests.wire.test_refund_letters import unanswered


async def test_whoever_is_no_admin_any_more_reads_nothing_of_a_refund(till: Till) -> None:
    await unanswered(till)
    await till.town.post("member", member="Ada", action="remove_role", role="Admin")
    await till.town.bot.economy.refund_retries.run()
    await till.post()
    assert await till.town.letters("Ada") == []
