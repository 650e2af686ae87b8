"""What admins do with the queue beyond one step: cards, many approvals at once, files for banks."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import Refusal
from bot.ledger.books import Books
from bot.services.claim import Claim, ClaimStepped
from bot.services.claim_cards import ClaimCard, read_card
from bot.services.claim_rows import CLAIMS_SQL, claim_of
from bot.services.claim_states import ClaimState
from bot.services.claims import Claims
from bot.services.payout_results import MOST_IMPORT_ROWS


@dataclass(frozen=True, slots=True)
class BatchApproval:
    """What became of many approvals: steps taken, and the claims left out, each with the reason."""

    stepped: tuple[ClaimStepped, ...]
    left_out: tuple[tuple[int, Refusal], ...]


@dataclass(frozen=True, slots=True)
class ToPay:
    """Approved claims, oldest first, and how many more there are than fit into one file."""

    claims: tuple[Claim, ...]
    more: int


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

    async def to_pay(self, guild_id: int) -> ToPay:
        """Return the approved claims that wait to be paid, as many as can come back in a file.

        Those that ask for a perk are for no bank.
        """
        rows = await self._books.read(
            f"{CLAIMS_SQL} WHERE c.guild_id = ? AND c.state = 'approved' AND NOT EXISTS"
            " (SELECT 1 FROM perk_grant AS g WHERE g.guild_id = c.guild_id"
            " AND g.claim_id = c.claim_id) ORDER BY c.claim_id",
            (guild_id,),
        )
        claims = tuple(claim_of(row) for row in rows)
        return ToPay(claims[:MOST_IMPORT_ROWS], len(claims[MOST_IMPORT_ROWS:]))
