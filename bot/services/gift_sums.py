"""What a gift brought its streamer, in SQL; the fee is computed as the gift's triggers did."""


def paid_fee_sql(gift: str) -> str:
    """Return the SQL of the fee of a gift's paid coins; `gift` names its row, here and below."""
    return f"(({gift}.coins - {gift}.bonus_coins) * {gift}.fee_percent / 100)"


def fee_sql(gift: str) -> str:
    """Return the SQL of the whole fee of a gift, which is rounded down for each kind of coins."""
    return f"({paid_fee_sql(gift)} + {gift}.bonus_coins * {gift}.fee_percent / 100)"


def brought_paid_sql(gift: str) -> str:
    """Return the SQL of the paid coins that a gift brought, after the fee and before refunds."""
    return f"({gift}.coins - {gift}.bonus_coins - {paid_fee_sql(gift)})"


def net_paid_sql(gift: str) -> str:
    """Return the SQL of the paid coins that are left of a gift, after the fee and refunds."""
    return f"""({brought_paid_sql(gift)}
         - COALESCE((SELECT SUM(r.coins - r.fee_coins) FROM gift_return AS r
                      WHERE r.guild_id = {gift}.guild_id AND r.streamer_id = {gift}.streamer_id
                        AND r.entry_id = {gift}.entry_id), 0))"""


def net_bonus_sql(gift: str) -> str:
    """Return the SQL of the bonus coins that a gift brought, after the fee."""
    return f"({gift}.bonus_coins - {gift}.bonus_coins * {gift}.fee_percent / 100)"


def not_undone_sql(gift: str) -> str:
    """Return the SQL of whether a gift was not taken back."""
    return f"""NOT EXISTS (SELECT 1 FROM gift_undo AS u
                    WHERE u.guild_id = {gift}.guild_id AND u.streamer_id = {gift}.streamer_id
                      AND u.entry_id = {gift}.entry_id)"""
