"""Roles as payouts over the sandbox, with the real discord.py between; see `payout_contract.py`."""

import contextlib
from collections.abc import AsyncGenerator

from typing_extensions import override

from bot.payments.payout_provider import Payout, PayoutProvider, Sent
from bot.payments.payout_registry import PayoutParts, configured_payouts
from bot.payments.role_payouts import RolePayouts
from bot.sandbox.cast import GUILD_ID, PEOPLE, STREAMER_ROLE_ID
from bot.sandbox.membership import Membership
from bot.settings import Settings
from cogs.role_giver import DiscordRoles
from tests.payments.payout_contract import Can, PayoutRig, PayoutRigMaker
from tests.payments.rigs_discord import DiscordRig, discord_rig


class RoleRig(PayoutRig):
    """A server, and a client that is logged in there."""

    name = RolePayouts.name
    can = frozenset({Can.SEND, Can.GO_DOWN, Can.LOSE_ANSWERS, Can.REFUSE, Can.RETURN})

    def __init__(self, discord: DiscordRig) -> None:
        self.discord = discord
        self.sandbox = discord.sandbox
        self._provider = self._made()

    def _made(self) -> PayoutProvider:
        parts = PayoutParts(roles=DiscordRoles(self.discord.client))
        return configured_payouts(Settings.model_validate({}), parts)[self.name]

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
        # Mia, Noor and Theo are no streamers yet.
        return Payout(
            guild_id=int(GUILD_ID),
            claim_id=claim_id,
            part=1,
            streamer_id=int(PEOPLE[claim_id - 1].id),
            diamonds=100,
            amount_minor=0,
            currency="",
            account=STREAMER_ROLE_ID,
        )

    @override
    def went_out(self, payout: Payout) -> int:
        member = self.sandbox.world.guild.members[str(payout.streamer_id)]
        return member.role_ids.count(payout.account)

    @override
    def go_down(self) -> None:
        self._fail(after_work=False)

    @override
    def come_up(self) -> None:
        self.sandbox.faults.arm("none")

    @override
    def lose_answers(self) -> None:
        self._fail(after_work=True)

    def _fail(self, *, after_work: bool) -> None:
        # discord.py tries others again by itself, after seconds of real time.
        self.sandbox.faults.arm("server_error", status=503, after_work=after_work, times=100)

    @override
    def refuse(self, payout: Payout) -> str:
        self.sandbox.world.guild.roles[payout.account]["position"] = 2
        return "I may not give this role."

    @override
    def take_back(self, payout: Payout, sent: Sent) -> None:
        guild = self.sandbox.world.guild
        member, role = guild.members[str(payout.streamer_id)], guild.roles[payout.account]
        Membership(self.sandbox.world).change(member, "remove_role", role)


@contextlib.asynccontextmanager
async def role_rig() -> AsyncGenerator[RoleRig]:
    """Serve a sandbox, and make a provider over a client that is logged in there."""
    async with discord_rig() as discord:
        yield RoleRig(discord)


@contextlib.asynccontextmanager
async def _made() -> AsyncGenerator[PayoutRig]:
    async with role_rig() as rig:
        yield rig


RIGS: dict[str, PayoutRigMaker] = {"role": _made}
