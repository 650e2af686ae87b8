"""The tree of errors. What a person may read is on the error itself.

```
BouquetError
├── StartError              the process cannot start; the operator reads one line
│   ├── SettingsWrong
│   ├── DatabaseInUse
│   ├── DatabaseTooNew
│   └── BooksDamaged
├── PaymentError            a machine's concern, never shown; see bot/payment_errors.py
├── LedgerError             a caller used the books wrongly: a defect, never shown
│   ├── KeyConflict         other content under a key that is taken
│   └── Overdrawn           an entry would take more than a pot has
└── Told                    a person reads the sentence; nothing was booked
    ├── TryAgain            the machine's fault: the same request may succeed later
    │   ├── Busy
    │   ├── BooksUnavailable
    │   ├── BooksUnreadable
    │   ├── DiscordSilent
    │   └── TooLate
    └── Refusal             the rules say no, and the sentence says what to do next
        └── (one class per rule, below)
```
"""

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from bot.texts import N_, SOURCE_LOCALE, Texts, texts_for


class BouquetError(Exception):
    """The root of every error that Bouquet raises on purpose."""


class StartError(BouquetError):
    """The process cannot start; its text is one line for the operator."""


class SettingsWrong(StartError):
    """A setting is missing, unknown or out of bounds."""


class DatabaseInUse(StartError):
    """Another process has the database's lock file."""


class DatabaseTooNew(StartError):
    """The database was migrated by a newer version of the code."""


class BooksDamaged(StartError):
    """A trigger, a pragma or the audit is not as it must be."""


class LedgerError(BouquetError):
    """The books were used wrongly by the code."""


class KeyConflict(LedgerError):
    """A key was used before with other content."""


class Overdrawn(LedgerError):
    """An entry would take more from a member's pot than it has."""


@dataclass(eq=False)
class Told(BouquetError):
    """A sentence that a person reads; the fields fill its placeholders."""

    message: ClassVar[str] = ""

    def sentence(self, texts: Texts) -> str:
        """Return what the person reads, in their language."""
        return texts(self.message, **vars(self))

    @override
    def __str__(self) -> str:
        return self.sentence(texts_for(SOURCE_LOCALE))


class TryAgain(Told):
    """The machine's fault: nothing was booked, the same request may succeed later."""


class Busy(TryAgain):
    """The queue of the books is full."""

    message = N_("It is very busy right now and nothing was booked. Please try again in a moment.")


class BooksUnavailable(TryAgain):
    """The database did not take the work: disk full, locked, or failing."""

    message = N_("The books cannot be written right now, so nothing was booked. Please try again.")


class BooksUnreadable(TryAgain):
    """The database could not be read: locked, or failing."""

    message = N_("The books cannot be read right now, so nothing was changed. Please try again.")


class DiscordSilent(TryAgain):
    """Discord did not answer a question that comes before the booking."""

    message = N_("Discord does not answer me right now, so nothing was booked. Please try again.")


class TooLate(TryAgain):
    """Discord delivered the command so late that it could not be answered in time."""

    message = N_("Discord was slow to bring that here, so nothing was booked. Please try again.")


class Refusal(Told):
    """The rules say no; nothing changed."""


class NotInGuild(Refusal):
    """A command of the economy came from a direct message."""

    message = N_("Coins and gifts live in a server. Please use this command there.")


class AdminsOnly(Refusal):
    """An admin command by a member without Manage Server."""

    message = N_(
        "Only members with the Manage Server permission can do that. Please ask one of them."
    )


class OwnerOnly(Refusal):
    """A decision that only the server's owner can take, by somebody else."""

    message = N_("Only the server's owner can decide that, not an admin. Please ask them.")


class OperatorOnly(Refusal):
    """Something for whoever runs the bot, by somebody else."""

    message = N_("Only those who run this bot can do that. Nothing was changed.")


class NotYourButton(Refusal):
    """A button of somebody else's message."""

    message = N_("This button belongs to somebody else. Use the command yourself to get your own.")


class OldButton(Refusal):
    """A button whose offer is over."""

    message = N_("This button is from earlier and no longer works. Please use the command again.")


class AlreadyUsed(Refusal):
    """A button that did its work once already, with another content."""

    message = N_("This was already used and counted once. Please use the command again.")


class EconomyClosed(Refusal):
    """An admin closed the economy of the guild."""

    message = N_(
        "The gift economy is closed here for now. Your coins are safe; please ask an admin."
    )


@dataclass(eq=False)
class NotANumber(Refusal):
    """An option that takes a whole number has something else."""

    message = N_("“{value}” is not a whole number. Please type digits only, such as 10.")
    value: str


class OptionsChanged(Refusal):
    """Discord sent options that the command does not have (any more)."""

    message = N_("This command has changed. Please reload Discord and type it again.")


@dataclass(eq=False)
class NotEnoughCoins(Refusal):
    """A gift costs more than the giver has (coins)."""

    message = N_("You have {balance:coins} and this costs {price:amount}. `/buy` gets more.")
    balance: int
    price: int


@dataclass(eq=False)
class UnknownGift(Refusal):
    """No gift of that name is in the catalogue."""

    message = N_("There is no gift called “{name}”. Pick one from the list that opens as you type.")
    name: str


@dataclass(eq=False)
class CountOutOfBounds(Refusal):
    """A gift's count is below one or above the most."""

    message = N_("You can send from {least} to {most} of a gift at once.")
    least: int
    most: int


@dataclass(eq=False)
class MessageTooLong(Refusal):
    """A gift's message is over the limit (characters)."""

    message = N_("A gift's message can have up to {most} characters; yours has {length}.")
    most: int
    length: int


class GiftToOneself(Refusal):
    """Giver and streamer are one person."""

    message = N_("You cannot send a gift to yourself. Pick a streamer you enjoy.")


class GiftToBot(Refusal):
    """The receiver is a bot."""

    message = N_("Bots have no wallets. Pick a person.")


@dataclass(eq=False)
class NotAStreamer(Refusal):
    """The receiver is not a streamer of this guild."""

    message = N_(
        "{name} is not a streamer here. Admins choose streamers with `/economy streamers`."
    )
    name: str


class NotAStreamerYourself(Refusal):
    """A streamer's command by somebody who never received anything and is no streamer."""

    message = N_("This is for streamers. An admin can add you with `/economy streamers`.")


@dataclass(eq=False)
class MemberLeft(Refusal):
    """The receiver is no longer in the guild."""

    message = N_("{name} is not in this server any more. Pick somebody who is.")
    name: str


class UndoTooLate(Refusal):
    """The time to take a gift back is over."""

    message = N_("A gift can be taken back for 30 seconds only. This one stays.")


class UndoConverted(Refusal):
    """The streamer converted the gift's coins already."""

    message = N_("The streamer has already converted these coins, so the gift stays.")


@dataclass(eq=False)
class UnknownPack(Refusal):
    """No pack with that number of coins is on offer, so that number has no price."""

    message = N_("There is no pack of {coins:bare}. `/buy` shows the packs there are.")
    coins: int


class WalletFull(Refusal):
    """A balance would pass the books' ceiling."""

    message = N_("That is more than a wallet can hold. Please choose a smaller amount.")


@dataclass(eq=False)
class AmountOutOfBounds(Refusal):
    """An amount is below or above its bounds (coins or diamonds)."""

    message = N_("The amount must be from {least} to {most}.")
    least: int
    most: int


class ReasonMissing(Refusal):
    """A grant, a rejection or a payout needs a few words, and has none or too many."""

    message = N_("Please say in 1 to 200 characters what this is for; it stays in the books.")


class NothingToConvert(Refusal):
    """There are no earned coins."""

    message = N_(
        "You have no earned coins to convert yet. Gifts you receive show in `/earnings show`."
    )


@dataclass(eq=False)
class NotEnoughEarned(Refusal):
    """A conversion asks for more than was earned (coins)."""

    message = N_(
        "You have {earned:coins} to convert, not {asked:amount}. `/convert` alone converts all."
    )
    earned: int
    asked: int


class YieldsNothing(Refusal):
    """Only bonus coins are left to convert, and in this guild they yield no diamonds."""

    message = N_("Coins that came from bonus coins yield no diamonds in this server.")


@dataclass(eq=False)
class ClaimLimitsCross(Refusal):
    """The least of a claim would pass the most of a day (diamonds)."""

    message = N_(
        "With at least {least} in a claim and at most {most} in 24 hours nobody could claim. "
        "Change the other one first. Nothing was changed."
    )
    least: int
    most: int


@dataclass(eq=False)
class ConvertsToNothing(Refusal):
    """A conversion is so small that it yields no diamond (coins)."""

    message = N_("{coins:coins} would yield no diamond at {rate} diamonds a coin. Convert more.")
    coins: int
    rate: str


@dataclass(eq=False)
class ClaimTooSmall(Refusal):
    """A claim is under the guild's least (diamonds)."""

    message = N_("A claim needs at least {least:diamonds}; this is {asked}. `/convert` makes more.")
    least: int
    asked: int


@dataclass(eq=False)
class NotEnoughDiamonds(Refusal):
    """A claim asks for more diamonds than there are."""

    message = N_("You have {balance:diamonds} and asked for {asked}. `/convert` makes more.")
    balance: int
    asked: int


@dataclass(eq=False)
class ClaimOverDayLimit(Refusal):
    """Claims of 24 hours pass the guild's limit (diamonds)."""

    message = N_(
        "At most {most:diamonds} can be claimed in 24 hours; {left} are left. "
        "More frees up {frees_at:until}."
    )
    most: int
    left: int
    frees_at: int


@dataclass(eq=False)
class ClaimTooLarge(Refusal):
    """A claim alone passes the guild's limit of 24 hours (diamonds)."""

    message = N_(
        "At most {most:diamonds} can be claimed in 24 hours. Please claim {most} or fewer."
    )
    most: int


@dataclass(eq=False)
class ClaimNotFound(Refusal):
    """No such claim in this guild."""

    message = N_(
        "There is no claim {claim:receipt} here. Use the command again to see those there are."
    )
    claim: int


@dataclass(eq=False)
class ClaimMoved(Refusal):
    """A claim is no longer in the state that the step needs."""

    message = N_(
        "Claim {claim:receipt} is {state} now, so that is not possible any more. "
        "Use the command again to see how it stands."
    )
    claim: int
    state: str

    @override
    def sentence(self, texts: Texts) -> str:
        """Return the sentence with the state in the reader's language."""
        word = _STATE_WORDS.get(self.state)
        state = texts(word) if word else self.state
        return texts(self.message, claim=self.claim, state=state)


_STATE_WORDS = {
    "requested": N_("requested"),
    "approved": N_("approved"),
    "sending": N_("being paid"),
    "paid": N_("paid"),
    "failed": N_("failed"),
    "rejected": N_("rejected"),
    "cancelled": N_("cancelled"),
}


class OwnClaim(Refusal):
    """The claimant cannot approve or pay the own claim."""

    message = N_("Somebody else has to handle your own claim. Please ask another admin.")


@dataclass(eq=False)
class UnknownSetting(Refusal):
    """No setting of that name."""

    message = N_("There is no setting called “{name}”. `/economy settings` shows them all.")
    name: str


@dataclass(eq=False)
class SettingOutOfBounds(Refusal):
    """A setting's new value is not one of those it takes."""

    message = N_("“{name}” takes {bounds}; “{value}” is not one of them. Nothing was changed.")
    name: str
    bounds: str
    value: str


@dataclass(eq=False)
class TooManyStreamers(Refusal):
    """The guild named as many streamers as it can."""

    message = N_("A server can name up to {most} streamers. Use a role for more.")
    most: int
