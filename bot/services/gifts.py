"""Sending gifts: who may, what it costs, and once."""

import json
from dataclasses import dataclass, replace
from typing import Any

import aiosqlite

from bot.errors import (
    CountOutOfBounds,
    EconomyClosed,
    GiftToBot,
    GiftToOneself,
    KeyConflict,
    MemberLeft,
    MessageTooLong,
    NotAStreamer,
    NotEnoughCoins,
    OldButton,
    Refusal,
)
from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.ledger.posting import find_replay, request_hash
from bot.ledger.pots import balance_of
from bot.ledger.writer import BatchStatement, Procedure
from bot.services.catalogue import Gift, find_gift
from bot.services.clock import Clock
from bot.services.freezes import refuse_frozen
from bot.services.guilds import Guild, Guilds, Person
from bot.services.plain_text import plain

MOST_COUNT = 9_999
MOST_MESSAGE_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftRequest:
    """What a giver asked for; `key` names the intent, so that twice is once."""

    guild_id: int
    key: str
    giver_id: int
    streamer: Person
    gift: str
    count: int = 1
    message: str = ""


@dataclass(frozen=True, slots=True)
class GiftReceipt:
    """A gift in the books: `coins` is the price of all `count` of them."""

    guild_id: int
    entry_id: int
    giver_id: int
    streamer_id: int
    gift: Gift
    count: int
    coins: int
    message: str
    sent_at: int
    replayed: bool


@dataclass(frozen=True, slots=True)
class _Sending:
    """A checked gift on its way into the books."""

    request: GiftRequest
    gift: Gift
    coins: int
    fee_percent: int
    sent_at: int
    content_hash: int


def _to_row(sending: _Sending) -> tuple[object, ...]:
    request = sending.request
    return (
        request.guild_id,
        request.key,
        sending.content_hash,
        request.giver_id,
        request.streamer.member_id,
        sending.gift.code,
        request.count,
        sending.coins,
        sending.fee_percent,
        request.message,
        sending.sent_at,
    )


def _to_receipt(sending: _Sending, row: tuple[Any, ...]) -> GiftReceipt:
    request = sending.request
    return GiftReceipt(
        request.guild_id,
        row[1],
        request.giver_id,
        request.streamer.member_id,
        sending.gift,
        request.count,
        sending.coins,
        request.message,
        sending.sent_at,
        replayed=False,
    )


def _booked(guild_id: int, entry_id: int, row: tuple[Any, ...]) -> GiftReceipt:
    """Return the receipt of a gift as it stands in the books, whatever its price is today."""
    giver_id, streamer_id, code, count, coins, message, sent_at = row
    return GiftReceipt(
        guild_id,
        entry_id,
        giver_id,
        streamer_id,
        find_gift(code),
        count,
        coins,
        message,
        sent_at,
        replayed=True,
    )


async def _explain(connection: aiosqlite.Connection, sending: _Sending) -> GiftReceipt:
    """Return the first receipt of a replay, or raise why the gift was not booked."""
    request = sending.request
    posted = await find_replay(connection, request.guild_id, request.key, sending.content_hash)
    if posted is not None:
        rows = await connection.execute_fetchall(_FIND_SQL, (request.guild_id, posted.entry_id))
        return _booked(request.guild_id, posted.entry_id, tuple(next(iter(rows))))
    await refuse_frozen(connection, request.guild_id, request.giver_id, request.streamer.member_id)
    balance = await balance_of(
        connection, request.guild_id, request.giver_id, Account.BONUS, Account.PAID
    )
    raise NotEnoughCoins(balance, sending.coins)


_SEND = BatchStatement(
    sql="""
INSERT INTO gift_request (position, guild_id, key, request_hash, giver_id, streamer_id, gift,
                          count, coins, fee_percent, message, sent_at)
SELECT key, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
       value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10
  FROM json_each(?)
 WHERE true
RETURNING position, (SELECT entry_id FROM entry AS e
                      WHERE e.guild_id = gift_request.guild_id AND e.key = gift_request.key)
""",
    to_row=_to_row,
    to_result=_to_receipt,
    explain=_explain,
)


class Gifts:
    """The service of gifts; see the module's docstring."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def send(self, request: GiftRequest) -> GiftReceipt:
        """Book a gift and return its receipt; the same request again returns the first one.

        Raises:
            Refusal: oneself, a bot, no streamer, unknown gift, count or message out of bounds, not
                enough coins, economy closed, the streamer's wallet full.
            KeyConflict: the key was used for another gift.
            TryAgain: the books are busy or cannot be written.
        """
        guild = self._guilds.known(request.guild_id) or await self._guilds.get(request.guild_id)
        try:
            sending = self._check(guild, request)
        except Refusal:
            first = await self.first_receipt(request)
            if first is None:
                raise
            return first
        return await self._books.submit(_SEND, sending)

    async def booking(self, request: GiftRequest) -> Procedure[GiftReceipt]:
        """Return what books a gift inside the caller's transaction; see `send`."""
        sending = self._check(await self._guilds.get(request.guild_id), request)

        async def write(connection: aiosqlite.Connection) -> GiftReceipt:
            rows = json.dumps([_to_row(sending)])
            done = list(await connection.execute_fetchall(_SEND.sql, (rows,)))
            if not done:
                return await _explain(connection, sending)
            return _to_receipt(sending, tuple(done[0]))

        return write

    async def find(self, guild_id: int, entry_id: int) -> GiftReceipt:
        """Return a gift by its receipt number.

        Raises:
            OldButton: there is none.
        """
        rows = await self._books.read(_FIND_SQL, (guild_id, entry_id))
        if not rows:
            raise OldButton
        return _booked(guild_id, entry_id, rows[0])

    async def first_receipt(self, request: GiftRequest) -> GiftReceipt | None:
        """Return the receipt of a gift that was booked under the request's key before, or None.

        Rules that changed since do not change what is booked: a replay gives the first result.

        Raises:
            KeyConflict: the key was used for another gift.
        """
        rows = await self._books.read(
            "SELECT entry_id FROM entry WHERE guild_id = ? AND key = ?",
            (request.guild_id, request.key),
        )
        if not rows:
            return None
        first = await self.find(request.guild_id, rows[0][0])
        booked = (first.giver_id, first.streamer_id, first.gift, first.count, first.message)
        asked = (request.giver_id, request.streamer.member_id, find_gift(request.gift))
        if booked != (*asked, request.count, tidied(request).message):
            message = f"key {request.key} was used before with other content"
            raise KeyConflict(message)
        return first

    def _check(self, guild: Guild, request: GiftRequest) -> _Sending:
        request = tidied(request)
        gift, coins = check_gift(guild, request)
        content = (request.giver_id, request.streamer.member_id, gift.code, request.count)
        content_hash = request_hash("gift", *content, request.message)
        return _Sending(
            request, gift, coins, guild.settings.fee_percent, self._clock(), content_hash
        )


def tidied(request: GiftRequest) -> GiftRequest:
    """Return the request with a message that the database keeps as it is."""
    if request.message.isprintable():
        return request
    return replace(request, message=plain(request.message))


def check_gift(guild: Guild, request: GiftRequest) -> tuple[Gift, int]:
    """Return the gift and its price in coins when the rules allow it, whatever the balance.

    Raises:
        Refusal: they do not.
    """
    streamer = request.streamer
    if not guild.settings.open:
        raise EconomyClosed
    if streamer.member_id == request.giver_id:
        raise GiftToOneself
    if streamer.is_bot:
        raise GiftToBot
    if not streamer.is_member:
        raise MemberLeft(streamer.name)
    if not guild.is_streamer(streamer):
        raise NotAStreamer(streamer.name)
    gift = find_gift(request.gift)
    if not 1 <= request.count <= MOST_COUNT:
        raise CountOutOfBounds(1, MOST_COUNT)
    if len(request.message) > MOST_MESSAGE_CHARACTERS:
        raise MessageTooLong(MOST_MESSAGE_CHARACTERS, len(request.message))
    return gift, gift.coins * request.count


_FIND_SQL = """
SELECT g.giver_id, g.streamer_id, g.gift, g.count, g.coins, g.message, g.sent_at
  FROM line AS l
  JOIN gift AS g ON g.guild_id = l.guild_id AND g.streamer_id = l.target_owner_id
                AND g.entry_id = l.entry_id
 WHERE l.guild_id = ? AND l.entry_id = ? AND l.target_owner_id <> 0
 LIMIT 1
"""
