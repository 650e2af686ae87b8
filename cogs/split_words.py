"""Agreements to share as people read them, on cards and in letters."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import discord

from bot.services.split_rows import Split, SplitState
from bot.texts import N_, Texts
from cogs.looks import GARDEN_COLOUR, QUIET_COLOUR
from cogs.price_notes import streamer_note, with_note

_CHOICE_CHARACTERS = 100

_STATES = {
    SplitState.PROPOSED: N_("🕰️ waits for everybody named to agree"),
    SplitState.ACTIVE: N_("🤝 holds since {at:at}"),
    SplitState.ENDED: N_("🏁 over since {at:at}"),
}


def split_embed(texts: Texts, split: Split) -> discord.Embed:
    """Return who gets what, who agreed, and where it stands."""
    lines = [_state(texts, split), "", *_member_lines(texts, split, has_sums=False)]
    lines += ["", _explanation(texts, split)]
    is_over = split.state is SplitState.ENDED
    return discord.Embed(
        title=texts("Sharing what is received"),
        description="\n".join(lines),
        colour=QUIET_COLOUR if is_over else GARDEN_COLOUR,
    )


def splits_embed(texts: Texts, splits: Iterable[Split]) -> discord.Embed:
    """Return several agreements of somebody, with what moved so far, for whoever is in them."""
    embed = discord.Embed(title=texts("What you share"), colour=GARDEN_COLOUR)
    for split in splits:
        lines = _member_lines(texts, split, has_sums=True)
        embed.add_field(name=_state(texts, split), value="\n".join(lines), inline=False)
    return with_note(embed, streamer_note(texts))


def _state(texts: Texts, split: Split) -> str:
    at = split.began_at if split.state is SplitState.ACTIVE else split.ended_at
    return texts(_STATES[split.state], at=at)


def _member_lines(texts: Texts, split: Split, *, has_sums: bool) -> list[str]:
    """Return everybody's part; what moved so far is only for those in it."""
    lines: list[str] = []
    for member in split.members:
        agreed = "✅" if member.agreed_at else "▫️"
        line = texts(
            "{agreed} <@{member}> · **{percent}%**",
            agreed=agreed,
            member=str(member.member_id),
            percent=member.percent,
        )
        if has_sums:
            line += " · " + texts("{coins:coins} so far", coins=member.coins)
        lines.append(line)
    lines.append(
        texts(
            "💐 <@{streamer}> · **{percent}%** and what is rounded down",
            streamer=str(split.streamer_id),
            percent=split.percent_kept,
        )
    )
    return lines


def choice_name(texts: Texts, split: Split, member_id: int, name_of: Callable[[int], str]) -> str:
    """Return an agreement in one line of a list, as somebody in it sees it."""
    parts = {each.member_id: each.percent for each in split.members}
    if split.streamer_id == member_id:
        shared = ", ".join(
            texts("{percent}% to {name}", percent=percent, name=name_of(other_id))
            for other_id, percent in parts.items()
        )
        line = texts("Yours: {parts}", parts=shared)
    else:
        line = texts(
            "{name}'s: {percent}% to you",
            name=name_of(split.streamer_id),
            percent=parts[member_id],
        )
    mark = "🤝" if split.state is SplitState.ACTIVE else "🕰️"
    line = f"{mark} {line}"
    return line if len(line) <= _CHOICE_CHARACTERS else f"{line[: _CHOICE_CHARACTERS - 1]}…"


def _explanation(texts: Texts, split: Split) -> str:
    if split.state is SplitState.ENDED and not split.began_at:
        return texts("It never began, so nothing is shared. `/split propose` makes a new one.")
    if split.state is SplitState.ENDED:
        return texts("What was received until then is still shared; later gifts are not.")
    return texts(
        "It is for gifts that come after everybody agreed. Each share moves once a gift has passed"
        " its hold. Anyone in it can end it with `/split end`."
    )


def reserved_line(texts: Texts, coins: int) -> str:
    """Return how many coins a streamer keeps for those they share with."""
    return texts("{coins:coins} for those you share with", coins=coins)


# What the people in an agreement are told: a title, a text, and the colour of the card.
_LETTERS = {
    "split_proposed": (
        N_("Somebody wants to share with you"),
        N_(
            "<@{streamer}> wants to share what comes in as gifts:\n{parts}\n`/split show` in the"
            " server lets you agree or decline. Nothing is shared before everybody agreed."
        ),
        GARDEN_COLOUR,
    ),
    "split_began": (
        N_("You share from now on"),
        N_(
            "Everybody agreed. Of each gift that <@{streamer}> receives from now on:\n{parts}\n"
            "`/split show` tells how it stands."
        ),
        GARDEN_COLOUR,
    ),
    "split_ended": (
        N_("You share no more"),
        N_(
            "<@{by}> ended what you shared of <@{streamer}>'s gifts. What was received until now is"
            " still shared; later gifts are not."
        ),
        QUIET_COLOUR,
    ),
    "split_declined": (
        N_("Nothing will be shared"),
        N_(
            "<@{by}> does not want to share <@{streamer}>'s gifts like that. A new proposal is made"
            " with `/split propose`."
        ),
        QUIET_COLOUR,
    ),
}


def _letter(kind: str, texts: Texts, facts: dict[str, Any]) -> discord.Embed:
    title, text, colour = _LETTERS[kind]
    parts = [
        texts("<@{member}> · **{percent}%**", member=member_id, percent=percent)
        for member_id, percent in facts["members"]
    ]
    said = texts(text, streamer=facts["streamer_id"], by=facts["by"], parts="\n".join(parts))
    return discord.Embed(title=texts(title), description=said, colour=colour)


SPLIT_LETTERS = {kind: partial(_letter, kind) for kind in _LETTERS}
