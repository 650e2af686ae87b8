"""Refusals around claims: who may take which step, and what stands in the way of a request."""

from dataclasses import dataclass

from bot.errors import Refusal
from bot.texts import N_


class ClaimWhileDisputed(Refusal):
    """A claim of a streamer whose own payment is disputed."""

    message = N_(
        "One of your payments is disputed, so nothing can be claimed until that is decided."
        " `/purchases` shows which one; your diamonds stay yours."
    )


@dataclass(eq=False)
class ClaimWhileOwing(Refusal):
    """A claim of a streamer who owes coins."""

    debt: int
    message = N_(
        "You owe {debt:coins}, as a payment of yours went back after they were spent. The next pack"
        " pays that, and then you can claim: `/buy`."
    )


class ClaimantFrozen(Refusal):
    """An admin claims for somebody who left with a dispute or a debt."""

    message = N_(
        "A payment of this streamer is disputed, or they owe coins, so nothing can be claimed for"
        " them until that is settled. `/economy orders` shows their orders."
    )


@dataclass(eq=False)
class ClaimWorthTooMuch(Refusal):
    """A claim whose worth in money is larger than the books take (diamonds)."""

    most: int
    message = N_("At most {most:diamonds} fit in one claim here. Please claim fewer.")


@dataclass(eq=False)
class ClaimChanged(Refusal):
    """A step is taken by somebody who saw the claim before others did something with it."""

    claim: int
    message = N_(
        "Claim {claim:receipt} changed since you looked at it, so nothing was done. Please open it"
        " anew and look first: `/payouts queue`."
    )


class OwnRequest(Refusal):
    """The admin who claimed for somebody else approves that claim."""

    message = N_("You asked for this claim yourself, so another admin has to approve it.")


@dataclass(eq=False)
class ApprovedByYou(Refusal):
    """The first of two approvals came from the same admin (diamonds)."""

    claim: int
    least: int
    message = N_(
        "You approved claim {claim:receipt} already. From {least:diamonds} on, also in several"
        " claims within a day, another admin has to approve it too."
    )


@dataclass(eq=False)
class FirstClaimByHand(Refusal):
    """A streamer's first claim of a season is to be sent by a provider."""

    claim: int
    message = N_(
        "Claim {claim:receipt} is this streamer's first, so a person pays it. Please pay it by hand"
        " and mark it paid in `/payouts queue`."
    )


@dataclass(eq=False)
class PartOutOfBounds(Refusal):
    """A part is not of what is left of a claim (diamonds)."""

    left: int
    asked: int
    message = N_(
        "Of this claim {left:diamonds} are left to pay, so a part is from 1 to {left}; this is"
        " {asked}."
    )


@dataclass(eq=False)
class StillMember(Refusal):
    """An admin claims for somebody who can do that themselves."""

    name: str
    message = N_("{name} is in this server and can claim with `/claim request` themselves.")


@dataclass(eq=False)
class ImportTooLarge(Refusal):
    """A file of results is larger than any of so many rows."""

    most: int
    message = N_("A file of results has at most {most} KiB. Please send it in parts.")


class ImportUnreadable(Refusal):
    """A file of results is no CSV in UTF-8."""

    message = N_(
        "This is no CSV file in UTF-8. Please save it as “CSV UTF-8” and send it again."
        " `/payouts export` makes one to begin with."
    )


@dataclass(eq=False)
class ImportColumnsMissing(Refusal):
    """A file of results lacks columns, or has one twice."""

    names: str
    message = N_(
        "The first line has to name each column once, and these are missing or doubled: {names}."
        " `/payouts export` makes a file to begin with."
    )


@dataclass(eq=False)
class ImportTooLong(Refusal):
    """A file of results has more rows than are applied at once."""

    most: int
    message = N_("At most {most} claims are imported at once. Please send the file in parts.")


class ImportEmpty(Refusal):
    """A file of results without any."""

    message = N_("This file names no claims, so there is nothing to import.")


class ImportGone(Refusal):
    """A file of results that was shown is not known, or another admin's."""

    message = N_("These results are not yours, or gone. Please send the file again.")


class NothingToApprove(Refusal):
    """No claim of a page waits for the approval of the admin who asks."""

    message = N_(
        "No claim here waits for your approval: yours and those you asked for need another admin."
    )
