"""What admins read about orders and payments: those that wait, one of them, refunds."""

from collections.abc import Mapping

import discord

from bot.currencies import Money
from bot.payments.provider import NO_CURRENCY
from bot.services.money_orders import MoneyOrder
from bot.services.order_desk import DeskOrder, OrderPayment, WaitingPage
from bot.services.own_payments import MANUAL_PROVIDER
from bot.services.payment_booking import Outcome
from bot.services.payment_reviews import REVIEW_REASONS, Review
from bot.services.refund_requests import RefundRequest, RefundSent
from bot.texts import N_, Texts
from cogs.checkout_words import provider_words
from cogs.looks import COIN, COIN_COLOUR, GARDEN_COLOUR, QUIET_COLOUR, quoted

_UNANSWERED = N_("no answer yet; it is asked for again by itself")

# As many as there is room for beside the orders that wait.
REVIEWS_SHOWN = 5


def orders_embed(
    texts: Texts,
    reviews: tuple[Review, ...],
    ordered: Mapping[int, MoneyOrder],
    page: WaitingPage,
    missing: list[str],
) -> discord.Embed:
    """Return what waits for an admin; `ordered` are the orders that payments are about."""
    embed = discord.Embed(title=texts("Orders and payments"), colour=COIN_COLOUR)
    lines = list(missing)
    if not reviews and not page.orders:
        lines.append(
            texts("Nothing waits for you. Orders that are paid by hand appear here as they come.")
        )
    for review in reviews[:REVIEWS_SHOWN]:
        embed.add_field(
            name=texts(
                "⚠️ Payment {number:receipt}: {amount}",
                number=review.review_id,
                amount=_amount(texts, review.amount_minor, review.currency),
            ),
            value=_review_text(texts, review, ordered.get(review.order_id)),
            inline=False,
        )
    if reviews:
        lines.append(
            texts(
                "Payments that fit no order were not credited. Give the money back where it came"
                " in, or leave it there, then settle the number with a note."
            )
        )
    if len(reviews) > REVIEWS_SHOWN:
        lines.append(texts("More payments come up once these are settled."))
    for order in page.orders:
        name, text = _order_name(texts, order), _order_text(texts, order)
        embed.add_field(name=name, value=text, inline=False)
    if page.orders:
        lines.append(
            texts.plural(
                "{count} order waits for its money. `/economy confirm code:` credits it once you"
                " saw that the money is there.",
                "{count} orders wait for their money. `/economy confirm code:` credits one once"
                " you saw that its money is there.",
                page.count,
            )
        )
    embed.description = "\n".join(lines)
    return embed


def _amount(texts: Texts, minor: int, currency: str) -> str:
    """Return an amount of money; some shops do not tell theirs."""
    if currency == NO_CURRENCY:
        return texts("price not told")
    return texts("{amount}", amount=Money(minor, currency))


def _review_text(texts: Texts, review: Review, order: MoneyOrder | None) -> str:
    lines = [texts(REVIEW_REASONS[review.reason.value])]
    if order is not None:
        lines.append(
            texts(
                "Order `{code}` of {member} costs {price}.",
                code=order.code,
                member=f"<@{order.member_id}>",
                price=Money(order.price_minor, order.currency),
            )
        )
    way = provider_words(texts, review.provider)
    lines.append(
        f"-# {texts('payment `{payment}`', payment=review.payment_id)} · {way} ·"
        f" {texts('{at:until}', at=review.noted_at)}"
    )
    return "\n".join(lines)


def _order_name(texts: Texts, order: MoneyOrder) -> str:
    price = texts("{price}", price=Money(order.price_minor, order.currency))
    return f"⏳ {order.code} · {price}"


def _order_text(texts: Texts, order: MoneyOrder) -> str:
    text = _coins(texts, order) + " · " + f"<@{order.member_id}>"
    if order.bonus_coins:
        until = texts("bonus and order wait until {end:at}", end=order.expires_at)
    else:
        until = texts("waits until {end:at}", end=order.expires_at)
    return f"{text}\n-# {until}"


def _coins(texts: Texts, order: MoneyOrder) -> str:
    text = f"{COIN} **{texts.number(order.coins)}**"
    if order.bonus_coins:
        text += texts(" + {bonus} bonus", bonus=order.bonus_coins)
    return text


def order_choice(texts: Texts, order: MoneyOrder) -> str:
    """Return an order as one line among choices."""
    price = texts("{price}", price=Money(order.price_minor, order.currency))
    return f"{order.code} · {texts.bare(order.coins)} · {price}"


def order_embed(texts: Texts, found: DeskOrder) -> discord.Embed:
    """Return everything that an admin may want to know about one order."""
    order, payment = found.order, found.payment
    embed = discord.Embed(
        title=texts("Order {code}", code=order.code),
        description=_state(texts, found),
        colour=COIN_COLOUR if order.state == "open" else GARDEN_COLOUR,
    )
    embed.add_field(name=texts("Buyer"), value=f"<@{order.member_id}>")
    embed.add_field(name=texts("Coins"), value=_coins(texts, order))
    embed.add_field(name=texts("Price"), value=texts("{price}", price=found.price))
    embed.add_field(name=texts("Ordered"), value=texts("{at:at}", at=order.ordered_at))
    embed.add_field(name=texts("Members pay"), value=provider_words(texts, order.provider))
    if payment is not None:
        embed.add_field(name=texts("Paid"), value=_paid_text(texts, payment))
        if payment.back_minor:
            embed.add_field(name=texts("Went back"), value=_back_text(texts, payment))
        embed.set_footer(text=texts("Payment {payment}", payment=payment.payment_id))
    for refund in found.refunds:
        embed.add_field(
            name=texts("Refund of {amount}", amount=refund.amount),
            value=f"{quoted(refund.reason)}\n-# <@{refund.admin_id}> · "
            + (texts("{at:at}", at=refund.sent_at) if refund.sent_at else texts(_UNANSWERED)),
            inline=False,
        )
    return embed


def _state(texts: Texts, found: DeskOrder) -> str:
    order = found.order
    if found.payment is not None:
        return _paid_state(texts, found.payment)
    if order.state != "open":
        return texts(
            "▫️ Closed, as no money came in time. What comes late is credited all the same."
        )
    if order.provider == MANUAL_PROVIDER:
        return texts(
            "⏳ Waits for its money until {end:at}. `/economy confirm` credits it once you saw that"
            " the money is there.",
            end=order.expires_at,
        )
    return texts("⏳ Waits for its money until {end:at}.", end=order.expires_at)


def _paid_state(texts: Texts, payment: OrderPayment) -> str:
    if payment.disputes_open:
        return texts("⚖️ Disputed: the buyer's wallet rests until that is decided.")
    if payment.left_minor == 0:
        return texts("↩️ All of the money went back.")
    if payment.back_minor:
        return texts("↩️ Paid, and a part of the money went back.")
    return texts("✅ Paid and credited. `/economy refund` gives money back.")


def _paid_text(texts: Texts, payment: OrderPayment) -> str:
    amount = _amount(texts, payment.amount_minor, payment.currency)
    if payment.is_test:
        amount += " · " + texts("a test, so it brought bonus coins")
    return f"{amount}\n-# {texts('{at:at}', at=payment.paid_at)}"


def _back_text(texts: Texts, payment: OrderPayment) -> str:
    back = _amount(texts, payment.back_minor, payment.currency)
    return f"{back}\n-# " + texts("{left} left", left=payment.left)


def confirmed_embed(
    texts: Texts, found: DeskOrder, outcome: Outcome, *, lost_bonus_coins: int
) -> discord.Embed:
    """Return what came of a payment that was confirmed in full."""
    order = found.order
    if outcome is not Outcome.CREDITED:
        embed = order_embed(texts, found)
        embed.description = texts("This was confirmed before, and counted once.")
        return embed
    lines = [
        texts(
            "{price} for order `{code}`: {coins} for {member}, who gets a letter about it.",
            price=found.price,
            code=order.code,
            coins=_coins(texts, order),
            member=f"<@{order.member_id}>",
        )
    ]
    if lost_bonus_coins:
        lines.append(
            texts(
                "The bonus of {coins:coins} had run out when the money came, so it is not in.",
                coins=lost_bonus_coins,
            )
        )
    return discord.Embed(
        title=texts("Order {code} is paid", code=order.code),
        description="\n".join(lines),
        colour=GARDEN_COLOUR,
    ).set_footer(text=texts("Receipt {number:receipt}", number=order.entry_id))


def kept_embed(texts: Texts, found: DeskOrder, amount: Money, number: int | None) -> discord.Embed:
    """Return that money was noted and not credited; `number` is what it waits under."""
    if number is None:
        said = texts("It was looked at before and settled, so nothing is left to do.")
    else:
        said = texts(
            "It waits as **#{number}** in `/economy orders`. Give the money back, or let the"
            " buyer order anew and confirm that order with the right amount; then settle the"
            " number with a note.",
            number=str(number),
        )
    return discord.Embed(
        title=texts("Kept for review, not credited"),
        description=texts(
            "{amount} is noted for order `{code}`, which costs {price}.",
            amount=amount,
            code=found.order.code,
            price=found.price,
        )
        + "\n"
        + said,
        colour=COIN_COLOUR,
    )


def ask_refund_embed(texts: Texts, request: RefundRequest) -> discord.Embed:
    """Return what a refund would do, before it is sent."""
    order = request.found.order
    embed = discord.Embed(
        title=texts("Give {amount} back?", amount=request.amount),
        description="\n".join([*_refund_lines(texts, request), quoted(request.reason)]),
        colour=COIN_COLOUR,
    )
    embed.add_field(name=texts("Order"), value=f"`{order.code}`")
    embed.add_field(name=texts("Buyer"), value=f"<@{order.member_id}>")
    embed.add_field(name=texts("Members pay"), value=provider_words(texts, order.provider))
    return embed.set_footer(text=texts("Nothing is given back yet."))


def _refund_lines(texts: Texts, request: RefundRequest) -> list[str]:
    member = f"<@{request.found.order.member_id}>"
    if request.found.is_past:
        return [texts("The order is of a season that is over, so no coins go back.")]
    lines: list[str] = []
    if request.coins:
        lines.append(
            texts(
                # The money that goes back for them stands beside.
                "**{coins:bare}** go back from {member}: first those not spent, then out of gifts"
                " that can still be taken back, and what is left {member} owes.",
                coins=request.coins,
                member=member,
            )
        )
    if request.bonus_coins:
        lines.append(
            texts(
                "Up to **{coins:coins}** of bonus go with them, as far as they are there.",
                coins=request.bonus_coins,
            )
        )
    if request.found.order.provider == MANUAL_PROVIDER:
        lines.append(
            texts("You give the money back by hand: nobody else does. Press first, then send it.")
        )
    return lines


def refunded_embed(texts: Texts, sent: RefundSent) -> discord.Embed:
    """Return what came of a refund."""
    is_by_hand = sent.provider == MANUAL_PROVIDER
    embed = discord.Embed(
        title=texts("Give the money back by hand now")
        if is_by_hand
        else texts("{amount} goes back", amount=sent.amount),
        description="\n".join(_sent_lines(texts, sent)),
        colour=GARDEN_COLOUR,
    )
    return embed.set_footer(text=texts("Order {code}", code=sent.code))


def _sent_lines(texts: Texts, sent: RefundSent) -> list[str]:
    member = f"<@{sent.member_id}>"
    lines: list[str] = []
    if sent.provider == MANUAL_PROVIDER:
        lines.append(
            texts(
                "**{amount}** is noted as given back to {member}: please send it the way it came.",
                amount=sent.amount,
                member=member,
            )
        )
    if not sent.is_booked:
        lines.append(
            texts(
                "The payment service took it on and is working on it. The coins follow by"
                " themselves, and {member} gets a letter then.",
                member=member,
            )
        )
        return [*lines, quoted(sent.reason)]
    if sent.coins or sent.bonus_coins:
        lines.append(
            texts(
                # The money that went back for them stands beside; what follows are parts of them.
                "**{coins:bare}** went back from {member}, who gets a letter about it.",
                coins=sent.coins or sent.bonus_coins,
                member=member,
            )
        )
    else:
        lines.append(texts("No coins had to go back."))
    for coins, words in (
        (sent.unspent_coins, texts("{coins:bare} were not spent yet", coins=sent.unspent_coins)),
        (sent.gift_coins, texts("{coins:bare} came out of gifts", coins=sent.gift_coins)),
        (sent.debt_coins, texts("{coins:coins} the buyer owes now", coins=sent.debt_coins)),
    ):
        if coins:
            lines.append(f"- {words}")
    return [*lines, quoted(sent.reason)]


def stays_embed(texts: Texts) -> discord.Embed:
    """Return that no refund was sent."""
    return discord.Embed(description=texts("Nothing was given back."), colour=QUIET_COLOUR)
