"""Buttons of one shape with several uses: what each does and is called is its own.

All survive a restart, as their ids say everything. discord.py wants a template of every class, so
these have one that is never sent.
"""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.errors import OldButton
from bot.services.clock import snowflake_seconds
from bot.services.orders import ORDER_SECONDS
from cogs.looks import COIN

_NEVER_SENT = r"never sent: discord.py wants a template of every class"


class PackOfferButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=_NEVER_SENT
):
    """A pack on offer. All buttons of one offer carry one order, so only one of them ever counts.

    It also carries the bonus that was shown, so that whoever gets less is asked first.
    """

    action = ""

    def __init__(
        self,
        member_id: int,
        order_id: int,
        coins: int,
        bonus_coins: int,
        label: str | None = None,
    ) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                emoji=COIN,
                style=discord.ButtonStyle.primary,
                custom_id=f"bouquet:{self.action}:{member_id}:{order_id}:{coins}:{bonus_coins}",
            )
        )
        self.member_id = member_id
        self.order_id = order_id
        self.coins = coins
        self.bonus_coins = bonus_coins

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        member, order, coins, bonus = map(int, match.group("member", "order", "coins", "bonus"))
        return cls(member, order, coins, bonus)

    def refuse_old(self, interaction: discord.Interaction[Any]) -> None:
        """Raise OldButton when the offer was made longer ago than its prices hold."""
        if snowflake_seconds(interaction.id) - snowflake_seconds(self.order_id) > ORDER_SECONDS:
            raise OldButton


class PageButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=_NEVER_SENT):
    """Turns to another page of something of one's own."""

    action = ""

    def __init__(self, owner_id: int, before: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(label=label, custom_id=f"bouquet:{self.action}:{owner_id}:{before}")
        )
        self.owner_id = owner_id
        self.before = before

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["owner"]), int(match["before"]))


class OwnButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=_NEVER_SENT):
    """Does something that its owner alone may, and that needs no more than to be pressed."""

    action = ""

    def __init__(self, owner_id: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(label=label, custom_id=f"bouquet:{self.action}:{owner_id}")
        )
        self.owner_id = owner_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["owner"]))


class DangerButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=_NEVER_SENT
):
    """Yes or no to what an admin asked for and what cannot be taken back."""

    action = ""

    def __init__(
        self, answer: str, admin_id: int, subject_id: int, label: str | None = None
    ) -> None:
        is_yes = answer == "yes"
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.danger if is_yes else discord.ButtonStyle.secondary,
                custom_id=f"bouquet:{self.action}:{answer}:{admin_id}:{subject_id}",
            )
        )
        self.is_yes = is_yes
        self.admin_id = admin_id
        self.subject_id = subject_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(match["answer"], int(match["admin"]), int(match["subject"]))
