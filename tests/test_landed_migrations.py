"""A migration that has landed is never edited: books made with it could not be opened any more."""

from hashlib import sha256
from importlib.resources import files

import pytest

# A new migration gets its line here when it lands; a line is never changed.
LANDED = {
    "0001_books.sql": "eed7960a8fb4bccd",
    "0002_guilds.sql": "c7411638d63545ec",
    "0003_purchases.sql": "0c1c4fa855d726ff",
    "0004_gifts.sql": "1a66720ecb08c5d8",
    "0005_claims.sql": "02dc0820aeb22ea2",
    "0006_promotions.sql": "d1ba482ef5eff967",
    "0007_promotion_care.sql": "b2b0991c9d186459",
    "0008_money.sql": "148fa453eebab7db",
    "0009_payment_defects.sql": "f432a1a3cfa85e22",
    "0010_disputed_gifts_and_refunds.sql": "dd2c1c554536d969",
    "0011_holds_and_tallies.sql": "d5c4aa9899f5adf9",
    "0012_rates.sql": "7a43375f0624a8a0",
    "0013_public_earnings.sql": "4f6c3bff9d0412df",
    "0014_claims.sql": "de41dbe8ce235dc3",
    "0015_splits.sql": "1d0470bfd1daf85d",
    "0016_payouts.sql": "accfc1741c39864d",
    "0017_lives.sql": "e87d8dbe65724457",
    "0018_bank_files.sql": "b0c29c40610c5222",
}


def landed_now() -> dict[str, str]:
    folder = files("migrations") / "sqlite"
    return {
        path.name: sha256(path.read_bytes()).hexdigest()[:16]
        for path in folder.iterdir()
        if path.name.endswith(".sql")
    }


@pytest.mark.parametrize("name", LANDED)
def test_a_landed_migration_is_as_it_landed(name: str) -> None:
    assert landed_now()[name] == LANDED[name]


def test_every_migration_is_listed() -> None:
    assert landed_now().keys() == LANDED.keys()
