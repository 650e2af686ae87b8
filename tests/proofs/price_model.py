"""What promotions promise, in plain Python over lists: no database, no jobs, no time zones.

Zones are fixed offsets here and days are numbers, so nothing is shared with the bot but its terms.
"""

from dataclasses import dataclass, field

from bot.services.orders import PACKS_COINS
from bot.services.promotion_terms import Terms

DAY_SECONDS = 24 * 60 * 60
READING_SECONDS = 10 * 60

# Their clocks are never changed.
OFFSETS_SECONDS = {
    "UTC": 0,
    "Asia/Tokyo": 9 * 60 * 60,
    "Asia/Kolkata": 11 * 30 * 60,
    "America/Phoenix": -7 * 60 * 60,
}


def ever_pays(terms: Terms) -> bool:
    """Return whether any pack brings a coin."""
    return any(_whole_bonus(terms, pack) for pack in PACKS_COINS)


def _whole_bonus(terms: Terms, pack: int) -> int:
    if (terms.packs and pack not in terms.packs) or pack < terms.least_coins:
        return 0
    return terms.bonus_coins or pack * terms.bonus_percent // 100


@dataclass
class Open:
    """A window: its local day, its instants (seconds, UTC), and what it promises."""

    day: int
    start: int
    end: int
    terms: Terms


@dataclass
class Daily:
    """A promotion of every day from `first_day` on."""

    terms: Terms
    hour: int
    minutes: int
    first_day: int
    made_at: int
    from_at: int
    is_paused: bool = False
    windows: list[Open] = field(default_factory=list[Open])

    def remake(self, now: int, offset: int) -> None:
        """Plan forty days anew, beside the windows that began."""
        begun = [one for one in self.windows if one.start <= now]
        today = (now + offset) // DAY_SECONDS
        self.windows = list(begun)
        for day in range(max(today - 2, self.first_day), today + 40):
            start = day * DAY_SECONDS + self.hour * 60 * 60 - offset
            end = start + self.minutes * 60
            if start < self.made_at - READING_SECONDS or day in {one.day for one in begun}:
                continue
            for one in begun:
                if one.start < end and start < one.end:
                    start = max(start, one.end)
            start = max(start, self.from_at)
            if start < end:
                self.windows.append(Open(day, start, end, self.terms))

    def open_at(self, now: int) -> Open | None:
        """Return the window in which an instant lies."""
        return next((one for one in self.windows if one.start <= now < one.end), None)


@dataclass
class Model:
    """A guild with its promotions, by their numbers less one, and all that was bought."""

    now: int
    offset: int = 0
    promotions: list[Daily] = field(default_factory=list[Daily])
    bought: set[int] = field(default_factory=set[int])
    # Which promotion, on which day, to whom, how many.
    given: list[tuple[int, int, int, int]] = field(default_factory=list[tuple[int, int, int, int]])

    def create(self, terms: Terms, hour: int, minutes: int) -> None:
        """Plan a promotion from today on."""
        today = self.now // DAY_SECONDS
        made = Daily(terms, hour, minutes, today, self.now, self.now)
        made.remake(self.now, self.offset)
        self.promotions.append(made)

    def refuses(self, number: int, terms: Terms) -> bool:
        """Return whether a new budget is less than what was given."""
        budget = terms.budget_coins
        return budget != self.promotions[number].terms.budget_coins and (
            0 < budget < self._spent(number)
        )

    def edit(self, number: int, terms: Terms, hour: int, minutes: int) -> None:
        """Let what did not begin follow other terms and times."""
        one = self.promotions[number]
        one.terms, one.hour, one.minutes = terms, hour, minutes
        one.made_at = one.from_at = self.now
        one.remake(self.now, self.offset)

    def follow(self, zone: str) -> None:
        """Let what did not begin follow another clock."""
        self.offset = OFFSETS_SECONDS[zone]
        for one in self.promotions:
            one.from_at = self.now
            one.remake(self.now, self.offset)

    def end(self, number: int) -> bool:
        """End the open window; return whether there is one."""
        window = self.promotions[number].open_at(self.now)
        if window is not None:
            window.end = self.now
        return window is not None

    def best(self, member: int, pack: int) -> int:
        """Return the bonus of a pack."""
        return max(self._offer(number, member, pack) for number in range(len(self.promotions)))

    def buy(self, member: int, pack: int) -> int:
        """Buy a pack and return its bonus; of equal ones the oldest promotion's is taken."""
        coins = self.best(member, pack)
        if coins:
            number = next(
                number
                for number in range(len(self.promotions))
                if self._offer(number, member, pack) == coins
            )
            window = self.promotions[number].open_at(self.now)
            assert window is not None
            self.given.append((number, window.day, member, coins))
        self.bought.add(member)
        return coins

    def _offer(self, number: int, member: int, pack: int) -> int:
        window = self.promotions[number].open_at(self.now)
        if window is None or self.promotions[number].is_paused:
            return 0
        terms = window.terms
        if terms.first_purchase and member in self.bought:
            return 0
        mine = [
            coins for n, day, m, coins in self.given if (n, day, m) == (number, window.day, member)
        ]
        if terms.member_uses and len(mine) >= terms.member_uses:
            return 0
        bonus = _whole_bonus(terms, pack)
        if terms.member_coins:
            bonus = min(bonus, terms.member_coins - sum(mine))
        if terms.budget_coins:
            bonus = min(bonus, terms.budget_coins - self._spent(number))
        return max(bonus, 0)

    def _spent(self, number: int) -> int:
        return sum(coins for n, _, _, coins in self.given if n == number)
