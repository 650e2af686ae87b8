"""Refusals of paid mode: seasons, packs with prices, declarations, limits on spending."""

from dataclasses import dataclass

from typing_extensions import override

from bot.currencies import Money
from bot.errors import Refusal
from bot.texts import N_, Texts


@dataclass(eq=False)
class UnknownCurrency(Refusal):
    """What was typed is no currency that is in use."""

    message = N_(
        "“{value}” is no currency in use. Please type its three letters, such as EUR or USD."
    )
    value: str


@dataclass(eq=False)
class NotMoney(Refusal):
    """What was typed is no amount of the currency."""

    message = N_("“{value}” is no amount in {currency}. Please type it like {example}.")
    value: str
    currency: str
    example: Money


@dataclass(eq=False)
class MoneyOutOfBounds(Refusal):
    """An amount of money is below or above its bounds."""

    message = N_("Please type an amount of money from {least} to {most}.")
    least: Money
    most: Money


class PaidModeOnly(Refusal):
    """Something that only a guild in paid mode has."""

    message = N_(
        "Prices belong to paid mode, which the server's owner turns on with `/economy mode`."
    )


@dataclass(eq=False)
class NoSuchPack(Refusal):
    """The guild prices no pack of that many coins."""

    message = N_(
        "No pack of {coins:bare} has a price here. `/economy packs show` says those there are."
    )
    coins: int


@dataclass(eq=False)
class PackOutOfBounds(Refusal):
    """A pack has too few or too many coins; its price is the admin's to say."""

    message = N_("A pack can have from {least} to {most:bare}.")
    least: int
    most: int


@dataclass(eq=False)
class TooManyPacks(Refusal):
    """The guild prices as many packs as it can."""

    message = N_("A server can have up to {most} packs. Change the price of one that is there.")
    most: int


@dataclass(eq=False)
class NoDefaultPrices(Refusal):
    """There is no table of usual prices for the currency."""

    message = N_(
        "There are no usual prices for {currency}. Please add packs with `/economy packs add`."
    )
    currency: str


class SkuWrong(Refusal):
    """What should be Discord's number of a pack cannot be one."""

    message = N_("That is no SKU id. Copy the long number from Discord's developer portal.")


@dataclass(eq=False)
class SkuTaken(Refusal):
    """Another pack is sold under that SKU already; it has a price of its own."""

    message = N_("Your pack of {coins:bare} has that SKU already. Every pack needs its own.")
    coins: int


@dataclass(eq=False)
class LinkNotHttps(Refusal):
    """A link does not begin with https:// and a site."""

    message = N_("“{link}” is no link that people can open. It must begin with https://.")
    link: str


@dataclass(eq=False)
class LinkTooLong(Refusal):
    """A link is longer than Discord shows (characters)."""

    message = N_("A link can have up to {most} characters. Please use a shorter one.")
    most: int


@dataclass(eq=False)
class LinkWithPassword(Refusal):
    """A link has a user name or a password in it."""

    message = N_("“{link}” has a user name in it, which everybody would see. Leave that part out.")
    link: str


class ProviderMissing(Refusal):
    """Paid mode without a way to pay."""

    message = N_("Please choose how members pay. The operator of the bot sets up what there is.")


class ModeIncomplete(Refusal):
    """Paid mode was asked for without its currency or its way to pay."""

    message = N_(
        "Please also choose the currency of your prices and how members pay: `/economy mode mode:"
        " currency:"
        " provider:` takes all three. Nothing was changed."
    )


@dataclass(eq=False)
class NoSuchProvider(Refusal):
    """A way to pay that the operator has not set up; `names` are those there are."""

    message = N_("“{provider}” is not set up on this bot. You can choose from: {names}.")
    provider: str
    names: str


@dataclass(eq=False)
class CurrencyNotTaken(Refusal):
    """A way to pay that does not take the currency."""

    message = N_(
        "That way to pay takes no {currency}. Please choose another currency, or another way."
    )
    currency: str


@dataclass(eq=False)
class NotAgreed(Refusal):
    """The word under the text was not typed."""

    message = N_(
        "Paid mode begins once you have read the text and typed “{word}” below it. Nothing was"
        " changed; please use the command again."
    )
    word: str


@dataclass(eq=False)
class MembersLimitIncomplete(Refusal):
    """A limit on what members spend without its period or its amount."""

    message = N_(
        "Please give both: whom and how long the limit is for, and the most they can spend, such as"
        " {example}, or “none”."
    )
    example: Money


class NewBuyersOnly(Refusal):
    """A number of days for a limit that has its own."""

    message = N_("Only the limit for new buyers takes a number of days. Please leave it out.")


class AlreadyPaidMode(Refusal):
    """Paid mode was asked for, and the guild has it with another set-up."""

    message = N_(
        "This server is in paid mode already. Its links and way to pay can be changed, its"
        " currency only from play mode."
    )


@dataclass(eq=False)
class ClaimsOpen(Refusal):
    """A season cannot end while claims are open."""

    message = N_(
        "The season cannot end while claims are open ({count} now). Please pay or reject all of"
        " them with `/payouts queue`, then try again. Nothing was changed."
    )
    count: int


@dataclass(eq=False)
class OrdersOpen(Refusal):
    """A season cannot end while orders wait for money; `until` is when the last runs out."""

    message = N_(
        "The season cannot end while orders wait for their money ({count} now). The last one runs"
        " out {until:until}; please try again then. Nothing was changed."
    )
    count: int
    until: int


@dataclass(eq=False)
class DisputesOpen(Refusal):
    """Paid mode cannot end while disputes about payments are open."""

    message = N_(
        "Paid mode cannot end while disputes about payments are open ({count} now). Please wait"
        " until they are decided. Nothing was changed."
    )
    count: int


@dataclass(eq=False)
class StillOwed(Refusal):
    """Paid mode cannot end while members have coins or diamonds, or owe coins."""

    message = N_(
        "Paid mode cannot end while anything is owed: members have {coins:coins} and"
        " {diamonds:diamonds}, and owe {debt:coins}. All of it has to be zero first: spent,"
        " converted and paid out. Nothing was changed."
    )
    coins: int
    diamonds: int
    debt: int


class SeasonClosed(Refusal):
    """Something that belongs to a season whose books are closed."""

    message = N_("This is from a season that is over, so it stays as it is.")


@dataclass(eq=False)
class UnknownCountry(Refusal):
    """What was typed is no country."""

    message = N_(
        "There is no country called “{name}”. Please type its name or its two letters, such as DE."
    )
    name: str


class DeclarationMissing(Refusal):
    """An order for money before the buyer declared age and country."""

    message = N_(
        "Before the first purchase please say in which country you live and how old you are."
    )


# The limits on spending, by the names that services use; each fits behind "over".
_RULES = {
    "own_day": N_("your own limit for 24 hours"),
    "own_week": N_("your own limit for 7 days"),
    "own_month": N_("your own limit for 30 days"),
    "guild_day": N_("this server's limit for 24 hours"),
    "guild_week": N_("this server's limit for 7 days"),
    "guild_month": N_("this server's limit for 30 days"),
    "new_buyer": N_("this server's limit for new buyers in 24 hours"),
}


@dataclass(eq=False)
class OverSpendingLimit(Refusal):
    """A purchase passes a limit on spending; `frees_at` is when it fits (seconds, UTC)."""

    message = N_(
        "That would be over {rule}, {limit}: you have spent {spent} of it. There is room for this"
        " purchase {frees_at:until}."
    )
    rule: str
    limit: Money
    spent: Money
    frees_at: int

    @override
    def sentence(self, texts: Texts) -> str:
        """Return the sentence with the limit's name in the reader's language."""
        return texts(self.message, **{**vars(self), "rule": _rule(texts, self.rule)})


@dataclass(eq=False)
class AboveSpendingLimit(Refusal):
    """A purchase is by itself above a limit on spending, so it never fits."""

    message = N_("This costs {price}, and {rule} is {limit}. Please choose a smaller pack.")
    rule: str
    limit: Money
    price: Money

    @override
    def sentence(self, texts: Texts) -> str:
        """Return the sentence with the limit's name in the reader's language."""
        return texts(self.message, **{**vars(self), "rule": _rule(texts, self.rule)})


def _rule(texts: Texts, rule: str) -> str:
    word = _RULES.get(rule)
    return texts(word) if word else rule


@dataclass(eq=False)
class CoinsOnHold(Refusal):
    """Coins that a refund could still take back wait; at `until` the first of them are free."""

    free: int
    held: int
    until: int
    message = N_(
        "You can convert {free:coins} now. {held:coins} more wait until their hold is over; the"
        " first are free {until:until}."
    )


@dataclass(eq=False)
class CoinsDisputed(Refusal):
    """Coins wait for the end of a dispute, which nobody can tell the time of."""

    free: int
    held: int
    message = N_(
        "You can convert {free:coins} now. {held:coins} more wait until a bank has decided about"
        " the money behind them, which can take weeks."
    )
