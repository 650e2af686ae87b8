"""`/economy orders`, `confirm`, `refund`: money that waits for an admin, came in, or goes back."""

import re
from typing import Any, Self

import discord
from discord import app_commands
from typing_extensions import override

from bot.currencies import Money
from bot.payments.own_payments import OwnPayment
from bot.payments.provider import Notice
from bot.services.economy import Economy
from bot.services.grants import MOST_REASON_CHARACTERS, check_reason
from bot.services.money import parse_money
from bot.services.own_payments import MANUAL_PROVIDER
from bot.services.payment_booking import Outcome
from bot.services.plain_text import plain
from bot.texts import Texts
from cogs.answers import Answer, Asker, Kind, answering, economy_of, texts_of
from cogs.base import EconomyCog
from cogs.checkout import settings_of
from cogs.economy_mode import missing_of
from cogs.order_words import (
    REVIEWS_SHOWN,
    ask_refund_embed,
    confirmed_embed,
    kept_embed,
    order_choice,
    order_embed,
    orders_embed,
    refunded_embed,
    stays_embed,
)
from cogs.repeated_buttons import DangerButton

# A form that was closed tells nobody, so it is forgotten after a while.
FORM_SECONDS = 60 * 60
_MOST_TYPED_CHARACTERS = 60
_MOST_CHOICE_CHARACTERS = 100
_PAGES_ROW = 1

Typed = app_commands.Range[str, 1, _MOST_TYPED_CHARACTERS]
Card = tuple[discord.Embed, discord.ui.View]


async def orders_card(answer: Answer, economy: Economy, admin: Asker, after: int = 0) -> Card:
    """Return what waits for an admin, with the buttons that settle payments and turn pages."""
    reviews = await economy.payment_reviews.waiting(admin.guild_id)
    page = await economy.order_desk.waiting(admin.guild_id, after=after)
    ordered = await economy.order_desk.numbered(
        admin.guild_id, [review.order_id for review in reviews[:REVIEWS_SHOWN]]
    )
    is_paid = (await settings_of(economy, admin.guild_id)).is_paid
    missing = await missing_of(answer, economy, admin.guild_id) if is_paid else []
    view, texts = discord.ui.View(), answer.texts
    for review in reviews[:REVIEWS_SHOWN]:
        view.add_item(DismissButton(review.review_id, texts))
    for begin, label in ((page.older, texts("Older")), (page.newer, texts("Newer"))):
        if begin is not None:
            view.add_item(OrdersButton(begin, label))
    return orders_embed(texts, reviews, ordered, page, missing), view


class OrdersButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:orders:(?P<after>\d+)",
):
    """Turns to another page of the orders that wait."""

    def __init__(self, after: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(label=label, row=_PAGES_ROW, custom_id=f"bouquet:orders:{after}")
        )
        self.after = after

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["after"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            admin, economy = answer.admin(), economy_of(interaction)
            embed, view = await orders_card(answer, economy, admin, self.after)
            await answer.update(embed=embed, view=view)


class DismissButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:review:(?P<review>\d+)",
):
    """Settles a payment that fits no order, once an admin dealt with it; first asks how."""

    def __init__(self, review_id: int, texts: Texts | None = None) -> None:
        label = texts("Settle {number:receipt}", number=review_id) if texts else None
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                row=0,
                custom_id=f"bouquet:review:{review_id}",
            )
        )
        self.review_id = review_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["review"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.admin()
            await answer.ask(DismissForm(answer, self.review_id))


class DismissForm(discord.ui.Modal):
    """Asks what an admin did about a payment."""

    def __init__(self, answer: Answer, review_id: int) -> None:
        texts = answer.texts
        super().__init__(
            title=texts("Settle payment {number:receipt}", number=review_id),
            timeout=FORM_SECONDS,
            # Two admins may have the same form open; each is answered.
            custom_id=f"bouquet:review_form:{review_id}:{answer.key}",
        )
        self.review_id = review_id
        self.words: discord.ui.TextInput[Self] = discord.ui.TextInput(
            custom_id="words",
            placeholder=texts("Sent back by transfer on Monday"),
            max_length=MOST_REASON_CHARACTERS,
        )
        self.add_item(
            discord.ui.Label(
                text=texts("What did you do about it?"),
                description=texts("It stays in the books. Nothing is credited or sent by this."),
                component=self.words,
            )
        )

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            admin, economy = answer.admin(), economy_of(interaction)
            note = check_reason(plain(self.words.value))
            await economy.payment_reviews.dismiss(
                admin.guild_id, admin.member_id, self.review_id, note
            )
            embed, view = await orders_card(answer, economy, admin)
            await answer.update(embed=embed, view=view)


class RefundButton(
    DangerButton,
    template=r"bouquet:refund:(?P<answer>yes|no):(?P<admin>\d+):(?P<subject>\d+)",
):
    """Sends a refund that was looked at, or leaves it."""

    action = "refund"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.admin_id)
            admin = answer.admin()
            if not self.is_yes:
                await answer.update(embed=stays_embed(answer.texts), view=None)
                return
            sent = await economy_of(interaction).refund_requests.send(
                admin.guild_id, admin.member_id, self.subject_id
            )
            await answer.update(embed=refunded_embed(answer.texts, sent), view=None)


class OrdersPart(EconomyCog):
    """Money that comes in and goes back."""

    @app_commands.command()
    @app_commands.describe(code="One order, like K7QM-2PXD; leave it out to see what waits")
    async def orders(
        self, interaction: discord.Interaction[Any], code: Typed | None = None
    ) -> None:
        """See the orders and payments that wait for you, or one order."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            if code is not None:
                found = await self._economy.order_desk.find(admin.guild_id, code)
                await answer.show(embed=order_embed(answer.texts, found))
                return
            embed, view = await orders_card(answer, self._economy, admin)
            await answer.show(embed=embed, view=view)

    @app_commands.command()
    @app_commands.describe(
        code="The order's code, as it stands on the transfer",
        amount="What came in, if it was not the price",
    )
    async def confirm(
        self, interaction: discord.Interaction[Any], code: Typed, amount: Typed | None = None
    ) -> None:
        """Say that the money for an order came in; its coins are credited at once."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            guild_id, desk = admin.guild_id, self._economy.order_desk
            payment = await self._economy.own_payments.order_of_code(guild_id, code)
            before = await desk.find(guild_id, code)
            money = before.price
            if amount is not None:
                locale = str(interaction.locale)
                money = Money(parse_money(plain(amount), money.currency, locale), money.currency)
            outcome = await self._confirm(admin, payment, money)
            if outcome is Outcome.REVIEW:
                number = await self._economy.payment_reviews.number_of(
                    guild_id, MANUAL_PROVIDER, payment.payment_id
                )
                await answer.show(embed=kept_embed(answer.texts, before, money, number))
                return
            found = await desk.find(guild_id, code)
            lost = max(before.order.bonus_coins - found.order.bonus_coins, 0)
            embed = confirmed_embed(answer.texts, found, outcome, lost_bonus_coins=lost)
            await answer.show(embed=embed)

    async def _confirm(self, admin: Asker, payment: OwnPayment, money: Money) -> Outcome:
        """Note that the money was seen, and let the books follow as with any other provider."""
        await self._economy.own_payments.confirm(
            admin.guild_id,
            payment.order_id,
            admin.member_id,
            amount_minor=money.minor,
            currency=money.currency,
        )
        notice = Notice("", payment.payment_id)
        return (await self._economy.settlement.settle(MANUAL_PROVIDER, notice)).outcome

    @app_commands.command()
    @app_commands.describe(
        order="The order's code",
        reason="Why; it stays in the books",
        amount="How much of it; all that is left when you leave it out",
    )
    async def refund(
        self,
        interaction: discord.Interaction[Any],
        order: Typed,
        reason: app_commands.Range[str, 1, MOST_REASON_CHARACTERS],
        amount: Typed | None = None,
    ) -> None:
        """Give the money of an order back; you see first what that does."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            request = await self._economy.refund_requests.ask(
                admin.guild_id,
                interaction.id,
                admin.member_id,
                code=order,
                reason=reason,
                typed=None if amount is None else plain(amount),
                locale=str(interaction.locale),
            )
            texts, view = answer.texts, discord.ui.View()
            label = texts("Give {amount} back", amount=request.amount)
            view.add_item(RefundButton("yes", admin.member_id, request.request_id, label))
            label = texts("Leave it")
            view.add_item(RefundButton("no", admin.member_id, request.request_id, label))
            await answer.show(embed=ask_refund_embed(texts, request), view=view)

    @orders.autocomplete("code")
    @confirm.autocomplete("code")
    async def suggest_waiting(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest the orders that wait for their money, by their codes."""
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        texts, desk = await texts_of(interaction), self._economy.order_desk
        return [
            app_commands.Choice(
                name=order_choice(texts, order)[:_MOST_CHOICE_CHARACTERS], value=order.code
            )
            for order in await desk.to_confirm(interaction.guild_id, typed)
        ]

    @refund.autocomplete("order")
    async def suggest_paid(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest orders of which money can go back, by their codes, the newest first."""
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        texts, desk = await texts_of(interaction), self._economy.order_desk
        return [
            app_commands.Choice(
                name=order_choice(texts, order)[:_MOST_CHOICE_CHARACTERS], value=order.code
            )
            for order in await desk.to_refund(interaction.guild_id, typed)
        ]
