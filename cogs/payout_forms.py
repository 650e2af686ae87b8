"""The forms of a claim's card: why it is rejected, or how it was paid."""

import re
from typing import Any, Self

import discord

from bot.errors import NotANumber, Told
from bot.services.claim import Claim
from bot.services.grants import MOST_REASON_CHARACTERS
from bot.services.plain_text import plain
from cogs.answers import Answer, economy_of
from cogs.kept_forms import KEPT, Form
from cogs.payout_places import PLACE_PATTERN, Place

_MOST_NUMBER_CHARACTERS = 20


class StepForm(Form):
    """Asks why a claim is rejected, or by which reference and how much of it was paid."""

    # The last part tells two admins' forms apart, who may have the same one open.
    template = re.compile(
        rf"bouquet:payout_form:(?P<step>reject|paid):(?P<claim>\d+):{PLACE_PATTERN}:\d+"
    )

    def __init__(self, answer: Answer, step: str, claim: Claim, place: Place) -> None:
        texts, number = answer.texts, str(claim.claim_id)
        self.is_payment = step == "paid"
        super().__init__(
            texts("Mark claim #{number} paid", number=number)
            if self.is_payment
            else texts("Reject claim #{number}", number=number),
            f"bouquet:payout_form:{step}:{number}:{place.code}:{answer.key}",
        )
        self.claim = claim
        self.step = step
        self.words: discord.ui.TextInput[Any] = self.add(
            discord.ui.TextInput(custom_id="words", max_length=MOST_REASON_CHARACTERS),
            texts("Reference of the payment") if self.is_payment else texts("Reason"),
            texts("The streamer reads this"),
        )
        self.diamonds: discord.ui.TextInput[Any] | None = None
        if self.is_payment:
            self.diamonds = self.add_line(
                "diamonds",
                "",
                texts("Diamonds, if only a part was paid"),
                texts("Empty: all that are left, {left}", left=claim.left_diamonds),
                most=_MOST_NUMBER_CHARACTERS,
            )

    @classmethod
    def filled(cls, answer: Answer, step: str, claim: Claim, place: Place) -> Self:
        """Return a form to open, with what the admin typed before if that was refused."""
        form = cls(answer, step, claim, place)
        if typed := KEPT.find(form.kept_name(answer)):
            form.fill(typed)
        return form

    def kept_name(self, answer: Answer) -> str:
        """Return the name under which is kept what was typed and refused."""
        asker = answer.asker()
        return f"payout:{asker.guild_id}:{self.step}:{self.claim.claim_id}:{asker.member_id}"

    async def take(self, answer: Answer) -> None:
        """Take the step as the form was filled in; what is refused stands in it the next time."""
        try:
            await self._take(answer)
        except Told:
            KEPT.keep(self.kept_name(answer), self.values())
            raise
        KEPT.forget(self.kept_name(answer))

    async def _take(self, answer: Answer) -> None:
        admin, claims = answer.admin(), economy_of(answer.interaction).claims
        words, key = plain(self.words.value), f"step:{answer.key}"
        if self.is_payment:
            await claims.mark_paid(
                guild_id=admin.guild_id,
                key=key,
                admin_id=admin.member_id,
                claim_id=self.claim.claim_id,
                reference=words,
                diamonds=self._part(),
            )
            return
        await claims.reject(
            guild_id=admin.guild_id,
            key=key,
            admin_id=admin.member_id,
            claim_id=self.claim.claim_id,
            reason=words,
        )

    def _part(self) -> int | None:
        """Return the diamonds of a part, None for all that are left."""
        typed = plain(self.diamonds.value) if self.diamonds else ""
        if not typed:
            return None
        digits = typed.replace(",", "").replace(".", "").replace(" ", "")
        if not (digits.isascii() and digits.isdigit()):
            raise NotANumber(typed[:_MOST_NUMBER_CHARACTERS])
        return int(digits)
