"""Payouts by hand; see `payout_contract.py`."""

import contextlib
from collections.abc import AsyncGenerator

from typing_extensions import override

from bot.payments.manual_payouts import ManualPayouts
from bot.payments.payout_provider import Payout, PayoutProvider, Streamer
from bot.payments.payout_registry import PayoutParts, configured_payouts
from bot.settings import Settings
from tests.payments.payout_contract import Can, PayoutRig, PayoutRigMaker


class ManualRig(PayoutRig):
    """A person with a bank account, who does not appear."""

    name = ManualPayouts.name
    can = frozenset({Can.NEED_PAYEES})

    def __init__(self) -> None:
        self._provider = self._made()

    def _made(self) -> PayoutProvider:
        return configured_payouts(Settings.model_validate({}), PayoutParts())[self.name]

    @property
    @override
    def provider(self) -> PayoutProvider:
        return self._provider

    @override
    async def restart(self) -> None:
        await self._provider.close()
        self._provider = self._made()

    @override
    async def payout(self, claim_id: int) -> Payout:
        return Payout(
            guild_id=5_000,
            claim_id=claim_id,
            part=1,
            streamer_id=600 + claim_id,
            diamonds=100,
            amount_minor=9_990,
            currency="EUR",
            account="luna@pay.example",
        )

    @override
    def went_out(self, payout: Payout) -> int:
        return 0

    @override
    def stranger(self) -> Streamer:
        return Streamer(guild_id=5_000, member_id=999)


@contextlib.asynccontextmanager
async def _made() -> AsyncGenerator[PayoutRig]:
    yield ManualRig()


RIGS: dict[str, PayoutRigMaker] = {"manual": _made}
