"""Handing approved claims to a bank in a file: once, so that nobody pays them in another way.

A claim is `sending` before its file is shown. What the bank made of it comes back as a file of
results, or as the word of a person; until then nobody can send, reject or hand it out once more.
"""

from dataclasses import dataclass

import aiosqlite

from bot.ledger.books import Books
from bot.services.bonuses import Read
from bot.services.claim import BANK, Claim
from bot.services.claim_queue import OPEN_CLAIMS
from bot.services.claim_rows import CLAIMS_SQL, OPEN_SQL, claim_of
from bot.services.claim_states import ClaimAction
from bot.services.claim_steps import StepJob
from bot.services.clock import Clock
from bot.services.payout_results import MOST_IMPORT_ROWS

# Claims that ask for a perk are for no bank.
_WAITING_SQL = """
c.state = 'approved' AND NOT EXISTS (SELECT 1 FROM perk_grant AS g
                                      WHERE g.guild_id = c.guild_id AND g.claim_id = c.claim_id)
"""
_AT_BANK_SQL = f"c.state = 'sending' AND c.provider = '{BANK}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFile:
    """Claims for a bank, oldest first, and what is not among them.

    `more` do not fit into one file that can come back, `own` are of the admin who asks, and
    `at_bank` were handed out before and wait for their results.
    """

    claims: tuple[Claim, ...]
    more: int
    own: int
    at_bank: int


class PayoutExports:
    """The service of files for banks."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def hand_out(self, *, guild_id: int, key: str, admin_id: int) -> BankFile:
        """Take approved claims to `sending`, all in one transaction, and return them for a file.

        The same key again returns those of them that the bank still has. First claims are among
        them, as a person reads the file; the admin's own are not.
        """
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> BankFile:
            read = connection.execute_fetchall
            taken = await _taken_under(read, guild_id, key)
            at_bank = await _claims(read, guild_id, _AT_BANK_SQL)
            waiting = await _claims(read, guild_id, _WAITING_SQL)
            others = _of_others(waiting, admin_id)
            if taken:
                again = tuple(claim for claim in at_bank if claim.claim_id in taken)
                handed_out, more = again, len(others)
            else:
                more = len(others[MOST_IMPORT_ROWS:])
                handed_out = tuple(
                    [
                        await _hand_out(connection, claim, key=key, admin_id=admin_id, now=now)
                        for claim in others[:MOST_IMPORT_ROWS]
                    ]
                )
            return BankFile(
                claims=handed_out,
                more=more,
                own=len(waiting) - len(others),
                at_bank=sum(claim.claim_id not in taken for claim in at_bank),
            )

        return await self._books.do(write)

    async def handed_out(self, guild_id: int, admin_id: int) -> BankFile:
        """Return what the bank has already, for a file in place of one that was lost."""
        at_bank = await _claims(self._books.read, guild_id, _AT_BANK_SQL)
        others = _of_others(at_bank, admin_id)
        return BankFile(
            claims=others[:MOST_IMPORT_ROWS],
            more=len(others[MOST_IMPORT_ROWS:]),
            own=len(at_bank) - len(others),
            at_bank=len(at_bank),
        )


async def _hand_out(
    connection: aiosqlite.Connection, claim: Claim, *, key: str, admin_id: int, now: int
) -> Claim:
    job = StepJob(
        guild_id=claim.guild_id,
        key=f"{key}:{claim.claim_id}",
        claim_id=claim.claim_id,
        action=ClaimAction.BEGIN_SENDING,
        now=now,
        actor_id=admin_id,
        provider=BANK,
    )
    return (await job.write(connection)).claim


async def _claims(read: Read, guild_id: int, condition: str) -> tuple[Claim, ...]:
    rows = await read(
        f"{CLAIMS_SQL} {OPEN_CLAIMS} WHERE c.guild_id = ? AND {OPEN_SQL} AND {condition}"
        " ORDER BY c.claim_id",
        (guild_id,),
    )
    return tuple(claim_of(tuple(row)) for row in rows)


async def _taken_under(read: Read, guild_id: int, key: str) -> frozenset[int]:
    """Return the claims that were handed out under a key, each under one that begins with it."""
    rows = await read(
        "SELECT claim_id FROM claim_step WHERE guild_id = ? AND key > ? AND key < ?",
        (guild_id, f"{key}:", f"{key};"),
    )
    return frozenset(row[0] for row in rows)


def _of_others(claims: tuple[Claim, ...], admin_id: int) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if claim.streamer_id != admin_id)
