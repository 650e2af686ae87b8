"""What orders add to the audit: coins sold, bonuses given, budgets and promises must agree."""

from bot.ledger.audit import Check

ORDER_CHECKS = (
    Check(
        "money in = coins issued: every credited order is in the books and nothing else is",
        """
        WITH taken AS (
            SELECT guild_id, order_id, SUM(coins) AS coins FROM lot_change GROUP BY 1, 2
        ), ordered AS (
            SELECT o.guild_id, SUM(o.pack_coins - COALESCE(t.coins, 0)) AS coins
              FROM purchase_order AS o
              LEFT JOIN payment AS p USING (guild_id, order_id)
              LEFT JOIN taken AS t USING (guild_id, order_id)
             WHERE o.entry_id IS NOT NULL AND COALESCE(p.is_test, 0) = 0
             GROUP BY o.guild_id
        ), issued AS (
            SELECT l.guild_id,
                   SUM(IIF(l.source_account = 'sold', l.amount, -l.amount)) AS coins
              FROM line AS l JOIN entry AS e USING (guild_id, entry_id)
             WHERE 'sold' IN (l.source_account, l.target_account) AND e.kind <> 'season'
             GROUP BY l.guild_id
        )
        SELECT 'guild', guild_id, 'orders say', o.coins, 'the books', i.coins
          FROM ordered AS o FULL JOIN issued AS i USING (guild_id)
         WHERE COALESCE(o.coins, 0) <> COALESCE(i.coins, 0)
        """,
    ),
    Check(
        "every credited order credited its own member with its own pack",
        """
        SELECT 'guild', o.guild_id, 'order', o.order_id, 'of', o.member_id, 'entry', o.entry_id
          FROM purchase_order AS o LEFT JOIN payment AS p USING (guild_id, order_id)
         WHERE o.entry_id IS NOT NULL AND o.pack_coins IS NOT (
            SELECT SUM(l.amount) FROM line AS l
             WHERE l.guild_id = o.guild_id AND l.entry_id = o.entry_id
               -- A provider's test payment brings bonus coins.
               AND l.source_account = CASE WHEN p.is_test THEN 'granted' ELSE 'sold' END
               AND l.target_owner_id = o.member_id)
        """,
    ),
    Check(
        "every credited order has the bonus that its window gave, and so do the books",
        """
        SELECT 'guild', o.guild_id, 'order', o.order_id, 'says', o.bonus_coins,
               'the window gave', b.bonus_coins, 'the books', SUM(l.amount)
          FROM purchase_order AS o
          LEFT JOIN order_bonus AS b USING (guild_id, order_id)
          LEFT JOIN line AS l ON l.guild_id = o.guild_id AND l.entry_id = o.entry_id
                             AND l.target_account = 'bonus' AND l.target_owner_id = o.member_id
                             AND l.source_account <> 'granted'
         WHERE o.entry_id IS NOT NULL
         GROUP BY o.guild_id, o.order_id
        HAVING o.bonus_coins <> COALESCE(b.bonus_coins, 0)
            OR o.bonus_coins <> COALESCE(SUM(l.amount), 0)
        """,
    ),
    Check(
        "every bonus was given inside its window, within the terms of that window",
        """
        SELECT 'guild', b.guild_id, 'order', b.order_id, 'window', b.window_id
          FROM order_bonus AS b
          LEFT JOIN promotion_window AS w USING (guild_id, window_id)
          LEFT JOIN promotion_terms AS t ON t.guild_id = w.guild_id
                AND t.promotion_id = w.promotion_id AND t.terms_id = w.terms_id
         WHERE w.window_id IS NULL OR w.promotion_id <> b.promotion_id
            -- A window that an admin ends takes that second's purchases with it.
            OR b.priced_at < w.starts_at OR b.priced_at > w.ends_at
            OR b.bonus_percent <> t.bonus_percent
            OR b.bonus_coins > MAX(t.bonus_coins, b.pack_coins * t.bonus_percent / 100)
        """,
    ),
    Check(
        "what left the budget of a promotion went with its own orders, or is promised to them",
        """
        WITH spent AS (
            SELECT guild_id,
                   -MIN(source_owner_id, target_owner_id) AS promotion_id,
                   SUM(CASE WHEN source_account = 'budget' THEN amount ELSE -amount END) AS coins
              FROM line
             WHERE (source_account = 'budget' AND target_account IN ('bonus', 'promised'))
                OR (source_account = 'promised' AND target_account = 'budget')
             GROUP BY 1, 2
        ), given AS (
            SELECT guild_id, promotion_id, SUM(bonus_coins) AS coins FROM (
                SELECT b.guild_id, b.promotion_id, b.bonus_coins
                  FROM order_bonus AS b
                  JOIN promotion_window AS w USING (guild_id, window_id)
                  JOIN promotion_terms AS t ON t.guild_id = w.guild_id
                        AND t.promotion_id = w.promotion_id AND t.terms_id = w.terms_id
                 WHERE t.budget_coins > 0
                UNION ALL
                SELECT p.guild_id, p.promotion_id, p.bonus_coins FROM order_promise AS p
                 WHERE p.from_budget = 1 AND (p.state = 'open' OR (
                    -- The promotion was over, so what was promised went to the house.
                    p.state = 'released' AND EXISTS (
                    SELECT 1 FROM entry AS e JOIN line AS l USING (guild_id, entry_id)
                     WHERE e.guild_id = p.guild_id AND e.key = 'release:' || p.order_id
                       AND l.target_account = 'promoted'))))
             GROUP BY guild_id, promotion_id
        )
        SELECT 'guild', guild_id, 'promotion', promotion_id, 'spent', s.coins, 'given', g.coins
          FROM spent AS s FULL JOIN given AS g USING (guild_id, promotion_id)
         WHERE COALESCE(s.coins, 0) <> COALESCE(g.coins, 0)
        """,
    ),
    Check(
        "what a promotion gave in all is what its orders say",
        """
        SELECT 'guild', guild_id, 'promotion', promotion_id, 'noted', SUM(noted), 'the orders',
               SUM(given)
          FROM (SELECT guild_id, promotion_id, buyers, pack_coins, bonus_coins AS noted, 0 AS given
                  FROM promotion_total
                UNION ALL
                SELECT guild_id, promotion_id, -COUNT(DISTINCT member_id), -SUM(pack_coins), 0,
                       SUM(bonus_coins)
                  FROM order_bonus GROUP BY 1, 2
                UNION ALL
                SELECT guild_id, promotion_id, 0, 0, 0, SUM(bonus_coins) FROM order_promise
                 WHERE state = 'open' GROUP BY 1, 2)
         GROUP BY guild_id, promotion_id
        HAVING SUM(buyers) <> 0 OR SUM(pack_coins) <> 0 OR SUM(noted) <> SUM(given)
        """,
    ),
)
