"""Reads everything that people read, and finds amounts of coins that stand without their price."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.wire.town import MEMBER_ID, Town

PRICE = r"-?€[\d,.]+"
AMOUNT = re.compile(rf"(?<![\w.,€])-?\d[\d,]* coins?\b(?! \({PRICE}\))")
# In a list the sign of coins stands for the word: before a pack, behind what came or went.
PACK_SIGN = re.compile(r"🪙 \**\d[\d,]*\**(?! coins?)")
CHANGE_SIGN = re.compile(rf"\*\*[+-]?\d[\d,]*\*\* [🪙💐](?! \({PRICE}\))")
# Behind the amount, with nothing but a bonus between them.
BESIDE = re.compile(rf"(?:coins?|🪙 \**\d[\d,]*)\**(?: \+ [\d,]+ bonus)? (?:·|cost|for) \**{PRICE}")


@dataclass(frozen=True)
class Bare:
    """A line that may have an amount without a price, and why."""

    reason: str
    line: str
    card: str = ""

    def fits(self, line: str, card: str) -> bool:
        """Tell whether a line of a card is such a one."""
        return bool(re.search(self.line, line) and re.search(self.card, card))


EXCEPTIONS = (
    Bare(
        "the price of the order has a field of its own beside its coins and its bonus",
        r"^🪙 \**[\d,]+( coins?)?\**( \+ [\d,]+ bonus)?$|^Thank you! ",
        rf"\nPrice\n\**{PRICE}",
    ),
    Bare(
        "an order in a list has its price in the line above",
        r"^🪙 \*\*[\d,]+\*\* · <@\d+>$",
        rf"⏳ \S+ · {PRICE}\n🪙",
    ),
    Bare(
        "the money that came in stands before what it brought",
        rf"^{PRICE} for order `\S+`: 🪙",
    ),
    Bare(
        "the money that goes back for them stands in the same card; the other lines are parts",
        r"^\*\*[\d,]+ coins?\*\* (go|went) back from |^- [\d,]+ coins? (were not|came out)",
        rf"Give {PRICE} back\?|{PRICE} goes back|\*\*{PRICE}\*\* is noted",
    ),
    Bare("a test payment was free, so its receipt tells no price", r"^(Thank|🪙)", "a test pay"),
    Bare("a rate is no amount that anybody has or pays", r"^(-# Before: |Rate: )[\d,]+ coins? → "),
    Bare(
        "a pack is named by its coins, and every offer of it tells its own price",
        r"\bpacks? of \**[\d,]+ coins?|on the packs of [\d,]+( and [\d,]+)* coins"
        r"|largest pack here has|^A pack can have from |^Only for [\d,]+ coins",
    ),
    Bare("the card below the picture says it with the price", r"It says: \+[\d,]+ coins?"),
)


@dataclass
class Reader:
    """Notes every answer of the sandbox's JSON API while people play."""

    town: Town
    commands: set[str] = field(default_factory=set[str])
    cards: list[str] = field(default_factory=list[str])

    def listen(self) -> None:
        """Read along from now on."""
        post = self.town.post

        async def read(call: str, **body: Any) -> dict[str, Any]:
            answer = await post(call, **body)
            if call == "command":
                self.commands.add(body["command"])
            self.note(answer)
            return answer

        self.town.post = read

    def note(self, answer: dict[str, Any]) -> None:
        """Keep what can be read in an answer, card by card."""
        cards: list[Any] = [*(answer.get("messages") or [])]
        for card in (*cards, answer.get("modal"), answer.get("choices")):
            if card:
                self.cards.append("\n".join(strings_in(card)))

    async def look_everywhere(self) -> None:
        """Read what stands in the channels, and what the bot wrote to single persons."""
        assert self.town.bot.user is not None
        for person in MEMBER_ID:
            for channel in ("stage", f"dm:{self.town.bot.user.id}"):
                self.note({"messages": await self.town.visible(person, channel)})


def strings_in(part: Any) -> Iterator[str]:
    """Yield every string in a part of an answer; ids and addresses do no harm."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for each in part.values():  # pyright: ignore[reportUnknownVariableType] - any JSON
            yield from strings_in(each)
    elif isinstance(part, list):
        for each in part:  # pyright: ignore[reportUnknownVariableType] - the same
            yield from strings_in(each)


def without_price(cards: list[str]) -> tuple[list[str], list[Bare]]:
    """Return the lines that have an amount without its price, and the exceptions that were met."""
    wrong: list[str] = []
    met: list[Bare] = []
    for card in cards:
        for line in card.splitlines():
            if not any(each.search(line) for each in (AMOUNT, PACK_SIGN, CHANGE_SIGN)):
                continue
            if BESIDE.search(line):
                continue
            fitting = [each for each in EXCEPTIONS if each.fits(line, card)]
            met += fitting
            if not fitting:
                wrong.append(line)
    return wrong, met


def signs_of_money(cards: list[str]) -> list[str]:
    """Return the lines that have the sign of a currency."""
    return [
        line
        for card in cards
        for line in card.splitlines()
        if any(unicodedata.category(each) == "Sc" for each in line)
    ]
