"""`/economy perks`: which roles diamonds get streamers, for how many and how long."""

from typing import Any

import discord
from discord import app_commands

from bot.payout_errors import RoleNotYours
from bot.services.perk_rows import PerkGrant
from bot.services.perks import MOST_DAYS, MOST_NAME_CHARACTERS
from bot.services.plain_text import plain
from bot.texts import Texts
from cogs.answers import Answer, Asker, answering, texts_of
from cogs.base import EconomyCog
from cogs.looks import whole
from cogs.payout_words import reason_words
from cogs.perks import Number, perk_choices, perks_embed


def refused_lines(texts: Texts, refused: tuple[PerkGrant, ...]) -> list[str]:
    """Return whose roles should be gone and are not, and why."""
    return [
        texts(
            "{role} of {member} was due back {at:until}: {reason}",
            role=f"<@&{each.role_id}>",
            member=f"<@{each.streamer_id}>",
            at=each.expires_at,
            reason=reason_words(texts, each.refusal),
        )
        for each in refused
    ]


class PerksPart(EconomyCog):
    """What diamonds get streamers."""

    perks = app_commands.Group(name="perks", description="Roles that diamonds get streamers")

    @perks.command()
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """See the perks, and roles that I could not take back."""
        async with answering(interaction) as answer:
            await self._show(answer, answer.admin())

    @perks.command()
    @app_commands.describe(
        role="Which role; it has to be below mine",
        diamonds="What it costs",
        days="How long a streamer keeps it",
        name="What it is called; the role's name when left out",
    )
    async def offer(
        self,
        interaction: discord.Interaction[Any],
        role: discord.Role,
        diamonds: Number,
        days: app_commands.Range[int, 1, MOST_DAYS],
        name: app_commands.Range[str, 1, MOST_NAME_CHARACTERS] = "",
    ) -> None:
        """Offer a role to streamers for diamonds; they claim it with /perks."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            refuse_strange_role(interaction, role)
            await self._economy.perks.offer(
                admin.guild_id,
                admin.member_id,
                name=plain(name or role.name)[:MOST_NAME_CHARACTERS],
                role_id=role.id,
                diamonds=whole(diamonds),
                days=whole(days),
            )
            warning = ""
            if not interaction.app_permissions.manage_roles:
                warning = answer.texts(
                    "I lack *Manage Roles* here, so I cannot give it yet. Give me that permission,"
                    " and keep my own role above it."
                )
            await self._show(answer, admin, warning)

    @perks.command()
    @app_commands.describe(perk="Which one")
    async def retire(self, interaction: discord.Interaction[Any], perk: Number) -> None:
        """Offer a perk no more; who has it keeps it for its days."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            await self._economy.perks.retire(admin.guild_id, whole(perk))
            await self._show(answer, admin)

    @retire.autocomplete("perk")
    async def suggest(
        self, interaction: discord.Interaction[Any], typed: int | str
    ) -> list[app_commands.Choice[int]]:
        """Suggest what is on offer."""
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        offered = await self._economy.perks.offered(interaction.guild_id)
        return perk_choices(await texts_of(interaction), offered, typed)

    async def _show(self, answer: Answer, admin: Asker, said: str = "") -> None:
        offered = await self._economy.perks.offered(admin.guild_id)
        refused = await self._economy.perks.refused(admin.guild_id)
        lines = [*([said] if said else []), *refused_lines(answer.texts, refused)]
        await answer.show("\n".join(lines) or None, embed=perks_embed(answer.texts, offered, ()))


def refuse_strange_role(interaction: discord.Interaction[Any], role: discord.Role) -> None:
    """Raise RoleNotYours for a role that the admin could not give: I would do it for them.

    Manage Server alone gives no roles, and nobody hands out permissions they lack, or a role that
    stands above their own: what it opens may be written down in channels.
    """
    mine = interaction.permissions
    is_own = role.is_default() or role.managed
    can_give = (
        mine.manage_roles and role.permissions.is_subset(mine) and _is_below(interaction, role)
    )
    if is_own or not can_give:
        raise RoleNotYours


def _is_below(interaction: discord.Interaction[Any], role: discord.Role) -> bool:
    """Tell whether a role stands below the asker's highest one; below the owner all do."""
    asker, guild = interaction.user, interaction.guild
    assert guild is not None, "whoever is an admin is one of a server"
    if guild.owner_id == asker.id:
        return True
    return isinstance(asker, discord.Member) and role < asker.top_role
