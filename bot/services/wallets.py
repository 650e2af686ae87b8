"""What a member has, and the history of how it came and went."""

from dataclasses import dataclass

from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.ledger.history import entry_ids_before, entry_ids_from
from bot.services.clock import Clock
from bot.services.freezes import is_disputed
from bot.services.guilds import Guilds
from bot.services.holds import held_coins
from bot.services.share_rows import reserved_coins

HISTORY_PAGE = 8


@dataclass(frozen=True, slots=True)
class Wallet:
    """A member's pots in one guild: coins to spend, coins earned, diamonds.

    `promised_coins` are bonus coins of orders that wait for their money, `debt_coins` what is owed.
    """

    paid_coins: int
    bonus_coins: int
    earned_paid_coins: int
    earned_bonus_coins: int
    diamonds: int
    claimed_diamonds: int
    promised_coins: int = 0
    debt_coins: int = 0

    @property
    def coins(self) -> int:
        """Return the coins that can be spent."""
        return self.paid_coins + self.bonus_coins

    @property
    def earned_coins(self) -> int:
        """Return the coins received that were not converted."""
        return self.earned_paid_coins + self.earned_bonus_coins

    @property
    def owed_diamonds(self) -> int:
        """Return the diamonds that the operator owes: free ones and those in open claims."""
        return self.diamonds + self.claimed_diamonds


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's wallet, and what of it cannot be used now.

    `is_disputed`: it rests until a dispute about a payment is decided. `held_coins` are earned ones
    that cannot be converted yet; the first of them are free at `held_until` (seconds, UTC; 0: none
    wait). `reserved_coins` are earned ones for those the member shares with.
    """

    wallet: Wallet
    is_disputed: bool
    held_coins: int
    held_until: int
    reserved_coins: int = 0


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry as its owner sees it; changes are signed, in coins and diamonds.

    `earned` counts coins earned, kept apart from the coins that can be spent. For gifts, `other_id`
    is the person on the other side, `gift` and `count` what was sent.
    """

    entry_id: int
    kind: str
    posted_at: int
    coins: int
    earned: int
    diamonds: int
    note: str
    other_id: int
    gift: str
    count: int
    message: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Entries from newest to oldest, and where the pages beside this one begin, if there are any.

    A page begins before an entry: `newer` 0 means the newest page.
    """

    entries: tuple[HistoryEntry, ...]
    before: int
    newer: int | None
    older: int | None


class Wallets:
    """The service of wallets; only reads."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock

    async def balance(self, guild_id: int, member_id: int) -> Wallet:
        """Return what a member has; a member nobody ever paid has zeros."""
        rows = await self._books.read(
            "SELECT account, balance FROM pot WHERE guild_id = ? AND owner_id = ?",
            (guild_id, member_id),
        )
        pots: dict[str, int] = dict(rows)
        return Wallet(
            paid_coins=pots.get(Account.PAID, 0),
            bonus_coins=pots.get(Account.BONUS, 0),
            earned_paid_coins=pots.get(Account.EARNED_PAID, 0),
            earned_bonus_coins=pots.get(Account.EARNED_BONUS, 0),
            diamonds=pots.get(Account.DIAMONDS, 0),
            claimed_diamonds=pots.get(Account.CLAIMED, 0),
            promised_coins=pots.get(Account.PROMISED, 0),
            debt_coins=-pots.get(Account.DEBT, 0),
        )

    async def standing(self, guild_id: int, member_id: int) -> Standing:
        """Return what a member has, and what of it cannot be used now."""
        read = self._books.read
        wallet = await self.balance(guild_id, member_id)
        settings = (await self._guilds.get(guild_id)).settings
        now = self._clock()
        held = await held_coins(read, guild_id, member_id, settings, now)
        # Before holds had a mark, one that was made longer held again what was converted by then.
        held_now = min(held.paid_coins, wallet.earned_paid_coins)
        held_now += min(held.bonus_coins, wallet.earned_bonus_coins)
        return Standing(
            wallet=wallet,
            is_disputed=await is_disputed(read, guild_id, member_id),
            held_coins=held_now,
            held_until=held.until if held_now else 0,
            reserved_coins=(await reserved_coins(read, guild_id, member_id, settings, now)).coins,
        )

    async def history(
        self, guild_id: int, member_id: int, *, before: int = 0, size: int = HISTORY_PAGE
    ) -> HistoryPage:
        """Return a page of a member's entries older than `before` (0: the newest page)."""
        found = await entry_ids_before(self._books, guild_id, member_id, before, size + 1)
        shown = found[:size]
        older = shown[-1] if len(found) > size else None
        newer = await self._newer(guild_id, member_id, before, size) if before else None
        return HistoryPage(await self._entries(guild_id, member_id, shown), before, newer, older)

    async def _newer(self, guild_id: int, member_id: int, before: int, size: int) -> int:
        """Return where the page after this one begins, 0 when that is the newest page."""
        found = await entry_ids_from(self._books, guild_id, member_id, before, size + 1)
        return found[size] if len(found) > size else 0

    async def _entries(
        self, guild_id: int, member_id: int, entry_ids: list[int]
    ) -> tuple[HistoryEntry, ...]:
        if not entry_ids:
            return ()
        marks = ", ".join("?" * len(entry_ids))
        rows = await self._books.read(
            _HISTORY_SQL.format(marks=marks),
            (member_id, member_id, member_id, member_id, member_id, guild_id, *entry_ids),
        )
        return tuple(HistoryEntry(*row) for row in rows)


# Diamonds locked in a claim are still the streamer's, so moving them in and out changes nothing.
_HISTORY_SQL = """
WITH change AS (
    SELECT l.entry_id, l.source_owner_id, l.target_owner_id, l.amount,
           (l.target_owner_id = ?) * (l.target_account IN ('paid', 'bonus'))
         - (l.source_owner_id = ?) * (l.source_account IN ('paid', 'bonus')) AS coins,
           (l.target_owner_id = ?) * (l.target_account IN ('earned_paid', 'earned_bonus'))
         - (l.source_owner_id = ?) * (l.source_account IN ('earned_paid', 'earned_bonus'))
           AS earned,
           (l.target_account IN ('diamonds', 'claimed'))
         - (l.source_account IN ('diamonds', 'claimed')) AS diamonds,
           l.guild_id, ? AS reader_id
      FROM line AS l
     WHERE l.guild_id = ? AND l.entry_id IN ({marks})
)
SELECT e.entry_id, e.kind, e.posted_at,
       SUM(c.coins * c.amount), SUM(c.earned * c.amount), SUM(c.diamonds * c.amount),
       e.note,
       MAX(CASE WHEN c.source_owner_id = c.reader_id THEN c.target_owner_id
                ELSE c.source_owner_id END),
       COALESCE(MAX(g.gift), ''), COALESCE(MAX(g.count), 0), COALESCE(MAX(g.message), '')
  FROM change AS c
  JOIN entry AS e ON e.guild_id = c.guild_id AND e.entry_id = c.entry_id
  LEFT JOIN gift AS g ON g.guild_id = c.guild_id
                     AND g.entry_id = COALESCE(e.reverses_id, e.entry_id)
                     AND g.streamer_id IN (c.source_owner_id, c.target_owner_id)
 GROUP BY e.entry_id
 ORDER BY e.entry_id DESC
"""
