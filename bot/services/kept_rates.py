"""Coins that keep the rates they were received under, as an admin chose when the rates changed."""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

import aiosqlite

from bot.services.bonuses import Read
from bot.services.conversion_plans import Share
from bot.services.disputed_gifts import DISPUTED_SQL
from bot.services.season_marks import season_entry_sql
from bot.services.settings import GuildSettings


async def keep_rates(
    connection: aiosqlite.Connection, guild_id: int, change_id: int, before: GuildSettings
) -> None:
    """Let all that was received and not converted keep the rates from before a change."""
    await connection.execute_fetchall(
        _KEEP_SQL,
        {
            "guild": guild_id,
            "change": change_id,
            "paid_rate": str(before.paid_rate),
            "bonus_rate": str(before.bonus_rate),
        },
    )


async def forget_rates(connection: aiosqlite.Connection, guild_id: int) -> None:
    """Let all that was received and not converted have the rates of now."""
    await connection.execute_fetchall("DELETE FROM kept_rate WHERE guild_id = ?", (guild_id,))


async def read_shares(
    read: Read,
    guild_id: int,
    streamer_id: int,
    settings: GuildSettings,
    *,
    paid_coins: int,
    bonus_coins: int,
    others: Sequence[tuple[int, int, int]] = (),
) -> tuple[Share, ...]:
    """Return how many of these coins have which rates, the oldest first.

    They are the coins that can be converted now, which are older than those that cannot, but for
    disputed ones and for `others`: of which change how many paid and bonus coins are to be shared.
    """
    shares: list[Share] = []
    rows = await read(_KEPT_SQL, {"guild": guild_id, "member": streamer_id})
    for change_id, kept_paid, kept_bonus, paid_rate, bonus_rate in rows:
        others_paid = sum(paid for other_id, paid, _ in others if other_id == change_id)
        others_bonus = sum(bonus for other_id, _, bonus in others if other_id == change_id)
        share = Share(
            paid_coins=min(max(kept_paid - others_paid, 0), paid_coins),
            bonus_coins=min(max(kept_bonus - others_bonus, 0), bonus_coins),
            paid_rate=Fraction(paid_rate),
            bonus_rate=Fraction(bonus_rate),
            change_id=change_id,
        )
        paid_coins -= share.paid_coins
        bonus_coins -= share.bonus_coins
        shares.append(share)
    shares.append(
        Share(
            paid_coins=paid_coins,
            bonus_coins=bonus_coins,
            paid_rate=settings.paid_rate,
            bonus_rate=settings.bonus_rate,
        )
    )
    return tuple(share for share in shares if share.coins)


async def take_from_kept(
    connection: aiosqlite.Connection,
    guild_id: int,
    streamer_id: int,
    change_id: int,
    *,
    paid_coins: int,
    bonus_coins: int,
) -> None:
    """Note that coins which kept a rate were converted."""
    await connection.execute_fetchall(
        _TAKE_SQL,
        {
            "guild": guild_id,
            "member": streamer_id,
            "change": change_id,
            "paid": paid_coins,
            "bonus": bonus_coins,
        },
    )


async def lessen_kept(
    connection: aiosqlite.Connection,
    guild_id: int,
    streamer_id: int,
    gift_id: int,
    *,
    paid_coins: int,
    bonus_coins: int = 0,
) -> None:
    """Note that coins of a gift went back; if they kept a rate, fewer keep it."""
    await connection.execute_fetchall(
        _LESSEN_SQL,
        {
            "guild": guild_id,
            "member": streamer_id,
            "gift": gift_id,
            "paid": paid_coins,
            "bonus": bonus_coins,
        },
    )


async def share_kept(
    connection: aiosqlite.Connection,
    guild_id: int,
    streamer_id: int,
    gifts: Sequence[tuple[int, int, int]],
    *,
    percents: Sequence[int],
    before_paid: int,
    before_bonus: int,
) -> None:
    """Note that parts of several gifts went to others, of each what became others' with it.

    Of each gift they are told its entry, its paid and its bonus coins, in the order of the entries;
    of all that were shared before, the coins.
    """
    marks = [
        row[0]
        for row in await connection.execute_fetchall(
            "SELECT entry_id FROM kept_rate WHERE guild_id = ? AND streamer_id = ?"
            " ORDER BY change_id",
            (guild_id, streamer_id),
        )
    ]
    groups = [
        list(group) for _, group in groupby(gifts, key=lambda gift: bisect_left(marks, gift[0]))
    ]
    paid_coins = [sum(gift[1] for gift in those) for those in groups]
    bonus_coins = [sum(gift[2] for gift in those) for those in groups]
    from_paid = others_parts(percents, before_paid, paid_coins)
    from_bonus = others_parts(percents, before_bonus, bonus_coins)
    for those, paid, bonus in zip(groups, from_paid, from_bonus, strict=True):
        await lessen_kept(
            connection,
            guild_id,
            streamer_id,
            those[0][0],
            paid_coins=paid,
            bonus_coins=bonus,
        )


def others_parts(percents: Sequence[int], before_coins: int, coins: Sequence[int]) -> list[int]:
    """Return what becomes others' with each of some coins, which come one after the other.

    Everybody's percent is of all so far, rounded down, so that it is the same in how many steps
    they are shared.
    """
    parts: list[int] = []
    for each in coins:
        after_coins = before_coins + each
        parts.append(sum(after_coins * of // 100 - before_coins * of // 100 for of in percents))
        before_coins = after_coins
    return parts


# What kept an older rate keeps that one. A streamer has as many pots as kinds of earned coins.
_KEEP_SQL = f"""
INSERT INTO kept_rate (guild_id, streamer_id, change_id, entry_id, paid_coins, bonus_coins,
                       paid_rate, bonus_rate)
SELECT :guild, owner_id, :change,
       (SELECT COALESCE(MAX(entry_id), 0) FROM entry WHERE guild_id = :guild),
       MAX(paid, 0), MAX(bonus, 0), :paid_rate, :bonus_rate
  FROM (SELECT p.owner_id,
               SUM(IIF(p.account = 'earned_paid', p.balance, 0)) - COALESCE((
                    SELECT SUM(k.paid_coins) FROM kept_rate AS k
                     WHERE k.guild_id = p.guild_id AND k.streamer_id = p.owner_id
                       AND k.entry_id > {season_entry_sql("p.guild_id")}), 0) AS paid,
               SUM(IIF(p.account = 'earned_bonus', p.balance, 0)) - COALESCE((
                    SELECT SUM(k.bonus_coins) FROM kept_rate AS k
                     WHERE k.guild_id = p.guild_id AND k.streamer_id = p.owner_id
                       AND k.entry_id > {season_entry_sql("p.guild_id")}), 0) AS bonus
          FROM pot AS p
         WHERE p.guild_id = :guild AND p.owner_id > 0
           AND p.account IN ('earned_paid', 'earned_bonus')
         GROUP BY p.owner_id)
 WHERE paid > 0 OR bonus > 0
"""

# Those that a bank decides about cannot be converted now, also where they are older than others.
_KEPT_SQL = f"""
WITH kept AS (
    SELECT *, LAG(entry_id, 1, 0) OVER (ORDER BY change_id) AS after_id FROM kept_rate
     WHERE guild_id = :guild AND streamer_id = :member AND entry_id > {season_entry_sql(":guild")}
)
SELECT k.change_id,
       MAX(k.paid_coins - COALESCE((
            SELECT SUM(d.coins) FROM ({DISPUTED_SQL}) AS d
             WHERE d.entry_id > k.after_id AND d.entry_id <= k.entry_id), 0),
           0),
       k.bonus_coins, k.paid_rate, k.bonus_rate
  FROM kept AS k
 ORDER BY k.change_id
"""

_TAKE_SQL = """
UPDATE kept_rate SET paid_coins = paid_coins - :paid, bonus_coins = bonus_coins - :bonus
 WHERE guild_id = :guild AND streamer_id = :member AND change_id = :change
"""

# The first change after the gift is the one whose coins it is among; conversions may have taken
# them from there already.
_LESSEN_SQL = """
UPDATE kept_rate SET paid_coins = MAX(paid_coins - :paid, 0),
                     bonus_coins = MAX(bonus_coins - :bonus, 0)
 WHERE guild_id = :guild AND streamer_id = :member
   AND change_id = (SELECT MIN(change_id) FROM kept_rate
                     WHERE guild_id = :guild AND streamer_id = :member AND entry_id >= :gift)
"""
