"""Shorthand for tests of paid mode: a set-up, and orders for money as rows."""

from dataclasses import replace
from itertools import count
from typing import Any

import aiosqlite

from bot.services.economy import Economy
from bot.services.seasons import PaidSetup, SeasonBegun
from tests.services.conftest import GIVER_ID, GUILD_ID

OWNER_ID = 900
SETUP = PaidSetup(
    currency="EUR",
    provider="manual",
    terms_url="https://example.org/terms",
    privacy_url="https://example.org/privacy",
    support_url="https://example.org/support",
    text_version=3,
)


class Paid:
    """A guild that takes money, and what was ordered in it."""

    def __init__(self, economy: Economy) -> None:
        self.economy = economy
        self._numbers = count(1)

    async def begin(self, **values: Any) -> SeasonBegun:
        """Begin to take money."""
        return await self.economy.seasons.begin_paid(GUILD_ID, OWNER_ID, replace(SETUP, **values))

    async def order(
        self, price_minor: int, *, ordered_at: int, expires_at: int = 0, **values: Any
    ) -> int:
        """Write an order: paid, or open until `expires_at` when that is set."""
        order_id = next(self._numbers)
        row = {
            "guild_id": GUILD_ID,
            "order_id": order_id,
            "member_id": GIVER_ID,
            "pack_coins": 100,
            "bonus_coins": 0,
            "provider": "manual",
            "ordered_at": ordered_at,
            "entry_id": None if expires_at else 1_000 + order_id,
            "price_minor": price_minor,
            "currency": "EUR",
            "expires_at": expires_at,
            "state": "open" if expires_at else "credited",
            "code": f"CODE-{order_id}",
            **values,
        }
        await self._insert("purchase_order", row)
        return order_id

    async def payment(self, order_id: int, **values: Any) -> None:
        """Write the payment that settled an order."""
        row = {
            "guild_id": GUILD_ID,
            "order_id": order_id,
            "provider": "manual",
            "payment_id": f"pay-{order_id}",
            "amount_minor": 1_000,
            "currency": "EUR",
            "refunded_minor": 0,
            "lost_minor": 0,
            "disputes_open": 0,
            "is_test": 0,
            "paid_at": 1,
            "checked_at": 1,
            **values,
        }
        await self._insert("payment", row)

    async def _insert(self, table: str, row: dict[str, Any]) -> None:
        async def write(connection: aiosqlite.Connection) -> None:
            marks = ", ".join(f":{name}" for name in row)
            await connection.execute_fetchall(
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row
            )

        await self.economy.books.do(write)
