"""Which admins have looked after money in a guild: they are told when some of it waits."""

from bot.services.bonuses import Read

# A letter to everybody who may do something is read by nobody.
MOST_MONEY_ADMINS = 5

# What the operator or the bot by itself did is done by nobody of the guild.
_SQL = """
SELECT admin_id FROM (
    SELECT set_by AS admin_id, set_at AS done_at FROM pack WHERE guild_id = ?1
    UNION ALL SELECT confirmed_by, paid_at FROM own_payment WHERE guild_id = ?1
    UNION ALL SELECT given_by, given_at FROM own_refund WHERE guild_id = ?1
    UNION ALL SELECT asked_by, asked_at FROM refund_request WHERE guild_id = ?1
    UNION ALL SELECT settled_by, settled_at FROM payment_review WHERE guild_id = ?1
    UNION ALL SELECT confirmed_by, began_at FROM season WHERE guild_id = ?1
    UNION ALL SELECT changed_by, changed_at FROM guild_setting WHERE guild_id = ?1)
 WHERE admin_id > 0 GROUP BY admin_id ORDER BY MAX(done_at) DESC, admin_id LIMIT ?2
"""


async def money_admins(read: Read, guild_id: int) -> tuple[int, ...]:
    """Return who priced packs, confirmed or gave back payments, or decided the like; latest first.

    Whether they are admins still is for whoever can ask Discord.
    """
    rows = await read(_SQL, (guild_id, MOST_MONEY_ADMINS))
    return tuple(row[0] for row in rows)
