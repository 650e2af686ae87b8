"""What claims say must agree with the books, and their steps and parts with one another."""

from bot.ledger.audit import Check

CLAIM_CHECKS = (
    Check(
        "the diamonds locked are those of open claims, streamer by streamer",
        """
        WITH said AS (
            SELECT guild_id, owner_id, balance AS locked, 0 AS claimed FROM pot
             WHERE account = 'claimed'
            UNION ALL
            SELECT c.guild_id, c.streamer_id, 0,
                   c.diamonds - (SELECT COALESCE(SUM(p.diamonds), 0) FROM claim_payment AS p
                                  WHERE p.guild_id = c.guild_id AND p.claim_id = c.claim_id)
              FROM claim AS c WHERE c.state IN ('requested', 'approved', 'sending')
        )
        SELECT 'guild', guild_id, 'streamer', owner_id, 'locked', SUM(locked), 'in claims',
               SUM(claimed)
          FROM said GROUP BY guild_id, owner_id HAVING SUM(locked) <> SUM(claimed)
        """,
    ),
    Check(
        "the diamonds paid out are those of the claims' payments, entry by entry",
        """
        WITH said AS (
            SELECT guild_id, entry_id, source_owner_id AS streamer_id, amount, 0 AS diamonds
              FROM line WHERE target_account = 'paid_out'
            UNION ALL
            SELECT p.guild_id, p.entry_id, c.streamer_id, 0, p.diamonds
              FROM claim_payment AS p LEFT JOIN claim AS c USING (guild_id, claim_id)
        )
        SELECT 'guild', guild_id, 'entry', entry_id, 'paid out', SUM(amount), 'claims say',
               SUM(diamonds)
          FROM said GROUP BY guild_id, entry_id, streamer_id HAVING SUM(amount) <> SUM(diamonds)
        """,
    ),
    Check(
        "a claim is paid when its parts are all of it, and no part is too much",
        """
        WITH paid AS (
            SELECT guild_id, claim_id, SUM(diamonds) AS diamonds, SUM(amount_minor) AS minor
              FROM claim_payment GROUP BY 1, 2
        )
        SELECT 'guild', c.guild_id, 'claim', c.claim_id, 'is', c.state, 'of', c.diamonds,
               c.amount_minor, 'paid', p.diamonds, p.minor
          FROM claim AS c LEFT JOIN paid AS p USING (guild_id, claim_id)
         WHERE (c.state = 'paid') <> (COALESCE(p.diamonds, 0) = c.diamonds)
            OR p.diamonds > c.diamonds
            OR p.minor > c.amount_minor
            OR (c.state = 'paid' AND p.minor <> c.amount_minor)
        """,
    ),
    Check(
        "a claim has diamonds on their way while it is being sent, and only then",
        """
        SELECT 'guild', guild_id, 'claim', claim_id, 'is', state, 'sending', sending_diamonds
          FROM claim WHERE (state = 'sending') <> (sending_diamonds > 0)
        """,
    ),
    Check(
        "every step of a claim that moved diamonds moved those of its streamer",
        """
        SELECT 'guild', s.guild_id, 'claim', s.claim_id, 'step', s.step, 'entry', s.entry_id
          FROM claim_step AS s JOIN claim AS c USING (guild_id, claim_id)
         WHERE (s.step = 1 AND s.diamonds <> c.diamonds)
            OR (s.entry_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM line AS l
                 WHERE l.guild_id = s.guild_id AND l.entry_id = s.entry_id
                   AND l.source_owner_id = c.streamer_id AND l.amount = s.diamonds))
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
