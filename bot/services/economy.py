"""All services over one set of books, put together in one place."""

from dataclasses import dataclass
from typing import Self

from bot.ledger.books import Books
from bot.services.claims import Claims
from bot.services.clock import Clock, utc_now
from bot.services.conversions import Conversions
from bot.services.earnings import EarningsReports
from bot.services.gift_drafts import GiftDrafts
from bot.services.gift_undos import GiftUndos
from bot.services.gifts import Gifts
from bot.services.grants import Grants
from bot.services.guilds import Guilds
from bot.services.orders import Orders
from bot.services.outbox import Outbox
from bot.services.promotion_clock import PromotionClock
from bot.services.promotion_drafts import PromotionDrafts
from bot.services.promotion_reports import PromotionReports
from bot.services.promotions import Promotions
from bot.services.wallets import Wallets


@dataclass(frozen=True, slots=True)
class Economy:
    """What a cog is given: every service, and the books to listen to."""

    books: Books
    guilds: Guilds
    wallets: Wallets
    orders: Orders
    gifts: Gifts
    gift_drafts: GiftDrafts
    gift_undos: GiftUndos
    grants: Grants
    earnings: EarningsReports
    conversions: Conversions
    claims: Claims
    promotions: Promotions
    promotion_drafts: PromotionDrafts
    promotion_reports: PromotionReports
    promotion_clock: PromotionClock
    outbox: Outbox

    @classmethod
    def over(cls, books: Books, clock: Clock = utc_now) -> Self:
        """Return the services over open books."""
        guilds = Guilds(books, clock)
        wallets = Wallets(books)
        gifts = Gifts(books, guilds, clock)
        promotions = Promotions(books, guilds, clock)
        return cls(
            books=books,
            guilds=guilds,
            wallets=wallets,
            orders=Orders(books, guilds, clock),
            gifts=gifts,
            gift_drafts=GiftDrafts(books, guilds, gifts, clock),
            gift_undos=GiftUndos(books, gifts, clock),
            grants=Grants(books, clock),
            earnings=EarningsReports(books, wallets, clock),
            conversions=Conversions(books, guilds, clock),
            claims=Claims(books, guilds, clock),
            promotions=promotions,
            promotion_drafts=PromotionDrafts(books, promotions, clock),
            promotion_reports=PromotionReports(books, promotions, clock),
            promotion_clock=PromotionClock(books, clock),
            outbox=Outbox(books, clock),
        )
