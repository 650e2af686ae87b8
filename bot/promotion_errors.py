"""Refusals about promotions: what is wrong with a plan, and what to do next."""

from dataclasses import dataclass

from bot.errors import Refusal
from bot.texts import N_


class NameMissing(Refusal):
    """A promotion without a name."""

    message = N_("A promotion needs a name that members will read, such as Happy Hour.")


@dataclass(eq=False)
class NameTooLong(Refusal):
    """A promotion's name is longer than fits on a card."""

    most: int
    message = N_("A promotion's name has at most {most} characters. Please shorten it.")


@dataclass(eq=False)
class BonusOutOfBounds(Refusal):
    """A bonus that is neither a percentage nor a number of coins within bounds."""

    most_percent: int
    most_coins: int
    message = N_(
        "A bonus is a percentage from 1 to {most_percent}, such as 20%, or a number of coins up to"
        " {most_coins}, such as 50."
    )


@dataclass(eq=False)
class AnnouncementTooLong(Refusal):
    """The admin's words are longer than an announcement takes."""

    most: int
    message = N_("The text of the announcement has at most {most} characters. Please shorten it.")


@dataclass(eq=False)
class PictureTextTooLong(Refusal):
    """The words are longer than a picture has room for."""

    most: int
    message = N_("The text on the picture has at most {most} characters. Please shorten it.")


@dataclass(eq=False)
class PictureTextUnwritable(Refusal):
    """The pictures' font lacks some characters."""

    characters: str
    message = N_(
        "I cannot draw {characters} on the picture. Please write its text without, "
        "or put that into your own words instead."
    )


@dataclass(eq=False)
class BudgetSpent(Refusal):
    """A new budget is below what was given already."""

    given: int
    message = N_(
        "It already gave {given:coins}, so its budget cannot be less. "
        "Type {given} or more, or nothing for no limit."
    )


class NothingRuns(Refusal):
    """The promotion that is to be ended has no window open."""

    message = N_("This promotion is not open now. `/promo cancel` takes it off for good.")


@dataclass(eq=False)
class PromotionNotFound(Refusal):
    """There is no promotion of that number in this guild."""

    number: int
    message = N_(
        "There is no promotion {number:receipt} here. `/promo list` shows those there are."
    )


@dataclass(eq=False)
class PromotionOver(Refusal):
    """The promotion was cancelled, or had its last window."""

    number: int
    message = N_(
        "Promotion {number:receipt} is over for good. "
        "`/promo show` tells how it went, `/promo create` makes a new one."
    )


class PromotionChanged(Refusal):
    """The promotion is not any more as it was when its edit began."""

    message = N_(
        "Somebody changed this promotion meanwhile, so nothing was saved. "
        "`/promo edit` begins with what it is now."
    )


class PreviewChanged(Refusal):
    """The preview is not any more as it was when it was saved."""

    message = N_(
        "This preview was changed just now, so nothing was saved. "
        "Have another look at it, then save it."
    )


@dataclass(eq=False)
class AlreadySaved(Refusal):
    """A preview that was saved is changed or discarded."""

    number: int
    message = N_(
        "This is saved already, as promotion {number:receipt}. "
        "`/promo edit` changes it, `/promo cancel` takes it off."
    )


@dataclass(eq=False)
class TooManyPromotions(Refusal):
    """The guild has as many promotions as it can."""

    most: int
    message = N_("There are {most} promotions already. Please `/promo cancel` one first.")


class NeverComes(Refusal):
    """A rule whose last day comes before its first window."""

    message = N_("No window would ever open that way. Type a later last day, or leave it empty.")


@dataclass(eq=False)
class DayTaken(Refusal):
    """A rule of which the only window would come on a day that had its window."""

    day: str
    message = N_(
        "It was open on {day} already, and it opens once a day. "
        "Type another day, or plan a second promotion with `/promo create`."
    )


class NeverPays(Refusal):
    """A plan under which no pack would ever bring a bonus."""

    message = N_(
        "No pack would bring a bonus that way. "
        "Choose more packs, fewer coins that a pack must have, or a larger bonus."
    )


class PacksMissing(Refusal):
    """A promotion in a guild that takes money and has no packs yet."""

    message = N_(
        "This server has no packs yet that a promotion could be for. Please add some first, with "
        "`/economy packs usual` or `/economy packs add`."
    )


@dataclass(eq=False)
class PackNotHere(Refusal):
    """A promotion for a pack that the guild does not have, so that it has no price."""

    coins: int
    message = N_(
        "This server has no pack of {coins:bare}. "
        "Choose among the packs it has, or none for all of them."
    )


@dataclass(eq=False)
class LeastAboveAllPacks(Refusal):
    """More coins are asked of a pack than any pack has; packs have prices of their own."""

    least: int
    most: int
    message = N_(
        "The largest pack here has {most:bare}, so none has {least} or more. "
        "Please type a smaller number, or nothing for every pack."
    )


@dataclass(eq=False)
class EndNotUnderstood(Refusal):
    """What was typed says neither how long a window lasts nor when it ends."""

    text: str
    message = N_(
        "I cannot read “{text}” as how long it lasts, or until when. "
        "Type it like “2 hours” or “fri 22:00”."
    )


@dataclass(eq=False)
class NotAnAmount(Refusal):
    """A limit that is no whole number within its bounds."""

    text: str
    most: int
    message = N_(
        "“{text}” is not a whole number from 0 to {most}. "
        "Type digits only, such as 500, or nothing for no limit."
    )


class ChannelMissing(Refusal):
    """There is something to tell, and no channel to tell it in."""

    message = N_("Please pick the channel in which that is announced.")


@dataclass(eq=False)
class ChannelClosed(Refusal):
    """The bot lacks a permission in the channel that is to be written to."""

    channel: str
    permission: str
    message = N_(
        "I cannot announce in {channel}: there I lack the permission “{permission}”. "
        "Give it to me or pick another channel. Nothing was saved."
    )


@dataclass(eq=False)
class RoleNotMentionable(Refusal):
    """Neither may everybody mention the role, nor has the bot the permission to."""

    role: str
    message = N_(
        "I cannot mention {role}. Allow anyone to mention it in the role's settings, or give me the"
        " permission “Mention Everyone”, or pick another role. Nothing was saved."
    )


class EveryoneMentioned(Refusal):
    """The role of an announcement is that of everybody."""

    message = N_(
        "I mention no whole server. Pick a role that members choose themselves, or none. "
        "Nothing was saved."
    )
