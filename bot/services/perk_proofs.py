"""What perks say must agree with the claims that ask for them."""

from bot.ledger.audit import Check

PERK_CHECKS = (
    Check(
        "a perk was given for a claim of its streamer that is paid, and is for no money",
        """
        SELECT 'guild', g.guild_id, 'claim', g.claim_id, 'of', g.streamer_id, 'is', c.state,
               'worth', c.amount_minor
          FROM perk_grant AS g LEFT JOIN claim AS c USING (guild_id, claim_id)
         WHERE c.streamer_id IS NOT g.streamer_id OR c.amount_minor <> 0
            OR (g.expires_at > 0 AND c.state <> 'paid')
        """,
    ),
)
