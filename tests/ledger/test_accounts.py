"""The accounts that Python knows are those of the database."""

import sqlite3

import pytest

from bot.ledger.accounts import HOUSE_ACCOUNTS, HOUSE_ID, MOST_AMOUNT, Account, Asset, asset_of


def test_python_and_the_database_know_the_same_accounts(second: sqlite3.Connection) -> None:
    rows = second.execute("SELECT account, asset, house FROM account").fetchall()
    assert {(name, asset, bool(house)) for name, asset, house in rows} == {
        (str(account), str(asset_of(account)), account in HOUSE_ACCOUNTS) for account in Account
    }


@pytest.mark.parametrize(
    ("account", "asset"),
    [
        (Account.PAID, Asset.COIN),
        (Account.EARNED_BONUS, Asset.COIN),
        (Account.CONVERTED, Asset.COIN),
        (Account.DIAMONDS, Asset.DIAMOND),
        (Account.MINTED, Asset.DIAMOND),
    ],
)
def test_an_account_holds_one_asset(account: Account, asset: Asset) -> None:
    assert asset_of(account) is asset


def test_the_ceiling_is_the_databases(second: sqlite3.Connection) -> None:
    second.execute("INSERT INTO pot VALUES (7, 10, 'paid', ?, 1)", (MOST_AMOUNT,))
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        second.execute("INSERT INTO pot VALUES (7, 11, 'paid', ?, 1)", (MOST_AMOUNT + 1,))


def test_no_member_has_the_houses_id() -> None:
    assert HOUSE_ID == 0
