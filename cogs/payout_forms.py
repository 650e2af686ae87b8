"""The forms of a claim's card: why it is rejected, how it was paid, or what became of it."""

import re
from typing import Any, Self

import discord

from bot.errors import NotANumber, Told
from bot.services.claim import Claim
from bot.services.grants import MOST_REASON_CHARACTERS
from bot.services.payout_word import PersonsWord
from bot.services.plain_text import plain
from bot.services.whole_numbers import read_whole
from bot.texts import N_
from cogs.answers import Answer, economy_of
from cogs.kept_forms import KEPT, Form
from cogs.payout_places import PLACE_PATTERN, Place

_MOST_NUMBER_CHARACTERS = 20

_TITLES = {
    "reject": N_("Reject claim #{number}"),
    "paid": N_("Mark claim #{number} paid"),
    "sent": N_("Claim #{number} was paid"),
    "unsent": N_("Claim #{number} was not paid"),
}
_FOUND = N_(
    "The payout service was asked and did pay this, so it is recorded as paid with the service's"
    " own reference."
)
_REFERENCES = frozenset({"paid", "sent"})


class StepForm(Form):
    """Asks why a claim is rejected or was not paid, or by which reference and how much was."""

    # The last part tells two admins' forms apart, who may have the same one open.
    template = re.compile(
        rf"bouquet:payout_form:(?P<step>reject|paid|sent|unsent):(?P<claim>\d+):{PLACE_PATTERN}"
        r"(:(?P<seen>\d+))?:\d+"
    )

    def __init__(
        self, answer: Answer, step: str, claim: Claim, place: Place, *, seen_step: int
    ) -> None:
        texts, number = answer.texts, str(claim.claim_id)
        super().__init__(
            texts(_TITLES[step], number=number),
            f"bouquet:payout_form:{step}:{number}:{place.code}:{seen_step}:{answer.key}",
        )
        self.seen_step = seen_step
        self.claim = claim
        self.step = step
        self.words: discord.ui.TextInput[Any] = self.add(
            discord.ui.TextInput(custom_id="words", max_length=MOST_REASON_CHARACTERS),
            texts("Reference of the payment") if step in _REFERENCES else texts("Reason"),
            texts("The streamer reads this"),
        )
        self.diamonds: discord.ui.TextInput[Any] | None = None
        if step == "paid":
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
        form = cls(answer, step, claim, place, seen_step=claim.step)
        if typed := KEPT.find(form.kept_name(answer)):
            form.fill(typed)
        return form

    def kept_name(self, answer: Answer) -> str:
        """Return the name under which is kept what was typed and refused."""
        asker = answer.asker()
        return f"payout:{asker.guild_id}:{self.step}:{self.claim.claim_id}:{asker.member_id}"

    async def take(self, answer: Answer) -> str | None:
        """Take the step as the form was filled in; what is refused stands in it the next time.

        Returns what is to be told of it beside the claim's card, if anything is.
        """
        try:
            words = await self._take(answer)
        except Told:
            KEPT.keep(self.kept_name(answer), self.values())
            raise
        KEPT.forget(self.kept_name(answer))
        return words

    async def _take(self, answer: Answer) -> str | None:
        admin, economy = answer.admin(), economy_of(answer.interaction)
        words, key = plain(self.words.value), f"step:{answer.key}"
        if self.step == "paid":
            await economy.claims.mark_paid(
                guild_id=admin.guild_id,
                key=key,
                admin_id=admin.member_id,
                claim_id=self.claim.claim_id,
                reference=words,
                diamonds=self._part(),
                seen_step=self.seen_step,
            )
            return None
        if self.step == "reject":
            await economy.claims.reject(
                guild_id=admin.guild_id,
                key=key,
                admin_id=admin.member_id,
                claim_id=self.claim.claim_id,
                reason=words,
                seen_step=self.seen_step,
            )
            return None
        taken = await economy.payout_sending.take_word(
            PersonsWord(
                guild_id=admin.guild_id,
                key=key,
                admin_id=admin.member_id,
                claim_id=self.claim.claim_id,
                is_paid=self.step == "sent",
                note=words,
                seen_step=self.seen_step,
            )
        )
        return answer.texts(_FOUND) if taken.is_found else None

    def _part(self) -> int | None:
        """Return the diamonds of a part, None for all that are left."""
        typed = plain(self.diamonds.value) if self.diamonds else ""
        if not typed:
            return None
        part = read_whole(typed)
        if part is None:
            raise NotANumber(typed[:_MOST_NUMBER_CHARACTERS])
        return part
