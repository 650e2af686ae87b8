"""What the sums of earnings add to the audit: they are what the books say, as far as they go."""

from bot.ledger.audit import Check

# Net of what went back, of gifts up to an entry, as far as the sums go.
_NET = """
    SELECT t.guild_id, l.target_owner_id AS streamer_id, e.entry_id, t.released_id,
           CASE WHEN l.target_account = 'earned_paid' THEN l.amount - COALESCE((
                SELECT SUM(r.coins - r.fee_coins) FROM gift_return AS r
                 WHERE r.guild_id = l.guild_id AND r.streamer_id = l.target_owner_id
                   AND r.entry_id = l.entry_id AND r.return_id <= t.tallied_id), 0)
                ELSE 0 END AS paid_coins,
           CASE WHEN l.target_account = 'earned_bonus' THEN l.amount ELSE 0 END AS bonus_coins
      FROM tally AS t
      JOIN entry AS e ON e.guild_id = t.guild_id AND e.entry_id <= t.tallied_id AND e.kind = 'gift'
      JOIN line AS l ON l.guild_id = e.guild_id AND l.entry_id = e.entry_id
                    AND l.target_owner_id <> 0
     WHERE NOT EXISTS (SELECT 1 FROM entry AS u
                        WHERE u.guild_id = e.guild_id AND u.reverses_id = e.entry_id
                          AND u.entry_id <= t.tallied_id)"""

TALLY_CHECKS = (
    Check(
        "what streamers received is summed up as the books say, and so is what passed its hold",
        f"""
        WITH net AS ({_NET}), said AS (
            SELECT guild_id, streamer_id, paid_coins AS paid, bonus_coins AS bonus,
                   released_paid_coins AS free_paid, released_bonus_coins AS free_bonus
              FROM earned_total
            UNION ALL
            SELECT guild_id, streamer_id, -paid_coins, -bonus_coins,
                   -paid_coins * (entry_id <= released_id),
                   -bonus_coins * (entry_id <= released_id)
              FROM net
        )
        SELECT 'guild', guild_id, 'streamer', streamer_id, 'differs by', SUM(paid), SUM(bonus),
               SUM(free_paid), SUM(free_bonus)
          FROM said GROUP BY guild_id, streamer_id
        HAVING SUM(paid) <> 0 OR SUM(bonus) <> 0 OR SUM(free_paid) <> 0 OR SUM(free_bonus) <> 0
        """,
    ),
    Check(
        "the hours of a streamer, and their quarters, add up to all that was received",
        """
        WITH said AS (
            SELECT guild_id, streamer_id, paid_coins AS paid, bonus_coins AS bonus, gifts,
                   s.value AS step_seconds
              FROM earned_total, json_each('[900, 3600]') AS s
            UNION ALL
            SELECT guild_id, streamer_id, returned_coins - paid_coins, -bonus_coins, -gifts,
                   step_seconds
              FROM earned_time
        )
        SELECT 'guild', guild_id, 'streamer', streamer_id, 'differs by', SUM(paid), SUM(bonus),
               SUM(gifts)
          FROM said GROUP BY guild_id, streamer_id, step_seconds
        HAVING SUM(paid) <> 0 OR SUM(bonus) <> 0 OR SUM(gifts) <> 0
        """,
    ),
    Check(
        "the hours of a streamer, and their quarters, know between which entries their gifts are",
        """
        SELECT 'guild', g.guild_id, 'streamer', g.streamer_id, 'gift', g.entry_id, 'seconds',
               s.value
          FROM tally AS t
          JOIN gift AS g ON g.guild_id = t.guild_id AND g.entry_id <= t.tallied_id
         CROSS JOIN json_each('[900, 3600]') AS s
          LEFT JOIN earned_time AS e
            ON e.guild_id = g.guild_id AND e.streamer_id = g.streamer_id
           AND e.season = (SELECT COALESCE(MAX(b.season), 1) FROM season AS b
                            WHERE b.guild_id = g.guild_id AND b.entry_id < g.entry_id)
           AND e.step_seconds = s.value AND e.step = g.sent_at / s.value
         WHERE e.step IS NULL OR g.entry_id NOT BETWEEN e.first_entry_id AND e.last_entry_id
        """,
    ),
)
