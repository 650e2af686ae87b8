"""What sharing adds to the audit: everybody has their part of what was shared, and no more."""

from bot.ledger.accounts import MOST_AMOUNT
from bot.ledger.audit import Check
from bot.services.season_marks import season_entry_sql

# What is due to somebody and has not moved.
_MISSING_SQL = """missing AS (
    SELECT m.guild_id, m.split_id, m.member_id, s.streamer_id, s.from_id,
           s.paid_coins * m.percent / 100 - m.paid_coins AS paid_coins,
           s.bonus_coins * m.percent / 100 - m.bonus_coins AS bonus_coins
      FROM split_member AS m JOIN split AS s USING (guild_id, split_id)
     WHERE m.paid_coins <> s.paid_coins * m.percent / 100
        OR m.bonus_coins <> s.bonus_coins * m.percent / 100)"""


def _is_unexplained_sql(kind: str) -> str:
    """Return the SQL of whether coins are missing for which a wallet must have had room.

    It had room unless so much ever came into it, together with these, as no pot can hold.
    """
    return f"""(m.{kind}_coins < 0 OR m.{kind}_coins > 0 AND m.{kind}_coins + (
            SELECT TOTAL(l.amount) FROM line AS l
             WHERE l.guild_id = m.guild_id AND l.target_owner_id = m.member_id
               AND l.target_account = 'earned_{kind}') <= {MOST_AMOUNT})"""


def _pot_sql(kind: str) -> str:
    """Return the SQL of what a streamer has earned of one kind of coins."""
    return f"""COALESCE((SELECT p.balance FROM pot AS p
                     WHERE p.guild_id = m.guild_id AND p.owner_id = m.streamer_id
                       AND p.account = 'earned_{kind}'), 0)"""


SPLIT_CHECKS = (
    Check(
        "everybody has their percent of what is shared, but for what no wallet had room for",
        f"""
        WITH {_MISSING_SQL}
        SELECT 'guild', guild_id, 'split', split_id, 'member', member_id, 'misses', paid_coins,
               bonus_coins
          FROM missing AS m
         WHERE {_is_unexplained_sql("paid")} OR {_is_unexplained_sql("bonus")}
        """,
    ),
    Check(
        "everybody has what moved to them",
        """
        SELECT 'guild', m.guild_id, 'split', m.split_id, 'member', m.member_id, 'has',
               m.paid_coins, m.bonus_coins
          FROM split_member AS m
         WHERE (m.paid_coins, m.bonus_coins) IS NOT (
            SELECT COALESCE(SUM(v.paid_coins), 0), COALESCE(SUM(v.bonus_coins), 0)
              FROM split_move AS v
             WHERE v.guild_id = m.guild_id AND v.split_id = m.split_id
               AND v.member_id = m.member_id)
        """,
    ),
    Check(
        "what no wallet had room for lies with its streamer",
        f"""
        WITH {_MISSING_SQL}
        SELECT 'guild', guild_id, 'streamer', streamer_id, 'holds back', SUM(m.paid_coins),
               SUM(m.bonus_coins)
          FROM missing AS m WHERE m.from_id >= {season_entry_sql("m.guild_id")}
         GROUP BY guild_id, streamer_id
        HAVING SUM(m.paid_coins) > {_pot_sql("paid")} OR SUM(m.bonus_coins) > {_pot_sql("bonus")}
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
