"""The kinds of pots, and what one may do to the other; mirrors the table `account`."""

from enum import StrEnum

# The house's pots belong to the guild itself.
HOUSE_ID = 0

# No amount and no member's balance passes this, far below where 64 bits end (coins or diamonds).
MOST_AMOUNT = 10**15


class Asset(StrEnum):
    """What a pot holds; the pots of one asset sum to zero in every guild."""

    COIN = "coin"
    DIAMOND = "diamond"


class Account(StrEnum):
    """A kind of balance."""

    PAID = "paid"
    BONUS = "bonus"
    EARNED_PAID = "earned_paid"
    EARNED_BONUS = "earned_bonus"
    DIAMONDS = "diamonds"
    CLAIMED = "claimed"
    BUDGET = "budget"
    DEBT = "debt"
    PROMISED = "promised"
    SOLD = "sold"
    GRANTED = "granted"
    PROMOTED = "promoted"
    FEE = "fee"
    CONVERTED = "converted"
    MINTED = "minted"
    PAID_OUT = "paid_out"
    ARCHIVED = "archived"
    ARCHIVED_DIAMONDS = "archived_diamonds"


HOUSE_ACCOUNTS = frozenset(
    {
        Account.SOLD,
        Account.GRANTED,
        Account.PROMOTED,
        Account.FEE,
        Account.CONVERTED,
        Account.MINTED,
        Account.PAID_OUT,
        Account.ARCHIVED,
        Account.ARCHIVED_DIAMONDS,
    }
)
DIAMOND_ACCOUNTS = frozenset(
    {
        Account.DIAMONDS,
        Account.CLAIMED,
        Account.MINTED,
        Account.PAID_OUT,
        Account.ARCHIVED_DIAMONDS,
    }
)


def asset_of(account: Account) -> Asset:
    """Return what the pots of `account` hold."""
    return Asset.DIAMOND if account in DIAMOND_ACCOUNTS else Asset.COIN
