"""Sends refunds that were asked for, and again those whose answer was lost, until one comes.

What a request is at stands in its row: `tried_at` is committed before the provider is asked, and
`sent_at` once it took the refund on. Between the two nobody knows, whatever died or went silent;
the provider does, as the request's number is the key it was asked under. Whoever asks for a request
has its turn (`Refunds.turn`), so that what one of them learned no other overwrites.
"""

import contextlib
import logging
from dataclasses import dataclass

import aiosqlite

from bot.errors import Refusal, TryAgain
from bot.ledger.books import Books
from bot.payment_errors import (
    PaymentUnknown,
    ProviderGone,
    ProviderRefused,
    RefundUnanswered,
)
from bot.services.bonuses import Read
from bot.services.clock import Clock
from bot.services.letters import write_letter
from bot.services.money_orders import MoneyOrder, find_order
from bot.services.refunds import Refunds

log = logging.getLogger(__name__)

# A press that is still being worked on is left alone.
PATIENCE_SECONDS = 60
_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRequest:
    """A refund as it was asked for (minor units; seconds, UTC, 0 for not yet)."""

    guild_id: int
    request_id: int
    order_id: int
    amount_minor: int
    reason: str
    asked_by: int
    tried_at: int
    sent_at: int

    @property
    def name(self) -> tuple[int, int]:
        """Return what tells it from all others."""
        return self.guild_id, self.request_id

    @property
    def key(self) -> str:
        """Return what the provider tells one refund from another by."""
        return f"refund-{self.request_id}"


_COLUMNS = "guild_id, request_id, order_id, amount_minor, reason, asked_by, tried_at, sent_at"


async def find_request(read: Read, guild_id: int, request_id: int) -> KeptRequest | None:
    """Return a request by its number, None when there is none."""
    found = await _requests(read, "guild_id = ? AND request_id = ?", guild_id, request_id)
    return found[0] if found else None


async def _requests(read: Read, condition: str, *values: int) -> list[KeptRequest]:
    rows = await read(f"SELECT {_COLUMNS} FROM refund_request WHERE {condition}", values)
    names = _COLUMNS.split(", ")
    return [KeptRequest(**dict(zip(names, row, strict=True))) for row in rows]


@dataclass(frozen=True, slots=True)
class _News:
    """What whoever asked gets a letter about."""

    kind: str
    order: MoneyOrder
    reason: str = ""


async def send_kept(
    books: Books,
    refunds: Refunds,
    kept: KeptRequest,
    order: MoneyOrder,
    clock: Clock,
    *,
    by_letter: bool = False,
) -> None:
    """Ask for a refund that was looked at, and keep what became of it.

    With `by_letter` that is told in a letter, which is written when it is kept.

    Raises:
        RefundedAlready, RefundTooLarge, ProviderGone, ProviderRefused: nothing went.
        RefundUnanswered: nobody knows; it is asked for again by itself.
    """
    await _note(books, kept, tried_at=clock())
    try:
        await refunds.ask(
            kept.guild_id,
            order.code,
            key=kept.key,
            amount_minor=kept.amount_minor,
            is_again=kept.tried_at > 0,
        )
    except ProviderGone:
        # Nobody was asked, so it is known as little as before; others have their turn meanwhile.
        await _note(books, kept, tried_at=clock() if kept.tried_at else 0)
        raise
    except (Refusal, PaymentUnknown) as error:
        reason = error.reason if isinstance(error, ProviderRefused) else ""
        refused = _News("refund_refused", order, reason) if by_letter else None
        await _note(books, kept, tried_at=0, news=refused, now=clock())
        raise
    except TryAgain as error:
        raise RefundUnanswered from error
    sent = _News("refund_sent", order) if by_letter else None
    await _note(books, kept, tried_at=clock(), sent_at=clock(), news=sent, now=clock())


async def _note(
    books: Books,
    kept: KeptRequest,
    *,
    tried_at: int,
    sent_at: int = 0,
    news: _News | None = None,
    now: int = 0,
) -> None:
    async def write(connection: aiosqlite.Connection) -> None:
        await connection.execute_fetchall(
            "UPDATE refund_request SET tried_at = ?, sent_at = ?"
            " WHERE guild_id = ? AND request_id = ? AND sent_at = 0",
            (tried_at, sent_at, kept.guild_id, kept.request_id),
        )
        if news is not None:
            await _tell(connection, kept, news, now)

    await books.do(write)


async def _tell(connection: aiosqlite.Connection, kept: KeptRequest, news: _News, now: int) -> None:
    await write_letter(
        connection,
        kept.guild_id,
        kept.asked_by,
        news.kind,
        subject=f"{kept.request_id}:{kept.tried_at}",
        facts={
            "code": news.order.code,
            "amount_minor": kept.amount_minor,
            "currency": news.order.currency,
            "reason": news.reason,
        },
        now=now,
    )


class RefundRetries:
    """The job that asks again for refunds whose answer was lost."""

    def __init__(self, books: Books, clock: Clock, refunds: Refunds) -> None:
        self._books = books
        self._clock = clock
        self._refunds = refunds
        # What was put off before, so that an outage is one line in the log and not many.
        self._put_off: set[tuple[int, int]] = set()

    async def run(self) -> None:
        """Ask again for what nobody knows of; whoever asked first gets a letter about it."""
        before = self._clock() - PATIENCE_SECONDS
        try:
            waiting = await _requests(
                self._books.read,
                "tried_at > 0 AND sent_at = 0 AND tried_at <= ? ORDER BY tried_at LIMIT ?",
                before,
                _AT_ONCE,
            )
        except TryAgain as error:
            log.warning("refunds are asked for later: %s", error)
            return
        for kept in waiting:
            try:
                await self._send_again(kept)
            except (TryAgain, ProviderGone) as error:
                level = logging.DEBUG if kept.name in self._put_off else logging.WARNING
                log.log(level, "refund %s is asked for later: %s", kept.request_id, error)
                self._put_off.add(kept.name)
            except Exception:
                # A defect of one must not keep the others' money waiting.
                log.exception("refund %s cannot be asked for", kept.request_id)
            else:
                self._put_off.discard(kept.name)

    async def _send_again(self, waiting: KeptRequest) -> None:
        async with self._refunds.turn(*waiting.name):
            kept = await find_request(self._books.read, *waiting.name)
            assert kept is not None, "what was asked for stays"
            if kept.sent_at or not kept.tried_at:
                return  # whoever pressed again meanwhile heard of it
            order = await find_order(self._books.read, kept.guild_id, kept.order_id)
            assert order is not None, "a request is for an order"
            # A no is told by the letter.
            with contextlib.suppress(ProviderRefused, PaymentUnknown):
                await send_kept(
                    self._books, self._refunds, kept, order, self._clock, by_letter=True
                )
