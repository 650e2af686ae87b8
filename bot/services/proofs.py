"""What the features add to the audit: their own rows must agree with the books."""

from bot.ledger.audit import LEDGER_CHECKS, Check

FEATURE_CHECKS = (
    Check(
        "money in = coins issued: every credited order is in the books and nothing else is",
        """
        WITH ordered AS (
            SELECT guild_id, SUM(pack_coins) AS coins FROM purchase_order
             WHERE entry_id IS NOT NULL GROUP BY guild_id
        )
        SELECT 'guild', guild_id, 'orders say', o.coins, 'the books', -p.balance
          FROM (SELECT guild_id, balance FROM pot WHERE owner_id = 0 AND account = 'sold') AS p
          FULL JOIN ordered AS o USING (guild_id)
         WHERE o.coins IS NOT -p.balance
        """,
    ),
    Check(
        "every credited order credited its own member with its own pack",
        """
        SELECT 'guild', o.guild_id, 'order', o.order_id, 'of', o.member_id, 'entry', o.entry_id
          FROM purchase_order AS o
         WHERE o.entry_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM line AS l
             WHERE l.guild_id = o.guild_id AND l.entry_id = o.entry_id
               AND l.source_account = 'sold' AND l.target_owner_id = o.member_id
               AND l.amount = o.pack_coins)
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
        "what left the budget of a promotion went with its own orders",
        """
        WITH spent AS (
            SELECT guild_id, -source_owner_id AS promotion_id, SUM(amount) AS coins FROM line
             WHERE source_account = 'budget' AND target_account = 'bonus' GROUP BY 1, 2
        ), given AS (
            SELECT b.guild_id, b.promotion_id, SUM(b.bonus_coins) AS coins
              FROM order_bonus AS b
              JOIN promotion_window AS w USING (guild_id, window_id)
              JOIN promotion_terms AS t ON t.guild_id = w.guild_id
                    AND t.promotion_id = w.promotion_id AND t.terms_id = w.terms_id
             WHERE t.budget_coins > 0 GROUP BY 1, 2
        )
        SELECT 'guild', guild_id, 'promotion', promotion_id, 'spent', s.coins, 'given', g.coins
          FROM spent AS s FULL JOIN given AS g USING (guild_id, promotion_id)
         WHERE s.coins IS NOT g.coins
        """,
    ),
    Check(
        "what a promotion gave in all is what its orders say",
        """
        WITH given AS (
            SELECT guild_id, promotion_id, COUNT(DISTINCT member_id) AS buyers,
                   SUM(pack_coins) AS pack_coins, SUM(bonus_coins) AS bonus_coins
              FROM order_bonus GROUP BY 1, 2
        )
        SELECT 'guild', guild_id, 'promotion', promotion_id, 'noted', t.bonus_coins,
               'the orders', g.bonus_coins
          FROM promotion_total AS t FULL JOIN given AS g USING (guild_id, promotion_id)
         WHERE t.buyers IS NOT g.buyers OR t.pack_coins IS NOT g.pack_coins
            OR t.bonus_coins IS NOT g.bonus_coins
        """,
    ),
    Check(
        "every gift moved its price, and every gift entry has its gift",
        """
        WITH moved AS (
            SELECT e.guild_id, e.entry_id, SUM(l.amount) AS coins
              FROM entry AS e JOIN line AS l USING (guild_id, entry_id)
             WHERE e.kind = 'gift' GROUP BY 1, 2
        )
        SELECT 'guild', guild_id, 'entry', entry_id, 'moved', m.coins, 'the gift costs', g.coins
          FROM moved AS m FULL JOIN gift AS g USING (guild_id, entry_id)
         WHERE m.coins IS NOT g.coins
        """,
    ),
    Check(
        "every gift taken back is reversed, and every reversed gift is marked",
        """
        SELECT 'guild', guild_id, 'undo', COALESCE(u.undo_id, e.entry_id), 'of', u.entry_id
          FROM gift_undo AS u
          FULL JOIN (SELECT guild_id, entry_id AS undo_id, reverses_id AS entry_id FROM entry
                      WHERE kind = 'undo') AS e USING (guild_id, undo_id)
         WHERE u.entry_id IS NOT e.entry_id
        """,
    ),
    Check(
        "every conversion took its coins and made its diamonds",
        """
        WITH moved AS (
            SELECT e.guild_id, e.entry_id,
                   SUM(l.amount) FILTER (WHERE l.target_account = 'converted') AS coins,
                   SUM(l.amount) FILTER (WHERE l.target_account = 'diamonds') AS diamonds,
                   MAX(l.target_owner_id) AS streamer_id
              FROM entry AS e JOIN line AS l USING (guild_id, entry_id)
             WHERE e.kind = 'conversion' GROUP BY 1, 2
        )
        SELECT 'guild', guild_id, 'entry', entry_id, 'moved', m.coins, m.diamonds
          FROM moved AS m FULL JOIN conversion AS c USING (guild_id, entry_id)
         WHERE m.coins IS NOT c.paid_coins + c.bonus_coins OR m.diamonds IS NOT c.diamonds
            OR m.streamer_id IS NOT c.streamer_id
        """,
    ),
    Check(
        "the diamonds locked are those of open claims, streamer by streamer",
        """
        WITH open AS (
            SELECT guild_id, streamer_id AS owner_id, SUM(diamonds) AS diamonds FROM claim
             WHERE state IN ('requested', 'approved', 'sending') GROUP BY 1, 2
        )
        SELECT 'guild', guild_id, 'streamer', owner_id, 'locked', p.balance, 'in claims', o.diamonds
          FROM (SELECT guild_id, owner_id, balance FROM pot WHERE account = 'claimed') AS p
          FULL JOIN open AS o USING (guild_id, owner_id)
         WHERE COALESCE(p.balance, 0) <> COALESCE(o.diamonds, 0)
        """,
    ),
    Check(
        "the diamonds paid out are those of paid claims",
        """
        WITH paid AS (
            SELECT guild_id, SUM(diamonds) AS diamonds FROM claim WHERE state = 'paid' GROUP BY 1
        )
        SELECT 'guild', guild_id, 'paid out', p.balance, 'claims say', c.diamonds
          FROM (SELECT guild_id, balance FROM pot WHERE account = 'paid_out') AS p
          FULL JOIN paid AS c USING (guild_id)
         WHERE p.balance IS NOT c.diamonds
        """,
    ),
    Check(
        "every step of a claim that moved diamonds moved those of its streamer",
        """
        SELECT 'guild', s.guild_id, 'claim', s.claim_id, 'step', s.step, 'entry', s.entry_id
          FROM claim_step AS s JOIN claim AS c USING (guild_id, claim_id)
         WHERE s.entry_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM line AS l
             WHERE l.guild_id = s.guild_id AND l.entry_id = s.entry_id
               AND l.source_owner_id = c.streamer_id AND l.amount = c.diamonds)
        """,
    ),
    Check(
        "a claim's state is that of its last step",
        """
        SELECT 'guild', c.guild_id, 'claim', c.claim_id, 'is', c.state
          FROM claim AS c
         WHERE c.state IS NOT (SELECT s.state FROM claim_step AS s
                                WHERE s.guild_id = c.guild_id AND s.claim_id = c.claim_id
                                ORDER BY s.step DESC LIMIT 1)
        """,
    ),
)

FULL_AUDIT = (*LEDGER_CHECKS, *FEATURE_CHECKS)
