"""What goes wrong around paying streamers, as a streamer or an admin may read it.

```
Told
├── TryAgain
│   ├── PayoutUnanswered    a payout may have gone; it is looked for by itself
│   └── PayoutSilent        a person says whether it went, and the provider cannot be asked now
└── Refusal                 (one class per rule, below)
```

A provider's no is `ProviderRefused` of `bot/payment_errors.py`; the reasons of our own providers
are below, so that people read them in their language.
"""

from dataclasses import dataclass

from bot.errors import Refusal, TryAgain
from bot.texts import N_

PAID_BY_HAND = N_("A person pays this by hand.")
NOTHING_TO_SEND = N_("This claim has no value in money, so there is nothing to send.")
NOT_READY = N_("The streamer is not set up to be paid there.")
STREAMER_LEFT = N_("The streamer is not in this server any more.")
ROLE_GONE = N_("The role does not exist any more.")
ROLE_TOO_HIGH = N_(
    "I may not give this role. I need Manage Roles, and my own role above it in the server's"
    " settings."
)

# What our own providers say; all else is in the words of somebody else's.
OWN_REASONS = frozenset(
    {PAID_BY_HAND, NOTHING_TO_SEND, NOT_READY, STREAMER_LEFT, ROLE_GONE, ROLE_TOO_HIGH}
)


class PayoutUnanswered(TryAgain):
    """A payout was sent off, and nobody knows yet whether it went."""

    message = N_(
        "The payout service does not answer, so nobody knows yet whether the payout went. It is"
        " looked for by itself, and never sent twice; `/payouts queue` shows what became of it."
    )


@dataclass(eq=False)
class PayoutSilent(TryAgain):
    """A provider that should know whether a payout went does not answer; asked again `at` (UTC)."""

    at: int
    message = N_(
        "The payout service does not answer, so nobody knows whether it paid this, and nothing was"
        " changed. It is asked again {at:until}."
    )


class PayoutNotFound(Refusal):
    """A person says that a payout went, and the provider has none."""

    message = N_(
        "The payout service knows of no such payout. Please say that it was not paid; then it can"
        " be paid another way and be marked paid."
    )


class PayoutUnclear(Refusal):
    """What a provider has under a payout's key is not what was sent."""

    message = N_(
        "The payout service has something for this claim that is not what was sent. Please look"
        " there, then say on the claim's card whether it was paid."
    )


class PayerChanged(Refusal):
    """A payout was begun from another account of the provider's than it would be sent from now."""

    message = N_(
        "This claim was being paid from another account than the one that is set up now, so it is"
        " not sent from here. Please look there, then say on its card whether it was paid."
    )


@dataclass(eq=False)
class PayoutProviderGone(Refusal):
    """A way to pay streamers that is not configured."""

    provider: str
    message = N_(
        "Paying with {provider} is not set up here. You can still pay by hand and mark the claim"
        " paid."
    )


class PayeeNotReady(Refusal):
    """A streamer whom the provider cannot pay yet."""

    message = N_(
        "This streamer is not set up to be paid that way yet. They do it with `/payee set`; or pay"
        " by hand and mark the claim paid."
    )


class PayeeBusy(Refusal):
    """Payee data is to be changed while a payout to it is on its way."""

    message = N_(
        "A payout to you is on its way right now, so this cannot be changed. Please try again once"
        " it has arrived; `/claim status` shows it."
    )


class PayeeInPlay(Refusal):
    """Payee data in a guild that plays."""

    message = N_("This server plays, so nobody needs to know that of you. Nothing was kept.")


@dataclass(eq=False)
class PayeeTooLong(Refusal):
    """A reference that is empty or too long."""

    most: int
    message = N_("Please write how to pay you in 1 to {most} characters.")


class NoPayeePage(Refusal):
    """A way to be paid that is not set up by the operator, or has no page."""

    message = N_(
        "Nothing here pays by itself. `/payee set reference:` takes what an admin needs to pay you"
        " by hand."
    )


@dataclass(eq=False)
class PerkUnknown(Refusal):
    """A perk that is not there, or not offered any more."""

    perk: int
    message = N_("There is no perk {perk} here. `/perks` shows those that there are.")


class PerkInvalid(Refusal):
    """A perk whose name, price or days are out of bounds."""

    message = N_(
        "A perk needs a name of 1 to 80 characters, a price in diamonds and 1 to 365 days."
    )


@dataclass(eq=False)
class TooManyPerks(Refusal):
    """A guild that offers as many perks as it can."""

    most: int
    message = N_("There are {most} perks already. Retire one first: `/economy perks retire`.")


class RoleNotYours(Refusal):
    """An admin offers a role that they could not give themselves."""

    message = N_(
        "You can offer roles that you could give yourself. That takes Manage Roles, a role of yours"
        " above it, no permission that you lack, and none of the roles that apps bring along."
    )


class PerkRoleGone(Refusal):
    """A claim asks for a role that is not there any more."""

    message = N_(
        "The role of this claim does not exist any more, so nothing was given. Reject the claim,"
        " and its diamonds go back."
    )


class PerkRoleTooHigh(Refusal):
    """A claim asks for a role that the bot may not give now."""

    message = N_(
        "I may not give the role of this claim, so nothing was changed. I need Manage Roles, and my"
        " own role above it in the server's settings; then press again."
    )
