"""Discord's own shop: a premium button, an entitlement, coins, and only then is it consumed.

Discord tells neither a price nor a server, only who has what. The buyer's open order says for which
server it is, and until an entitlement is consumed Discord does not sell the same again, so what was
not credited stays visible.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

from bot.payment_errors import PaymentUnknown, RefundIsDiscords, SkuMissing, WebhooksUnknown
from bot.payments.entitlements import PAGE, Entitlement, Entitlements
from bot.payments.provider import (
    CLOCKS_APART_SECONDS,
    NO_CURRENCY,
    ORDER_SECONDS,
    Checkout,
    CheckoutKind,
    Notice,
    PayableOrder,
    Payment,
    Polled,
)
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.payments.discord_webhooks import WebhookReader

# Refunds make the least noise of all, so what is young enough to be refunded is looked through.
SWEEP_EVERY_SECONDS = 60 * 60
SWEPT_SECONDS = 120 * 24 * 60 * 60

_DISCORD_EPOCH_MILLISECONDS = 1_420_070_400_000
_SNOWFLAKE_SHIFT = 22
_MOST_DIGITS = 20
_MOST_SNOWFLAKE = 2**63 - 1
# Nobody knows the price: what was paid is one of it.
_ONE = 1


class DiscordParts(Protocol):
    """What this provider takes of what the registry hands to all."""

    @property
    def clock(self) -> Callable[[], int]:
        """Return the clock (seconds, UTC)."""
        ...

    @property
    def entitlements(self) -> Entitlements | None:
        """Return the app's entitlements, None where no Discord is."""
        ...


class DiscordPremium:
    """Discord's Premium Apps as a provider of payments."""

    name: str = "discord"
    order_seconds: int = ORDER_SECONDS
    currencies: frozenset[str] | None = None  # Discord has a price in each of its own

    def __init__(
        self,
        entitlements: Entitlements,
        clock: Callable[[], int],
        webhooks: "WebhookReader | None" = None,
    ) -> None:
        self._entitlements = entitlements
        self._clock = clock
        self._webhooks = webhooks
        self._has_swept = False
        # The cursor that the last page led to, and when that page was asked for (seconds, UTC).
        self._listing = ("", 0)
        self._listed_at = 0

    @classmethod
    def configured(cls, settings: Settings, parts: DiscordParts) -> Self | None:
        """Return the provider, None unless the operator wants it: the money goes to the app."""
        if not settings.discord_premium or parts.entitlements is None:
            return None
        if settings.discord_public_key is None:
            return cls(parts.entitlements, parts.clock)
        # Only who gets webhooks needs what checks their signatures, and the memory that it takes.
        from bot.payments.discord_webhooks import WebhookReader  # noqa: PLC0415

        webhooks = WebhookReader(settings.discord_public_key, parts.clock)
        return cls(parts.entitlements, parts.clock, webhooks)

    async def start(self, order: PayableOrder) -> Checkout:
        """Let Discord's button sell the order's pack; see PaymentProvider.start.

        Raises:
            SkuMissing: the pack has no number at Discord.
        """
        if not order.sku_id:
            raise SkuMissing
        # Discord hears of no order, so all that is to be known of it stands in its name.
        checkout_id = f"{order.guild_id}-{order.order_id}-{order.expires_at}"
        return Checkout(kind=CheckoutKind.NATIVE, checkout_id=checkout_id)

    def verify(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:
        """Return what a webhook's request says; see PaymentProvider.verify."""
        if self._webhooks is None:
            raise WebhooksUnknown
        return self._webhooks.read(headers, body)

    async def poll(self, cursor: str) -> Polled:
        """Return what was bought after the cursor, and each hour also what changed before it.

        What is not consumed comes up again and again, as nobody knows whether it was credited.
        """
        place = _Place.read(cursor)
        now = self._clock()
        if cursor == self._listing[0]:
            # Who asks from where the last page ended has worked on all that was on it.
            self._listed_at = self._listing[1]
        if not self._has_swept or now - place.swept_at >= SWEEP_EVERY_SECONDS:
            place = place.rewound(now)
        found = await self._entitlements.list(after=place.after)
        self._has_swept = True
        notices = [place.notice_of(one) for one in found if one.is_sale]
        polled = Polled(
            notices=tuple(notice for notice in notices if notice is not None),
            cursor=str(place.moved_to(found[-1].entitlement_id if found else 0)),
            has_more=len(found) >= PAGE,
        )
        self._listing = (polled.cursor, 0 if polled.has_more else now)
        return polled

    async def payment(self, payment_id: str) -> Payment:
        """Return what an entitlement says now, or whether an order still waits for one.

        Discord knows no orders. One waits until all that was bought in its time has been looked at,
        so that an outage costs nobody the bonus they were promised.
        """
        if order := _read_checkout(payment_id):
            guild_id, order_id, expires_at = order
            return Payment(
                payment_id=payment_id,
                guild_id=guild_id,
                order_id=order_id,
                amount_minor=_ONE,
                currency=NO_CURRENCY,
                is_paid=False,
                is_open=self._listed_at < expires_at + CLOCKS_APART_SECONDS,
            )
        return payment_of(await self._find(payment_id))

    async def _find(self, payment_id: str) -> Entitlement:
        wanted = _read_number(payment_id)
        if not wanted:
            raise PaymentUnknown
        # Whether Discord gives one that is deleted by its id is written nowhere; in the list it is.
        for found in await self._entitlements.list(after=wanted - 1, limit=1):
            if found.entitlement_id == wanted:
                return found
        raise PaymentUnknown

    async def refund(self, payment_id: str, amount_minor: int, key: str) -> None:
        """Refuse: an app cannot ask Discord for that.

        Raises:
            RefundIsDiscords: always.
        """
        del payment_id, amount_minor, key
        raise RefundIsDiscords

    async def settled(self, payment: Payment) -> None:
        """Consume what is in the books, so that the same can be bought again."""
        found = await self._find(payment.payment_id)
        if found.is_sale and not found.is_consumed and not found.is_deleted:
            await self._entitlements.consume(found.entitlement_id)

    async def close(self) -> None:
        """Leave the client to whoever has it."""


def payment_of(entitlement: Entitlement) -> Payment:
    """Return an entitlement as a payment; one that nobody bought is for no order at all."""
    is_sale = entitlement.is_sale
    return Payment(
        payment_id=str(entitlement.entitlement_id),
        member_id=entitlement.user_id if is_sale else 0,
        sku_id=entitlement.sku_id if is_sale else 0,
        amount_minor=_ONE,
        currency=NO_CURRENCY,
        is_paid=is_sale,
        paid_at=_made_at(entitlement.entitlement_id),
        refunded_minor=_ONE if is_sale and entitlement.is_deleted else 0,
        is_test=entitlement.is_test,
    )


def created_notice(entitlement: Entitlement) -> Notice | None:
    """Return the notice for a new entitlement, None when nobody bought it."""
    number = str(entitlement.entitlement_id)
    return Notice(f"created:{number}", number) if entitlement.is_sale else None


def changed_notice(entitlement: Entitlement) -> Notice | None:
    """Return the notice for one that was changed, None when all that happened was our doing."""
    number = str(entitlement.entitlement_id)
    if entitlement.is_deleted:
        return deleted_notice(entitlement)
    is_news = entitlement.is_sale and not entitlement.is_consumed
    return Notice("", number) if is_news else None


def deleted_notice(entitlement: Entitlement) -> Notice | None:
    """Return the notice for one that was refunded, None when nobody had bought it."""
    number = str(entitlement.entitlement_id)
    return Notice(f"deleted:{number}", number) if entitlement.is_sale else None


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the list was read: after which entitlement.

    `newest` is the youngest one that was ever seen, `swept_at` when the list was last begun anew
    (seconds, UTC).
    """

    after: int
    newest: int
    swept_at: int

    @classmethod
    def read(cls, cursor: str) -> "_Place":
        numbers = [_read_number(part) for part in cursor.split("-")]
        match numbers:
            case [int(after), int(newest), int(swept_at)]:
                return cls(after, newest, swept_at)
            case _:
                return cls(0, 0, 0)

    def __str__(self) -> str:
        return f"{self.after}-{self.newest}-{self.swept_at}"

    def rewound(self, now: int) -> "_Place":
        return _Place(min(self.after, _first_made_at(now - SWEPT_SECONDS)), self.newest, now)

    def moved_to(self, after: int) -> "_Place":
        after = max(after, self.after)
        return _Place(after, max(after, self.newest), self.swept_at)

    def notice_of(self, entitlement: Entitlement) -> Notice | None:
        """Return what there is to say of an entitlement in the list.

        What is consumed was credited before, unless the books are older than that: then it is newer
        than all that was seen. What was consumed before anything was seen is somebody else's.
        """
        number = entitlement.entitlement_id
        if entitlement.is_deleted:
            # Not the name that the event had: it may have come before Discord's own list knew.
            return Notice(f"refunded:{number}", str(number))
        if entitlement.is_consumed and not 0 < self.newest < number:
            return None
        return Notice("", str(number))


def _read_checkout(payment_id: str) -> tuple[int, int, int] | None:
    """Return guild, order and expiry of a checkout's name, None when it is no such name."""
    match [_read_number(part) for part in payment_id.split("-")]:
        case [int(guild_id), int(order_id), int(expires_at)]:
            return guild_id, order_id, expires_at
        case _:
            return None


def _read_number(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    number = int(text) if is_number else _MOST_SNOWFLAKE + 1
    return number if number <= _MOST_SNOWFLAKE else None


def _made_at(snowflake: int) -> int:
    return ((snowflake >> _SNOWFLAKE_SHIFT) + _DISCORD_EPOCH_MILLISECONDS) // 1000


def _first_made_at(seconds: int) -> int:
    return max(seconds * 1000 - _DISCORD_EPOCH_MILLISECONDS, 0) << _SNOWFLAKE_SHIFT
