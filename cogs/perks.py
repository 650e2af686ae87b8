"""`/perks`: roles that diamonds get, to look at and to claim."""

from typing import Any

import discord
from discord import app_commands

from bot.services.perk_rows import Perk, PerkGrant
from bot.texts import Texts
from cogs.answers import Answer, Asker, answering, texts_of
from cogs.base import EconomyCog
from cogs.looks import DIAMOND, DIAMOND_COLOUR, whole

_MOST_CHOICES = 25
_MOST_CHOICE_CHARACTERS = 100

# What an embed and a field of it have room for.
_MOST_CHARACTERS = 4_096
_MOST_HELD = 12

Number = app_commands.Range[int, 1]


def perk_line(texts: Texts, perk: Perk) -> str:
    """Return what a perk is, what it costs and how long it lasts."""
    return texts(
        "{number:receipt} **{name}** · {role} · {emoji} {diamonds} · {days}",
        number=perk.perk_id,
        name=discord.utils.escape_markdown(perk.name),
        role=f"<@&{perk.role_id}>",
        emoji=DIAMOND,
        diamonds=perk.diamonds,
        days=texts.plural("{count} day", "{count} days", perk.days),
    )


def perks_embed(
    texts: Texts, offered: tuple[Perk, ...], held: tuple[PerkGrant, ...]
) -> discord.Embed:
    """Return what diamonds get here, and what somebody has already."""
    lines = [perk_line(texts, perk) for perk in offered]
    embed = discord.Embed(
        title=texts("What diamonds get you"),
        description="\n".join(_fitting(texts, lines)) or texts("There are no perks here yet."),
        colour=DIAMOND_COLOUR,
    )
    if held:
        embed.add_field(name=texts("Yours now"), value="\n".join(_held_lines(texts, held)))
    if offered:
        embed.set_footer(text=texts("/perks perk: claims one. An admin looks at it first."))
    return embed


def _fitting(texts: Texts, lines: list[str]) -> list[str]:
    """Return as many lines as fit; long names whose every sign is escaped may not all do."""
    fitting, shown = lines, len(lines)
    while len("\n".join(fitting)) > _MOST_CHARACTERS:
        shown -= 1
        more = len(lines) - shown
        fitting = [*lines[:shown], texts.plural("and {count} more", "and {count} more", more)]
    return fitting


def _held_lines(texts: Texts, held: tuple[PerkGrant, ...]) -> list[str]:
    """Return until when somebody has which role, as many as fit; the same one lasts to the last."""
    ends_at = {each.role_id: each.expires_at for each in held}
    lines = [
        texts("{role} until {at:at}", role=f"<@&{role_id}>", at=at)
        for role_id, at in ends_at.items()
    ]
    if more := len(lines[_MOST_HELD:]):
        lines[_MOST_HELD:] = [texts.plural("and {count} more", "and {count} more", more)]
    return lines


def _choice_name(texts: Texts, perk: Perk) -> str:
    """Return a perk's name with its price, which is what a long name makes room for."""
    price = f" · {texts.diamonds(perk.diamonds)}"
    room = _MOST_CHOICE_CHARACTERS - len(price)
    return (perk.name if len(perk.name) <= room else f"{perk.name[: room - 1]}…") + price


def perk_choices(
    texts: Texts, perks: tuple[Perk, ...], typed: int | str
) -> list[app_commands.Choice[int]]:
    """Return the perks whose name or number has what was typed in it."""
    part = str(typed).casefold().lstrip("#")
    return [
        app_commands.Choice(name=_choice_name(texts, perk), value=perk.perk_id)
        for perk in perks
        if part in perk.name.casefold() or str(perk.perk_id).startswith(part)
    ][:_MOST_CHOICES]


class PerksCog(EconomyCog):
    """Getting roles for diamonds."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(perk="Which one to claim; leave it out to see them")
    async def perks(
        self, interaction: discord.Interaction[Any], perk: Number | None = None
    ) -> None:
        """See which roles your diamonds get you, or claim one."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            if perk is None:
                await self._show(answer, asker)
            else:
                await self._claim(answer, asker, whole(perk))

    @perks.autocomplete("perk")
    async def suggest(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest what is on offer."""
        if interaction.guild_id is None:
            return []
        offered = await self._economy.perks.offered(interaction.guild_id)
        return perk_choices(await texts_of(interaction), offered, typed)

    async def _show(self, answer: Answer, asker: Asker) -> None:
        offered = await self._economy.perks.offered(asker.guild_id)
        held = await self._economy.perks.held(asker.guild_id, asker.member_id)
        await answer.show(embed=perks_embed(answer.texts, offered, held))

    async def _claim(self, answer: Answer, asker: Asker, perk_id: int) -> None:
        stepped = await self._economy.perks.claim(
            guild_id=asker.guild_id,
            key=f"perk:{answer.key}",
            streamer_id=asker.member_id,
            perk_id=perk_id,
        )
        await answer.show(
            answer.texts(
                "Claim {number:receipt} asks for it, for {diamonds:diamonds}. An admin looks at it,"
                " and a letter tells you. `/claim status` shows how it stands.",
                number=stepped.claim.claim_id,
                diamonds=stepped.claim.diamonds,
            )
        )


async def setup(bot: Any) -> None:
    """Add the cog to a bot that has an `economy`."""
    await bot.add_cog(PerksCog(bot.economy))
