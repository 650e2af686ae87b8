"""The streamer's side once more, in plain Python: holds, rates, splits, refunds and disputes.

A gift knows which purchases paid for it and whether it has passed its hold, and everything else is
added up anew. Claims are in `claims_model`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from tests.proofs.claims_model import ClaimsModel
from tests.proofs.model import Refused

DAY_SECONDS = 24 * 60 * 60
UNDO_SECONDS = 30
PRICE_MINOR = 1_000


@dataclass
class ModelOrder:
    """A purchase: what it brought, what went back of its money, and what is left of its coins."""

    member: int
    coins: int
    refunded: int = 0
    lost: int = 0
    is_disputed: bool = False
    reversed: int = 0
    unspent: int = 0


@dataclass
class ModelGift:
    """A gift, with what each purchase paid of it, also of what waits for banks (coins)."""

    number: int
    giver: int
    streamer: int
    parts: dict[int, int]
    bonus: int
    fee_percent: int
    sent_at: int
    has_passed: bool = False
    is_undone: bool = False
    returned: int = 0
    disputed: dict[int, int] = field(default_factory=dict[int, int])
    paid: int = 0

    def net_of(self, coins: int) -> int:
        """Return what the first `coins` that go back take from the streamer."""
        return coins - self.paid * self.fee_percent // 100 * coins // self.paid if coins else 0

    @property
    def net_paid(self) -> int:
        """Return what is left of it for the streamer, of paid coins."""
        return 0 if self.is_undone else self.net_of(self.paid) - self.net_of(self.returned)

    @property
    def net_bonus(self) -> int:
        """Return what is left of it for the streamer, of bonus coins."""
        return 0 if self.is_undone else self.bonus - self.bonus * self.fee_percent // 100

    @property
    def waits_for_banks(self) -> int:
        """Return the coins that wait for a bank to decide."""
        if self.is_undone:
            return 0
        return self.net_of(self.returned + sum(self.disputed.values())) - self.net_of(self.returned)


@dataclass
class KeptRate:
    """Coins received up to a gift that keep older rates."""

    through: int
    paid: int
    bonus: int
    paid_rate: Fraction
    bonus_rate: Fraction


@dataclass
class ModelSplit:
    """An agreement over the gifts after `begins`, up to `ends`, looked at up to `settled`."""

    streamer: int
    percents: dict[int, int]
    agreed: set[int] = field(default_factory=set[int])
    state: str = "proposed"
    begins: int = 0
    settled: int = 0
    ends: int | None = None
    waiting: set[int] = field(default_factory=set[int])
    paid: int = 0
    bonus: int = 0

    def has_shared(self, number: int) -> bool:
        """Tell whether a gift was shared."""
        return (
            self.state in {"active", "over"}
            and self.begins < number <= self.settled
            and (self.ends is None or number <= self.ends)
            and number not in self.waiting
        )


@dataclass
class Purse:
    """What one person has besides what is in claims."""

    bonus: int = 0
    debt: int = 0
    earned_paid: int = 0
    earned_bonus: int = 0
    kept: list[KeptRate] = field(default_factory=list[KeptRate])

    def lessen(self, number: int, paid: int, bonus: int) -> None:
        """Coins of a gift are gone; if they kept a rate, fewer keep it."""
        for kept in self.kept:
            if kept.through >= number:
                kept.paid = max(kept.paid - paid, 0)
                kept.bonus = max(kept.bonus - bonus, 0)
                return


@dataclass
class StreamerModel:
    """One guild that takes money."""

    now: int
    hold_days: int
    fee_percent: int
    paid_rate: Fraction
    bonus_rate: Fraction
    claims: ClaimsModel = field(default_factory=ClaimsModel)
    purses: dict[int, Purse] = field(default_factory=dict[int, Purse])
    orders: dict[int, ModelOrder] = field(default_factory=dict[int, ModelOrder])
    lots: list[int] = field(default_factory=list[int])
    gifts: list[ModelGift] = field(default_factory=list[ModelGift])
    splits: list[ModelSplit] = field(default_factory=list[ModelSplit])
    converted: int = 0

    def of(self, person: int) -> Purse:
        """Return what a person has."""
        return self.purses.setdefault(person, Purse())

    # Time and rules -----------------------------------------------------------------------------

    def look_at_the_clock(self) -> None:
        """Let gifts pass their hold; what has passed it stays free for ever."""
        for gift in self.gifts:
            if gift.sent_at + self.hold_days * DAY_SECONDS <= self.now:
                gift.has_passed = True

    def advance(self, seconds: int) -> None:
        """Let time go by."""
        self.now += seconds
        self.look_at_the_clock()

    def change_hold(self, days: int) -> None:
        """Change the hold."""
        if days == self.hold_days:
            raise Refused
        self.hold_days = days
        self.look_at_the_clock()

    def change_rates(self, paid: Fraction, bonus: Fraction, *, is_later: bool) -> None:
        """Change the rates for what comes from now on, or for all that is not converted yet."""
        is_same = (paid, bonus) == (self.paid_rate, self.bonus_rate)
        keeping = any(kept.paid + kept.bonus for each in self.purses.values() for kept in each.kept)
        if is_same and (is_later or not keeping):
            raise Refused
        for purse in self.purses.values():
            if not is_later:
                purse.kept.clear()
                continue
            new_paid = max(purse.earned_paid - sum(kept.paid for kept in purse.kept), 0)
            new_bonus = max(purse.earned_bonus - sum(kept.bonus for kept in purse.kept), 0)
            if new_paid or new_bonus:
                rates = self.paid_rate, self.bonus_rate
                purse.kept.append(KeptRate(len(self.gifts), new_paid, new_bonus, *rates))
        self.paid_rate, self.bonus_rate = paid, bonus

    # Money in and back --------------------------------------------------------------------------

    def unspent(self, person: int) -> int:
        """Return a person's paid coins."""
        return sum(each.unspent for each in self.orders.values() if each.member == person)

    def is_disputed(self, person: int) -> bool:
        """Tell whether a bank has yet to decide about a person's purchase."""
        return any(each.is_disputed for each in self.orders.values() if each.member == person)

    def buy(self, number: int, member: int, coins: int) -> None:
        """A purchase pays debts first."""
        self.orders[number] = ModelOrder(member, coins)
        self._credit(number, coins)

    def _credit(self, number: int, coins: int) -> None:
        order = self.orders[number]
        purse = self.of(order.member)
        repaid = min(coins, purse.debt)
        purse.debt -= repaid
        if coins > repaid:
            order.unspent += coins - repaid
            if number not in self.lots:
                self.lots.append(number)

    def say(self, number: int, *, refunded: int, lost: int, is_disputed: bool) -> None:
        """A purchase's money went back, or a bank was asked for it, or decided."""
        order = self.orders[number]
        order.refunded, order.lost = refunded, lost
        due = order.coins * (refunded + lost) // PRICE_MINOR - order.reversed
        order.reversed += due
        if due > 0:
            self._take(number, due)
        elif due < 0:
            self._credit(number, -due)
        is_news = bool(due) or is_disputed != order.is_disputed
        order.is_disputed = is_disputed
        if not is_disputed:
            for gift in self.gifts:
                gift.disputed.pop(number, None)
        elif is_news:
            self._let_wait(number)

    def _let_wait(self, number: int) -> None:
        """What a purchase paid of gifts that have not passed their hold waits for the bank."""
        for gift in self.gifts:
            at_stake = gift.parts.get(number, 0)
            if at_stake and (not gift.has_passed or number in gift.disputed):
                gift.disputed[number] = at_stake
            else:
                gift.disputed.pop(number, None)

    def _take(self, number: int, coins: int) -> None:
        """Take what is unspent, then out of gifts that wait, the newest first; the rest is owed."""
        order = self.orders[number]
        unspent = min(coins, order.unspent)
        order.unspent -= unspent
        coins -= unspent
        for gift in reversed(self.gifts):
            if gift.has_passed and number not in gift.disputed:
                continue
            purse = self.of(gift.streamer)
            part = min(coins, gift.parts.get(number, 0))
            taken = gift.net_of(gift.returned)
            while gift.net_of(gift.returned + part) - taken > purse.earned_paid:
                part -= 1
            if part:
                net = gift.net_of(gift.returned + part) - taken
                gift.returned += part
                gift.parts[number] -= part
                purse.earned_paid -= net
                purse.lessen(gift.number, net, 0)
                coins -= part
        self.of(order.member).debt += coins

    # Gifts --------------------------------------------------------------------------------------

    def grant(self, member: int, coins: int) -> None:
        """An admin gives bonus coins."""
        self.of(member).bonus += coins

    def gift(self, giver: int, streamer: int, coins: int) -> None:
        """Bonus first, then the oldest purchase; the fee of each kind is rounded down."""
        purse = self.of(giver)
        is_frozen = self.is_disputed(giver) or self.is_disputed(streamer) or purse.debt
        if giver == streamer or is_frozen or purse.bonus + self.unspent(giver) < coins:
            raise Refused
        bonus = min(purse.bonus, coins)
        purse.bonus -= bonus
        parts = dict(self._spend(giver, coins - bonus))
        number = len(self.gifts) + 1
        gift = ModelGift(
            number, giver, streamer, parts, bonus, self.fee_percent, self.now, paid=coins - bonus
        )
        self.gifts.append(gift)
        self.of(streamer).earned_paid += gift.net_paid
        self.of(streamer).earned_bonus += gift.net_bonus
        self.look_at_the_clock()

    def _spend(self, giver: int, coins: int) -> Iterator[tuple[int, int]]:
        for number in self.lots:
            order = self.orders[number]
            part = min(coins, order.unspent) if order.member == giver else 0
            if part:
                order.unspent -= part
                coins -= part
                yield number, part

    def undo(self, number: int, giver: int) -> None:
        """A gift goes back within its time, as long as its coins are still there."""
        gift = self.gifts[number - 1]
        if gift.giver != giver:
            raise Refused
        if gift.is_undone:
            return
        purse = self.of(gift.streamer)
        is_shared = any(
            split.streamer == gift.streamer and split.has_shared(number) for split in self.splits
        )
        if self.now - gift.sent_at > UNDO_SECONDS or gift.returned or is_shared:
            raise Refused
        paid, bonus = gift.net_paid, gift.net_bonus
        others = [each for each in self.gifts if each.streamer == gift.streamer]
        later = [each for each in others if each.number > number]
        banks = sum(each.waits_for_banks for each in others if each.number < number)
        # Conversions take the oldest coins, so these are not its own.
        if purse.earned_paid < paid + sum(each.net_paid for each in later) + banks:
            raise Refused
        if purse.earned_bonus < bonus + sum(each.net_bonus for each in later):
            raise Refused
        purse.earned_paid -= paid
        purse.earned_bonus -= bonus
        purse.lessen(number, paid, bonus)
        gift.is_undone = True
        self.of(giver).bonus += gift.bonus
        for order, part in gift.parts.items():
            self.orders[order].unspent += part
        gift.parts.clear()

    def held(self, streamer: int) -> tuple[int, int]:
        """Return what waits of what a streamer received, paid and bonus."""
        gifts = [gift for gift in self.gifts if gift.streamer == streamer]
        young = [gift for gift in gifts if not gift.has_passed]
        banks = sum(gift.waits_for_banks for gift in gifts if gift.has_passed)
        paid, bonus = sum(each.net_paid for each in young), sum(each.net_bonus for each in young)
        return paid + banks, bonus

    # Splits -------------------------------------------------------------------------------------

    def propose(self, streamer: int, percents: dict[int, int]) -> None:
        """A streamer proposes to share."""
        self.splits.append(ModelSplit(streamer, percents))

    def agree(self, number: int, member: int) -> None:
        """The last one to agree lets it begin, and ends the one before."""
        split = self.splits[number - 1]
        if split.state in {"over", "withdrawn"} or member not in split.percents:
            raise Refused
        split.agreed.add(member)
        if split.state != "proposed" or split.agreed != split.percents.keys():
            return
        for other in self.splits:
            if other.streamer == split.streamer and other.state == "active":
                other.state, other.ends = "over", len(self.gifts)
        split.state, split.begins, split.settled = "active", len(self.gifts), len(self.gifts)

    def end(self, number: int, member: int) -> None:
        """Anybody in it ends it; what came until now is still shared."""
        split = self.splits[number - 1]
        is_in_it = member == split.streamer or member in split.percents
        if split.state in {"over", "withdrawn"} or not is_in_it:
            raise Refused
        if split.state == "active":
            split.state, split.ends = "over", len(self.gifts)
        else:
            split.state = "withdrawn"

    def share(self, streamer: int, *, leaves_young: bool) -> None:
        """Everybody gets their part of gifts that have passed their hold."""
        for split in self.splits:
            if split.streamer == streamer and split.state in {"active", "over"}:
                for gift in self.gifts:
                    self._look_at(split, gift, leaves_young=leaves_young)

    def _look_at(self, split: ModelSplit, gift: ModelGift, *, leaves_young: bool) -> None:
        is_waiting = gift.number in split.waiting
        is_young = leaves_young and self.now - gift.sent_at <= UNDO_SECONDS
        is_new = gift.number > split.settled and (split.ends is None or gift.number <= split.ends)
        if not is_waiting and (not is_new or not gift.has_passed or is_young):
            return
        split.settled = max(split.settled, gift.number)
        if gift.streamer != split.streamer or gift.is_undone:
            return
        split.waiting.discard(gift.number)
        if gift.disputed:
            split.waiting.add(gift.number)
            return
        purse = self.of(split.streamer)
        for member, percent in split.percents.items():
            paid = (split.paid + gift.net_paid) * percent // 100 - split.paid * percent // 100
            bonus = (split.bonus + gift.net_bonus) * percent // 100 - split.bonus * percent // 100
            purse.earned_paid -= paid
            purse.earned_bonus -= bonus
            purse.lessen(gift.number, paid, bonus)
            self.of(member).earned_paid += paid
            self.of(member).earned_bonus += bonus
        split.paid += gift.net_paid
        split.bonus += gift.net_bonus

    # Conversions and claims ---------------------------------------------------------------------

    def claim(self, streamer: int, diamonds: int | None) -> None:
        """Whoever owes coins, or has a bank decide about them, waits."""
        if self.is_disputed(streamer) or self.of(streamer).debt:
            raise Refused
        self.claims.request(streamer, diamonds, self.now)

    def free(self, streamer: int) -> tuple[int, int]:
        """Return what a streamer can convert, paid and bonus, once others have their shares."""
        purse, (held_paid, held_bonus) = self.of(streamer), self.held(streamer)
        return max(purse.earned_paid - held_paid, 0), max(purse.earned_bonus - held_bonus, 0)

    def convert(self, streamer: int, coins: int | None) -> None:
        """The oldest rates first; whole diamonds only, and no coin that yields nothing."""
        self.share(streamer, leaves_young=False)
        purse = self.of(streamer)
        paid, bonus = self.free(streamer)
        asked = paid + bonus if coins is None else coins
        if not 1 <= asked <= paid + bonus:
            raise Refused
        made = 0
        rest = KeptRate(0, paid, bonus, self.paid_rate, self.bonus_rate)
        for kept in [*purse.kept, rest]:
            part = KeptRate(
                0, min(kept.paid, paid), min(kept.bonus, bonus), kept.paid_rate, kept.bonus_rate
            )
            wanted = min(asked, part.paid + part.bonus)
            paid, bonus, asked = paid - part.paid, bonus - part.bonus, asked - wanted
            taken_paid, taken_bonus, diamonds = _exchange(part, wanted)
            kept.paid -= taken_paid
            kept.bonus -= taken_bonus
            purse.earned_paid -= taken_paid
            purse.earned_bonus -= taken_bonus
            self.converted += taken_paid + taken_bonus
            made += diamonds
        if not made:
            raise Refused
        self.claims.of(streamer).diamonds += made


def _exchange(part: KeptRate, wanted: int) -> tuple[int, int, int]:
    """Return the paid and the bonus coins taken, and their diamonds."""
    if part.paid_rate == part.bonus_rate:
        taken, diamonds = _fewest(wanted, part.paid_rate)
        return min(taken, part.paid), taken - min(taken, part.paid), diamonds
    paid, paid_diamonds = _fewest(min(wanted, part.paid), part.paid_rate)
    bonus, bonus_diamonds = _fewest(min(wanted - paid, part.bonus), part.bonus_rate)
    return paid, bonus, paid_diamonds + bonus_diamonds


def _fewest(coins: int, rate: Fraction) -> tuple[int, int]:
    diamonds = int(coins * rate)
    while coins and int((coins - 1) * rate) == diamonds:
        coins -= 1
    return (coins, diamonds) if diamonds else (0, 0)
