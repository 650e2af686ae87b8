"""All services over one set of books, put together in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.ledger.books import Books
from bot.payments.payout_ways import PayoutWays
from bot.payments.provider import PaymentProvider
from bot.services.checkouts import Checkouts
from bot.services.claims import Claims
from bot.services.clock import Clock, utc_now
from bot.services.coin_prices import CoinPrices
from bot.services.conversions import Conversions
from bot.services.declarations import Declarations
from bot.services.earnings import EarningsReports
from bot.services.earnings_access import EarningsAccess
from bot.services.gift_drafts import GiftDrafts
from bot.services.gift_undos import GiftUndos
from bot.services.gifts import Gifts
from bot.services.grants import Grants
from bot.services.guilds import Guilds
from bot.services.letters import Letters
from bot.services.lives import Lives
from bot.services.order_desk import OrderDesk
from bot.services.orders import Orders
from bot.services.outbox import Outbox
from bot.services.own_payments import OwnPaymentBook
from bot.services.packs import Packs
from bot.services.payees import Payees
from bot.services.payment_reviews import PaymentReviews
from bot.services.payment_rounds import PaymentRounds
from bot.services.payout_desk import PayoutDesk
from bot.services.payout_exports import PayoutExports
from bot.services.payout_imports import PayoutImports
from bot.services.payout_sending import PayoutSending
from bot.services.perk_returns import PerkReturns
from bot.services.perks import Perks
from bot.services.promotion_clock import PromotionClock
from bot.services.promotion_drafts import PromotionDrafts
from bot.services.promotion_reports import PromotionReports
from bot.services.promotions import Promotions
from bot.services.purchases import Purchases
from bot.services.rates import Rates
from bot.services.refund_requests import RefundRequests
from bot.services.refund_retries import RefundRetries
from bot.services.refunds import Refunds
from bot.services.seasons import Seasons
from bot.services.settlement import Settlement
from bot.services.shares import Shares
from bot.services.spending_limits import SpendingLimits
from bot.services.splits import Splits
from bot.services.statements import Statements
from bot.services.tallies import Tallies
from bot.services.top_lists import TopLists
from bot.services.wallets import Wallets


@dataclass(frozen=True, slots=True)
class Economy:
    """What a cog is given: every service, and the books to listen to."""

    books: Books
    guilds: Guilds
    coin_prices: CoinPrices
    wallets: Wallets
    orders: Orders
    gifts: Gifts
    gift_drafts: GiftDrafts
    gift_undos: GiftUndos
    grants: Grants
    earnings: EarningsReports
    earnings_access: EarningsAccess
    lives: Lives
    statements: Statements
    tallies: Tallies
    top_lists: TopLists
    conversions: Conversions
    rates: Rates
    splits: Splits
    shares: Shares
    claims: Claims
    payout_desk: PayoutDesk
    payout_exports: PayoutExports
    payout_imports: PayoutImports
    promotions: Promotions
    promotion_drafts: PromotionDrafts
    promotion_reports: PromotionReports
    promotion_clock: PromotionClock
    outbox: Outbox
    packs: Packs
    seasons: Seasons
    declarations: Declarations
    spending_limits: SpendingLimits
    providers: Mapping[str, PaymentProvider]
    settlement: Settlement
    checkouts: Checkouts
    refunds: Refunds
    refund_requests: RefundRequests
    refund_retries: RefundRetries
    order_desk: OrderDesk
    purchases: Purchases
    own_payments: OwnPaymentBook
    payment_reviews: PaymentReviews
    payment_rounds: PaymentRounds
    letters: Letters
    payout_ways: PayoutWays
    payees: Payees
    perks: Perks
    perk_returns: PerkReturns
    payout_sending: PayoutSending

    @classmethod
    def over(
        cls,
        books: Books,
        clock: Clock = utc_now,
        *,
        providers: Mapping[str, PaymentProvider] | None = None,
        payout_ways: PayoutWays | None = None,
    ) -> Self:
        """Return the services over open books.

        `providers` are the ways to pay by their names, `payout_ways` those to pay streamers; they
        may be filled in until the first command comes, as some of them need a client that is made
        of these services.
        """
        providers = {} if providers is None else providers
        settlement = Settlement(books, clock, providers)
        guilds = Guilds(books, clock)
        wallets = Wallets(books, guilds, clock)
        gifts = Gifts(books, guilds, clock)
        promotions = Promotions(books, guilds, clock)
        order_desk = OrderDesk(books)
        claims = Claims(books, clock)
        refunds = Refunds(books, providers, settlement)
        payout_ways = payout_ways or PayoutWays()
        payees = Payees(books, guilds, payout_ways, clock)
        perks = Perks(books, clock)
        return cls(
            books=books,
            guilds=guilds,
            coin_prices=CoinPrices(books),
            wallets=wallets,
            orders=Orders(books, guilds, clock),
            gifts=gifts,
            gift_drafts=GiftDrafts(books, guilds, gifts, clock),
            gift_undos=GiftUndos(books, gifts, clock),
            grants=Grants(books, clock),
            earnings=EarningsReports(books, guilds, wallets, clock),
            earnings_access=EarningsAccess(books, guilds, clock),
            lives=Lives(books, guilds, clock),
            statements=Statements(books, guilds, clock),
            tallies=Tallies(books, clock),
            top_lists=TopLists(books, guilds, clock),
            conversions=Conversions(books, guilds, clock),
            rates=Rates(books, guilds, clock),
            splits=Splits(books, guilds, clock),
            shares=Shares(books, clock),
            claims=claims,
            payout_desk=PayoutDesk(books, claims),
            payout_exports=PayoutExports(books, clock),
            payout_imports=PayoutImports(books, clock),
            promotions=promotions,
            promotion_drafts=PromotionDrafts(books, promotions, clock),
            promotion_reports=PromotionReports(books, promotions, clock),
            promotion_clock=PromotionClock(books, clock),
            outbox=Outbox(books, clock),
            packs=Packs(books, clock),
            seasons=Seasons(books, guilds, clock),
            declarations=Declarations(books, clock),
            spending_limits=SpendingLimits(books, guilds, clock),
            providers=providers,
            settlement=settlement,
            checkouts=Checkouts(books, clock, providers, settlement),
            refunds=refunds,
            refund_requests=RefundRequests(books, clock, order_desk, refunds),
            refund_retries=RefundRetries(books, clock, refunds),
            order_desk=order_desk,
            purchases=Purchases(books),
            own_payments=OwnPaymentBook(books, clock),
            payment_reviews=PaymentReviews(books, clock),
            payment_rounds=PaymentRounds(providers, settlement, clock),
            letters=Letters(books, clock),
            payout_ways=payout_ways,
            payees=payees,
            perks=perks,
            perk_returns=PerkReturns(books, payout_ways, clock),
            payout_sending=PayoutSending(claims, payees, perks, payout_ways, clock),
        )
