"""What seasons add to the audit: each began with empty books, and the settings know the last."""

from bot.ledger.audit import Check

SEASON_CHECKS = (
    Check(
        "every season began with empty books",
        """
        WITH moved AS (
            SELECT s.guild_id, s.season, l.target_owner_id AS owner_id,
                   l.target_account AS account, l.amount
              FROM season AS s JOIN line AS l
                ON l.guild_id = s.guild_id AND l.entry_id <= s.entry_id
            UNION ALL
            SELECT s.guild_id, s.season, l.source_owner_id, l.source_account, -l.amount
              FROM season AS s JOIN line AS l
                ON l.guild_id = s.guild_id AND l.entry_id <= s.entry_id
        )
        SELECT 'guild', guild_id, 'season', season, 'began with', SUM(amount), account, 'of',
               owner_id
          FROM moved GROUP BY guild_id, season, owner_id, account HAVING SUM(amount) <> 0
        """,
    ),
    Check(
        "only the end of a season moves anything into the archive",
        """
        SELECT 'guild', e.guild_id, 'entry', e.entry_id, 'is', e.kind, 'season', s.season
          FROM entry AS e
          LEFT JOIN season AS s ON s.guild_id = e.guild_id AND s.entry_id = e.entry_id
                               AND e.key = 'season:' || s.season
         WHERE (e.kind = 'season' AND s.season IS NULL)
            OR (e.kind <> 'season' AND EXISTS (
                SELECT 1 FROM line AS l
                 WHERE l.guild_id = e.guild_id AND l.entry_id = e.entry_id
                   AND (l.source_account IN ('archived', 'archived_diamonds')
                        OR l.target_account IN ('archived', 'archived_diamonds'))))
        """,
    ),
    Check(
        "a guild's settings say which season it is in",
        """
        WITH stored AS (
            SELECT guild_id, MAX(value) FILTER (WHERE name = 'mode') AS mode,
                   CAST(MAX(value) FILTER (WHERE name = 'season_entry_id') AS INTEGER) AS entry_id
              FROM guild_setting WHERE name IN ('mode', 'season_entry_id') GROUP BY guild_id
        ), last AS (
            SELECT guild_id, mode, entry_id, MAX(season) FROM season GROUP BY guild_id
        )
        SELECT 'guild', guild_id, 'settings say', s.mode, s.entry_id, 'its season', l.mode,
               l.entry_id
          FROM stored AS s FULL JOIN last AS l USING (guild_id)
         WHERE s.mode IS NOT l.mode OR s.entry_id IS NOT l.entry_id
        """,
    ),
)
