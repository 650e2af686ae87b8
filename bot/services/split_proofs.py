"""What sharing adds to the audit: everybody has their part of what was shared, and no more."""

from bot.ledger.audit import Check

SPLIT_CHECKS = (
    Check(
        "everybody has their percent of what is shared, and it moved",
        """
        SELECT 'guild', guild_id, 'split', split_id, 'member', m.member_id, 'has', m.paid_coins,
               m.bonus_coins
          FROM split_member AS m JOIN split AS s USING (guild_id, split_id)
         WHERE m.paid_coins <> s.paid_coins * m.percent / 100
            OR m.bonus_coins <> s.bonus_coins * m.percent / 100
            OR m.paid_coins + m.bonus_coins <> COALESCE((
                SELECT SUM(v.paid_coins + v.bonus_coins) FROM split_move AS v
                 WHERE v.guild_id = m.guild_id AND v.split_id = m.split_id
                   AND v.member_id = m.member_id), 0)
        """,
    ),
    Check(
        "what is shared is what the gifts of the agreement's time brought",
        """
        SELECT 'guild', s.guild_id, 'split', s.split_id, 'shares', s.paid_coins, s.bonus_coins
          FROM split AS s
         WHERE (s.paid_coins, s.bonus_coins) IS NOT (
            SELECT COALESCE(SUM((g.coins - g.bonus_coins)
                                - (g.coins - g.bonus_coins) * g.fee_percent / 100
                                - COALESCE((SELECT SUM(r.coins - r.fee_coins)
                                              FROM gift_return AS r
                                             WHERE r.guild_id = g.guild_id
                                               AND r.streamer_id = g.streamer_id
                                               AND r.entry_id = g.entry_id), 0)), 0),
                   COALESCE(SUM(g.bonus_coins - g.bonus_coins * g.fee_percent / 100), 0)
              FROM gift AS g
             WHERE g.guild_id = s.guild_id AND g.streamer_id = s.streamer_id
               AND s.state <> 'proposed' AND g.entry_id > s.from_id AND g.entry_id <= s.settled_id
               AND NOT EXISTS (SELECT 1 FROM gift_undo AS u
                                WHERE u.guild_id = g.guild_id AND u.streamer_id = g.streamer_id
                                  AND u.entry_id = g.entry_id)
               AND NOT EXISTS (SELECT 1 FROM split_wait AS w
                                WHERE w.guild_id = s.guild_id AND w.split_id = s.split_id
                                  AND w.entry_id = g.entry_id))
        """,
    ),
    Check(
        "every share that moved is in the books",
        """
        WITH said AS (
            SELECT guild_id, entry_id, member_id, paid_coins + bonus_coins AS coins
              FROM split_move
            UNION ALL
            SELECT e.guild_id, e.entry_id, l.target_owner_id, -l.amount
              FROM entry AS e JOIN line AS l USING (guild_id, entry_id) WHERE e.kind = 'split'
        )
        SELECT 'guild', guild_id, 'entry', entry_id, 'member', member_id, 'differs by', SUM(coins)
          FROM said GROUP BY guild_id, entry_id, member_id HAVING SUM(coins) <> 0
        """,
    ),
)
