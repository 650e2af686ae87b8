"""A provider of payouts that says no, goes silent or forgets, as a test tells it."""

import asyncio
from dataclasses import dataclass, field

from bot.payment_errors import ProviderRefused, ProviderSilent
from bot.payments.payout_provider import Payee, PayeeState, Payout, Sent, SentState, Streamer

MOODS = ("answers", "refuses", "silent_before", "silent_after", "blind")
# A transfer takes long enough for others to look for it and find nothing.
_LOOKING_TURNS, _SENDING_TURNS = 2, 400


@dataclass
class MoodyPayouts:
    """Transfers as often as it is asked to: that nothing goes twice is up to whoever asks.

    Of the moods, one for each claim, `blind` cannot even look; without a mood it answers.
    """

    name = "moody"
    is_automatic = True
    has_page = True

    moods: dict[int, str] = field(default_factory=dict[int, str])
    transfers: list[Payout] = field(default_factory=list[Payout])

    def serves(self, guild_id: int) -> bool:
        del guild_id
        return True

    async def payer(self) -> str:
        return ""

    async def payee(self, streamer: Streamer) -> Payee:
        state = PayeeState.READY if streamer.account else PayeeState.NONE
        return Payee(state=state, account=streamer.account)

    async def invite(self, streamer: Streamer) -> Payee:
        return Payee(state=PayeeState.READY, account=f"account-{streamer.member_id}")

    async def send(self, payout: Payout) -> Sent:
        mood = self.moods.get(payout.claim_id, "answers")
        await self._take_turns(_SENDING_TURNS)
        if mood in {"silent_before", "blind"}:
            raise ProviderSilent
        if mood == "refuses":
            raise ProviderRefused("no such account")
        self.transfers.append(payout)
        if mood == "silent_after":
            raise ProviderSilent
        return Sent(f"transfer-{len(self.transfers)}")

    async def find(self, payout: Payout) -> Sent | None:
        await self._take_turns(_LOOKING_TURNS)
        if self.moods.get(payout.claim_id) == "blind":
            raise ProviderSilent
        for number, transfer in enumerate(self.transfers, 1):
            if transfer.key == payout.key:
                return Sent(f"transfer-{number}")
        return None

    async def state(self, reference: str) -> SentState:
        del reference
        return SentState.SENT

    async def close(self) -> None:
        """Hold nothing."""

    async def _take_turns(self, turns: int) -> None:
        """Let whoever else asks at the same time have their turns."""
        for _ in range(turns):
            await asyncio.sleep(0)
