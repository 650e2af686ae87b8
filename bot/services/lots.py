"""Which purchase paid for which gift: every purchase is a lot of coins, and the oldest goes first.

Nothing is stored for it. What happened to a member's paid coins stands in the books in its order,
and reading it again says of each lot what is left and which gifts it paid for. That is done when
money goes back, which is rare, so gifts, which are not, pay nothing for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Bought:
    """Coins that came with an order, or came again after a refund that failed."""

    order_id: int
    coins: int


@dataclass(frozen=True, slots=True)
class Spent:
    """Paid coins that went into a gift, with the fee."""

    gift_id: int
    coins: int


@dataclass(frozen=True, slots=True)
class Undone:
    """A gift that was taken back: its coins are in the lots again that they came from."""

    gift_id: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Unspent coins of a lot that a refund took."""

    order_id: int
    coins: int


@dataclass(frozen=True, slots=True)
class Returned:
    """Coins of a lot that a refund took out of a gift again."""

    order_id: int
    gift_id: int
    coins: int


Happening = Bought | Spent | Undone | Taken | Returned


@dataclass(slots=True)
class Lot:
    """What is left of a purchase (coins), and which gifts it paid for, by entry (coins)."""

    order_id: int
    unspent_coins: int = 0
    spent_coins: dict[int, int] = field(default_factory=dict[int, int])


class Lots:
    """The lots of one member after everything that happened, oldest first."""

    def __init__(self, happenings: Iterable[Happening] = ()) -> None:
        self._lots: list[Lot] = []
        self._by_order: dict[int, Lot] = {}
        self._payers: dict[int, list[Lot]] = {}
        # No lot before this one has anything left.
        self._first = 0
        for happening in happenings:
            self.apply(happening)

    def of(self, order_id: int) -> Lot:
        """Return an order's lot, an empty one when all of it went into a debt."""
        return self._by_order.get(order_id) or Lot(order_id)

    @property
    def unspent_coins(self) -> int:
        """Return what all lots have left together: the balance of the member's paid coins."""
        return sum(lot.unspent_coins for lot in self._lots)

    def apply(self, happening: Happening) -> None:
        """Let one more thing happen; coins that no lot has are a defect, and raise ValueError."""
        match happening:
            case Bought(order_id, coins):
                self._buy(order_id, coins)
            case Spent(gift_id, coins):
                self._spend(gift_id, coins)
            case Undone(gift_id):
                self._undo(gift_id)
            case Taken(order_id, coins):
                lot = self._by_order[order_id]
                lot.unspent_coins = _less(lot.unspent_coins, coins)
            case Returned(order_id, gift_id, coins):
                spent = self._by_order[order_id].spent_coins
                spent[gift_id] = _less(spent[gift_id], coins)

    def _buy(self, order_id: int, coins: int) -> None:
        lot = self._by_order.get(order_id)
        if lot is None:
            lot = self._by_order[order_id] = Lot(order_id)
            self._lots.append(lot)
        lot.unspent_coins += coins
        self._first = 0

    def _spend(self, gift_id: int, coins: int) -> None:
        payers = self._payers.setdefault(gift_id, [])
        while coins:
            if self._first == len(self._lots):
                message = f"gift {gift_id} spent {coins} coins that no lot has"
                raise ValueError(message)
            lot = self._lots[self._first]
            part = min(coins, lot.unspent_coins)
            if part:
                lot.unspent_coins -= part
                lot.spent_coins[gift_id] = lot.spent_coins.get(gift_id, 0) + part
                payers.append(lot)
                coins -= part
            if not lot.unspent_coins:
                self._first += 1

    def _undo(self, gift_id: int) -> None:
        for lot in self._payers.pop(gift_id, []):
            lot.unspent_coins += lot.spent_coins.pop(gift_id, 0)
        self._first = 0


def _less(coins: int, taken: int) -> int:
    if not 0 <= taken <= coins:
        message = f"{taken} coins were taken from a lot that had {coins}"
        raise ValueError(message)
    return coins - taken


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidGift:
    """A gift as far as its paid coins go.

    `coins` is what the giver paid with paid coins, `fee_coins` the part of it that was the guild's
    fee, `returned_coins` what refunds took out of it so far, of whichever lot.
    """

    gift_id: int
    streamer_id: int
    coins: int
    fee_coins: int
    returned_coins: int

    def fee_of(self, coins: int) -> int:
        """Return how much of the next `coins` that go back was fee; all parts make the whole."""
        after = self.fee_coins * (self.returned_coins + coins) // self.coins
        return after - self.fee_coins * self.returned_coins // self.coins


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftPart:
    """Coins that go out of a gift again; `fee_coins` of them come from the guild's fee."""

    gift_id: int
    streamer_id: int
    coins: int
    fee_coins: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """Where the coins of a reversed lot come from; `debt_coins` are what the buyer owes."""

    unspent_coins: int
    gifts: tuple[GiftPart, ...]
    debt_coins: int

    @property
    def gift_coins(self) -> int:
        """Return what comes out of gifts."""
        return sum(part.coins for part in self.gifts)


def plan_reversal(
    lot: Lot, coins: int, gifts: Iterable[PaidGift], earned_coins: dict[int, int]
) -> Reversal:
    """Return where `coins` of a lot come from: what is unspent, then gifts, then a debt.

    `gifts` are those that have not passed their hold; the newest goes first. `earned_coins` says by
    streamer what can still be taken: what was converted is never taken back.
    """
    unspent = min(coins, lot.unspent_coins)
    rest = coins - unspent
    left = dict(earned_coins)
    parts: list[GiftPart] = []
    for gift in sorted(gifts, key=lambda gift: gift.gift_id, reverse=True):
        most = min(rest, lot.spent_coins.get(gift.gift_id, 0))
        part = _part(gift, most, left.get(gift.streamer_id, 0))
        if part.coins:
            left[gift.streamer_id] -= part.coins - part.fee_coins
            rest -= part.coins
            parts.append(part)
    return Reversal(unspent, tuple(parts), rest)


def _part(gift: PaidGift, most: int, earned: int) -> GiftPart:
    """Return as much of a gift as its streamer still has, found by halving."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if middle - gift.fee_of(middle) <= earned:
            least = middle
        else:
            most = middle - 1
    return GiftPart(
        gift_id=gift.gift_id,
        streamer_id=gift.streamer_id,
        coins=least,
        fee_coins=gift.fee_of(least),
    )
