"""What admins do with the queue beyond one step: cards, and many approvals at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Refusal
from bot.ledger.books import Books
from bot.services.claim import Claim, ClaimStepped
from bot.services.claim_cards import ClaimCard, read_card
from bot.services.claim_rows import CLAIMS_SQL, claim_of
from bot.services.claim_states import ClaimState
from bot.services.claims import Claims


@dataclass(frozen=True, slots=True)
class BatchApproval:
    """What became of many approvals: steps taken, and the claims left out, each with the reason."""

    stepped: tuple[ClaimStepped, ...]
    left_out: tuple[tuple[int, Refusal], ...]


class PayoutDesk:
    """The service behind the queue."""

    def __init__(self, books: Books, claims: Claims) -> None:
        self._books = books
        self._claims = claims

    async def card(self, guild_id: int, claim_id: int) -> ClaimCard:
        """Return a claim's card.

        Raises:
            ClaimNotFound: there is none of that number.
        """
        return await read_card(self._books.read, guild_id, claim_id)

    async def approvable(
        self, guild_id: int, admin_id: int, claim_ids: Sequence[int]
    ) -> tuple[Claim, ...]:
        """Return those of the claims that wait for somebody's approval who may be this admin."""
        marks = ", ".join("?" * len(claim_ids))
        rows = await self._books.read(
            f"{CLAIMS_SQL} WHERE c.guild_id = ? AND c.claim_id IN ({marks}) ORDER BY c.claim_id",
            (guild_id, *claim_ids),
        )
        return tuple(
            claim
            for claim in map(claim_of, rows)
            if claim.state is ClaimState.REQUESTED
            and admin_id not in {claim.streamer_id, claim.requested_by}
        )

    async def approve_shown(
        self, *, guild_id: int, key: str, admin_id: int, claim_ids: Sequence[int]
    ) -> BatchApproval:
        """Approve exactly these claims, each under a key of its own.

        What moved meanwhile, or was never this admin's to approve, is left out and named.
        """
        stepped: list[ClaimStepped] = []
        left_out: list[tuple[int, Refusal]] = []
        for claim_id in claim_ids:
            try:
                step = await self._claims.approve(
                    guild_id=guild_id,
                    key=f"{key}:{claim_id}",
                    admin_id=admin_id,
                    claim_id=claim_id,
                )
            except Refusal as refusal:
                left_out.append((claim_id, refusal))
            else:
                stepped.append(step)
        return BatchApproval(tuple(stepped), tuple(left_out))
