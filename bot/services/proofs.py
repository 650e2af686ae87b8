"""What the features add to the audit: their own rows must agree with the books."""

from bot.ledger.audit import LEDGER_CHECKS, Check
from bot.services.claim_proofs import CLAIM_CHECKS
from bot.services.order_proofs import ORDER_CHECKS
from bot.services.payment_proofs import PAYMENT_CHECKS
from bot.services.perk_proofs import PERK_CHECKS
from bot.services.season_proofs import SEASON_CHECKS
from bot.services.split_proofs import SPLIT_CHECKS
from bot.services.tally_proofs import TALLY_CHECKS

# Two tables are compared by summing what both say: SQLite's full join without an index would look
# at every row of the one for every row of the other.
FEATURE_CHECKS = (
    *ORDER_CHECKS,
    *CLAIM_CHECKS,
    Check(
        "every gift moved its price, and every gift entry has its gift",
        """
        WITH moved AS (
            SELECT e.guild_id, e.entry_id, SUM(l.amount) AS coins
              FROM entry AS e JOIN line AS l USING (guild_id, entry_id)
             WHERE e.kind = 'gift' GROUP BY 1, 2
        ), said AS (
            SELECT guild_id, entry_id, coins AS moved, NULL AS costs FROM moved
            UNION ALL
            SELECT guild_id, entry_id, NULL, coins FROM gift
        )
        SELECT 'guild', guild_id, 'entry', entry_id, 'moved', SUM(moved), 'the gift costs',
               SUM(costs)
          FROM said GROUP BY guild_id, entry_id HAVING SUM(moved) IS NOT SUM(costs)
        """,
    ),
    Check(
        "every gift taken back is reversed, and every reversed gift is marked",
        """
        WITH said AS (
            SELECT guild_id, undo_id, entry_id AS marked_id, NULL AS reversed_id FROM gift_undo
            UNION ALL
            SELECT guild_id, entry_id, NULL, reverses_id FROM entry WHERE kind = 'undo'
        )
        SELECT 'guild', guild_id, 'undo', undo_id, 'of', SUM(marked_id), SUM(reversed_id)
          FROM said GROUP BY guild_id, undo_id HAVING SUM(marked_id) IS NOT SUM(reversed_id)
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
        ), said AS (
            SELECT guild_id, entry_id, coins, diamonds, streamer_id,
                   NULL AS noted_coins, NULL AS noted_diamonds, NULL AS noted_id
              FROM moved
            UNION ALL
            SELECT guild_id, entry_id, NULL, NULL, NULL, paid_coins + bonus_coins, diamonds,
                   streamer_id
              FROM conversion
        )
        SELECT 'guild', guild_id, 'entry', entry_id, 'moved', SUM(coins), SUM(diamonds)
          FROM said GROUP BY guild_id, entry_id
        HAVING SUM(coins) IS NOT SUM(noted_coins) OR SUM(diamonds) IS NOT SUM(noted_diamonds)
            OR MAX(streamer_id) IS NOT MAX(noted_id)
        """,
    ),
)

FULL_AUDIT = (
    *LEDGER_CHECKS,
    *FEATURE_CHECKS,
    *PAYMENT_CHECKS,
    *SEASON_CHECKS,
    *TALLY_CHECKS,
    *SPLIT_CHECKS,
    *PERK_CHECKS,
)
