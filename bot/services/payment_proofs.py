"""What payments add to the audit: what was taken back, what is owed, and who is frozen for it."""

from bot.ledger.audit import Check

# What belonged to a season that is over went with it.
_SINCE = """
    COALESCE((SELECT CAST(value AS INTEGER) FROM guild_setting AS s
               WHERE s.guild_id = o.guild_id AND s.name = 'season_entry_id'), 0)"""

PAYMENT_CHECKS = (
    Check(
        "what is promised to a member is what their open orders were promised",
        """
        SELECT 'guild', guild_id, 'member', member_id, 'has', SUM(has), 'orders say', SUM(coins)
          FROM (SELECT guild_id, owner_id AS member_id, balance AS has, 0 AS coins FROM pot
                 WHERE account = 'promised'
                UNION ALL
                SELECT guild_id, member_id, 0, bonus_coins FROM order_promise
                 WHERE state = 'open')
         GROUP BY guild_id, member_id HAVING SUM(has) <> SUM(coins)
        """,
    ),
    Check(
        "only open orders are still promised a bonus",
        """
        SELECT 'guild', guild_id, 'order', order_id, 'is', o.state, 'its promise', p.state
          FROM order_promise AS p JOIN purchase_order AS o USING (guild_id, order_id)
         WHERE (p.state = 'open' AND o.state <> 'open')
            OR (p.state = 'kept' AND o.bonus_coins <> p.bonus_coins)
        """,
    ),
    Check(
        "of one promotion a member has one promise",
        """
        SELECT 'guild', guild_id, 'member', member_id, 'promotion', promotion_id, 'has', COUNT(*)
          FROM order_promise WHERE state = 'open'
         GROUP BY guild_id, member_id, promotion_id HAVING COUNT(*) > 1
        """,
    ),
    Check(
        "every payment belongs to an order that it credited, for its price",
        """
        SELECT 'guild', guild_id, 'order', order_id, 'payment', p.payment_id
          FROM payment AS p LEFT JOIN purchase_order AS o USING (guild_id, order_id)
         WHERE o.entry_id IS NULL OR o.provider <> p.provider
            OR (p.currency NOT IN ('XXX', 'XTS')
                AND (o.price_minor <> p.amount_minor OR o.currency <> p.currency))
        """,
    ),
    Check(
        "of every payment that much was taken back as went back of its money",
        f"""
        WITH taken AS (
            SELECT guild_id, order_id, SUM(coins) AS coins, SUM(bonus_coins) AS bonus_coins,
                   SUM(bonus_taken) AS bonus_taken
              FROM lot_change GROUP BY 1, 2
        ), due AS (
            SELECT o.guild_id, o.order_id, o.pack_coins * (1 - p.is_test) AS coins,
                   o.bonus_coins + o.pack_coins * p.is_test AS bonus_coins, p.amount_minor,
                   MIN(p.refunded_minor + p.lost_minor, p.amount_minor) AS back_minor
              FROM payment AS p JOIN purchase_order AS o USING (guild_id, order_id)
             WHERE o.entry_id > {_SINCE}
        )
        SELECT 'guild', guild_id, 'order', order_id, 'took back', t.coins, 'bonus', t.bonus_coins
          FROM due AS d LEFT JOIN taken AS t USING (guild_id, order_id)
         WHERE COALESCE(t.coins, 0) <> d.coins * d.back_minor / d.amount_minor
            OR COALESCE(t.bonus_coins, 0) <> d.bonus_coins * d.back_minor / d.amount_minor
            OR COALESCE(t.bonus_taken, 0) NOT BETWEEN 0 AND COALESCE(t.bonus_coins, 0)
        """,
    ),
    Check(
        "every change of a lot moved the coins that it says",
        """
        SELECT 'guild', guild_id, 'order', order_id, 'change', c.number, 'says', c.coins
          FROM lot_change AS c
         WHERE c.coins <> COALESCE((
            SELECT SUM(CASE WHEN l.target_account = 'sold' THEN l.amount ELSE -l.amount END)
              FROM line AS l
             WHERE l.guild_id = c.guild_id AND l.entry_id = c.entry_id
               AND 'sold' IN (l.source_account, l.target_account)), 0)
            OR c.gift_coins <> COALESCE((
            SELECT SUM(r.coins) FROM gift_return AS r
             WHERE r.guild_id = c.guild_id AND r.return_id = c.entry_id
               AND r.order_id = c.order_id), 0)
        """,
    ),
    Check(
        "no more was taken out of a gift than its giver had paid for it",
        """
        SELECT 'guild', g.guild_id, 'gift', g.entry_id, 'gave back', SUM(r.coins)
          FROM gift_return AS r JOIN gift AS g USING (guild_id, streamer_id, entry_id)
         GROUP BY g.guild_id, g.streamer_id, g.entry_id
        HAVING SUM(r.coins) > g.coins - g.bonus_coins
            OR SUM(r.fee_coins) > (g.coins - g.bonus_coins) * g.fee_percent / 100
        """,
    ),
    Check(
        "a gift taken back gave nothing to a refund",
        """
        SELECT 'guild', guild_id, 'gift', entry_id, 'gave back', SUM(r.coins), 'undone by', undo_id
          FROM gift_return AS r JOIN gift_undo AS u USING (guild_id, streamer_id, entry_id)
         GROUP BY guild_id, streamer_id, entry_id, undo_id
        """,
    ),
    Check(
        "whoever owes coins is frozen for it, and nobody else",
        """
        SELECT 'guild', guild_id, 'member', member_id, 'owes', SUM(owed), 'frozen', SUM(is_frozen)
          FROM (SELECT guild_id, owner_id AS member_id, -balance AS owed, 0 AS is_frozen FROM pot
                 WHERE account = 'debt' AND balance < 0
                UNION ALL
                SELECT guild_id, member_id, 0, 1 FROM frozen WHERE reason = 'debt')
         GROUP BY guild_id, member_id HAVING (SUM(owed) > 0) <> SUM(is_frozen)
        """,
    ),
    Check(
        "whoever has an open dispute is frozen for it, and nobody else",
        f"""
        SELECT 'guild', guild_id, 'member', member_id, 'order', order_id, 'disputed',
               SUM(is_disputed), 'frozen', SUM(is_frozen)
          FROM (SELECT o.guild_id, o.member_id, o.order_id, 1 AS is_disputed, 0 AS is_frozen
                  FROM payment AS p JOIN purchase_order AS o USING (guild_id, order_id)
                 WHERE p.disputes_open > 0 AND o.entry_id > {_SINCE}
                UNION ALL
                SELECT guild_id, member_id, order_id, 0, 1 FROM frozen WHERE reason = 'dispute')
         GROUP BY guild_id, member_id, order_id HAVING SUM(is_disputed) <> SUM(is_frozen)
        """,
    ),
    Check(
        "gifts wait for disputes that are open, and for what their givers paid",
        """
        SELECT 'guild', d.guild_id, 'order', d.order_id, 'gift', d.entry_id, 'waits', d.coins
          FROM disputed_gift AS d
          LEFT JOIN gift AS g USING (guild_id, streamer_id, entry_id)
          LEFT JOIN frozen AS f ON f.guild_id = d.guild_id AND f.member_id = g.giver_id
                               AND f.reason = 'dispute' AND f.order_id = d.order_id
         WHERE f.order_id IS NULL OR d.coins > g.coins - g.bonus_coins
        """,
    ),
)
