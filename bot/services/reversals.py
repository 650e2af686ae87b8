"""Takes a lot's coins back when its money went back, and gives them again when the money stays.

In this order: the lot's unspent coins, its gifts that have not passed their hold (newest first, as
far as the streamer did not convert them), then the buyer owes. The bonus that came with the order
goes as far as it is still there; nobody owes a bonus.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import aiosqlite

from bot.ledger.accounts import HOUSE_ID, Account
from bot.ledger.posting import Entry, Line, from_house, post, to_house
from bot.ledger.pots import balance_of
from bot.services.freezes import note_debt
from bot.services.kept_rates import lessen_kept
from bot.services.lot_history import read_held_gifts, read_lots
from bot.services.lots import GiftPart, Lot, PaidGift, Reversal, plan_reversal
from bot.services.pack_lines import lines_of_coins


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditedOrder:
    """An order whose coins are in the books, as far as a reversal needs to know it (coins).

    `bonus_source` is the house's account that the bonus came from. An order that a provider's test
    payment settled is all bonus: it has no coins that anybody could owe. Gifts up to the entry
    `hold_mark` have passed their hold.
    """

    guild_id: int
    order_id: int
    member_id: int
    coins: int
    bonus_coins: int
    bonus_source: Account
    hold_mark: int
    season_entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChanged:
    """What a change of the payment did to an order's coins: above zero taken, below given again."""

    number: int
    coins: int
    bonus_coins: int
    unspent_coins: int
    gifts: tuple[GiftPart, ...]
    debt_coins: int


async def follow_payment(
    connection: aiosqlite.Connection,
    order: CreditedOrder,
    *,
    taken_back_minor: int,
    amount_minor: int,
    now: int,
) -> LotChanged | None:
    """Book what should be reversed minus what is; return what was done, None if nothing was due.

    Of a partial refund the coins are rounded down, in the buyer's favour.
    """
    number, coins, bonus_coins, bonus_taken = await _reversed_so_far(connection, order)
    due = order.coins * taken_back_minor // amount_minor - coins
    bonus_due = order.bonus_coins * taken_back_minor // amount_minor - bonus_coins
    if due == 0 and bonus_due == 0:
        return None
    if due < 0 or bonus_due < 0:
        return await _give_again(connection, order, number, -due, -bonus_due, bonus_taken, now)
    return await _take(connection, order, number, due, bonus_due, now)


async def _reversed_so_far(
    connection: aiosqlite.Connection, order: CreditedOrder
) -> tuple[int, int, int, int]:
    """Return the next change's number, and the sums of coins, bonus and bonus taken so far."""
    rows = list(
        await connection.execute_fetchall(
            "SELECT COUNT(*) + 1, COALESCE(SUM(coins), 0), COALESCE(SUM(bonus_coins), 0),"
            " COALESCE(SUM(bonus_taken), 0) FROM lot_change WHERE guild_id = ? AND order_id = ?",
            (order.guild_id, order.order_id),
        )
    )
    number, coins, bonus_coins, bonus_taken = rows[0]
    return number, coins, bonus_coins, bonus_taken


async def _take(
    connection: aiosqlite.Connection,
    order: CreditedOrder,
    number: int,
    coins: int,
    bonus_coins: int,
    now: int,
) -> LotChanged:
    reversal = await _plan(connection, order, coins) if coins else Reversal(0, (), 0)
    there = await balance_of(connection, order.guild_id, order.member_id, Account.BONUS)
    bonus_taken = min(bonus_coins, there)
    lines = [*_reversing_lines(order, reversal)]
    if bonus_taken:
        lines.append(to_house(order.member_id, Account.BONUS, order.bonus_source, bonus_taken))
    entry_id = await _post(connection, order, "refund", number, lines, now)
    for part in reversal.gifts:
        assert entry_id is not None
        await _note_return(connection, order, part, entry_id)
    changed = LotChanged(
        number=number,
        coins=coins,
        bonus_coins=bonus_coins,
        unspent_coins=reversal.unspent_coins,
        gifts=reversal.gifts,
        debt_coins=reversal.debt_coins,
    )
    await _note(connection, order, changed, bonus_taken, entry_id, now)
    return changed


async def _plan(connection: aiosqlite.Connection, order: CreditedOrder, coins: int) -> Reversal:
    guild_id, member_id = order.guild_id, order.member_id
    lots = await read_lots(connection, guild_id, member_id, order.season_entry_id)
    lot = lots.of(order.order_id)
    if lot.unspent_coins >= coins:
        return Reversal(coins, (), 0)
    gifts = await _held_gifts(connection, order, lot)
    earned = {
        gift.streamer_id: await balance_of(
            connection, guild_id, gift.streamer_id, Account.EARNED_PAID
        )
        for gift in gifts
    }
    return plan_reversal(lot, coins, gifts, earned)


async def _held_gifts(
    connection: aiosqlite.Connection, order: CreditedOrder, lot: Lot
) -> list[PaidGift]:
    """Return the gifts that a lot paid for and that have not passed their hold."""
    return await read_held_gifts(
        connection,
        order.guild_id,
        order.order_id,
        gift_ids_json=json.dumps(list(lot.spent_coins)),
        hold_mark=order.hold_mark,
    )


async def gifts_at_stake(
    connection: aiosqlite.Connection, order: CreditedOrder
) -> tuple[GiftPart, ...]:
    """Return what an order's lot paid of gifts that have not passed their hold (coins)."""
    lots = await read_lots(connection, order.guild_id, order.member_id, order.season_entry_id)
    lot = lots.of(order.order_id)
    gifts = await _held_gifts(connection, order, lot)
    return tuple(
        GiftPart(
            gift_id=gift.gift_id,
            streamer_id=gift.streamer_id,
            coins=lot.spent_coins[gift.gift_id],
            fee_coins=gift.fee_of(lot.spent_coins[gift.gift_id]),
        )
        for gift in gifts
        if lot.spent_coins[gift.gift_id]
    )


def _reversing_lines(order: CreditedOrder, reversal: Reversal) -> Iterable[Line]:
    member_id = order.member_id
    if reversal.unspent_coins:
        yield to_house(member_id, Account.PAID, Account.SOLD, reversal.unspent_coins)
    for part in reversal.gifts:
        if net := part.coins - part.fee_coins:
            yield to_house(part.streamer_id, Account.EARNED_PAID, Account.SOLD, net)
        if part.fee_coins:
            yield Line(HOUSE_ID, Account.FEE, HOUSE_ID, Account.SOLD, part.fee_coins)
    if reversal.debt_coins:
        yield to_house(member_id, Account.DEBT, Account.SOLD, reversal.debt_coins)


async def _give_again(
    connection: aiosqlite.Connection,
    order: CreditedOrder,
    number: int,
    coins: int,
    bonus_coins: int,
    bonus_taken: int,
    now: int,
) -> LotChanged:
    """Credit the buyer again, a debt first; what streamers gave back stays with the buyer."""
    guild_id, member_id = order.guild_id, order.member_id
    lines = [*await lines_of_coins(connection, guild_id, member_id, coins)]
    again = min(bonus_coins, bonus_taken)
    if again:
        lines.append(from_house(order.bonus_source, member_id, Account.BONUS, again))
    entry_id = await _post(connection, order, "restore", number, lines, now)
    debt_coins = sum(line.amount for line in lines if line.target is Account.DEBT)
    changed = LotChanged(
        number=number,
        coins=-coins,
        bonus_coins=-bonus_coins,
        unspent_coins=debt_coins - coins,
        gifts=(),
        debt_coins=-debt_coins,
    )
    await _note(connection, order, changed, -again, entry_id, now)
    return changed


async def _post(
    connection: aiosqlite.Connection,
    order: CreditedOrder,
    kind: str,
    number: int,
    lines: list[Line],
    now: int,
) -> int | None:
    """Post the lines, if there are any; what a bonus has lost already moves nothing."""
    if not lines:
        return None
    posted = await post(
        connection,
        Entry(
            guild_id=order.guild_id,
            key=f"{kind}:{order.order_id}:{number}",
            kind=kind,
            actor_id=order.member_id,
            posted_at=now,
            lines=tuple(lines),
            content=(order.order_id, number),
        ),
    )
    return posted.entry_id


async def _note(
    connection: aiosqlite.Connection,
    order: CreditedOrder,
    changed: LotChanged,
    bonus_taken: int,
    entry_id: int | None,
    now: int,
) -> None:
    await connection.execute_fetchall(
        "INSERT INTO lot_change (guild_id, order_id, number, entry_id, coins, bonus_coins,"
        " bonus_taken, unspent_coins, gift_coins, debt_coins, changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            order.guild_id,
            order.order_id,
            changed.number,
            entry_id,
            changed.coins,
            changed.bonus_coins,
            bonus_taken,
            changed.unspent_coins,
            sum(part.coins for part in changed.gifts),
            changed.debt_coins,
            now,
        ),
    )
    await note_debt(connection, order.guild_id, order.member_id, now)


async def _note_return(
    connection: aiosqlite.Connection, order: CreditedOrder, part: GiftPart, entry_id: int
) -> None:
    await connection.execute_fetchall(
        "INSERT INTO gift_return (guild_id, streamer_id, entry_id, return_id, order_id, coins,"
        " fee_coins) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            order.guild_id,
            part.streamer_id,
            part.gift_id,
            entry_id,
            order.order_id,
            part.coins,
            part.fee_coins,
        ),
    )
    await lessen_kept(
        connection,
        order.guild_id,
        part.streamer_id,
        part.gift_id,
        paid_coins=part.coins - part.fee_coins,
    )
