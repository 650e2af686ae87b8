"""`/payee`: what is needed to pay a streamer, for themselves to set, see and erase."""

from typing import Any

import discord
from discord import app_commands

from bot.errors import AdminsOnly, TryAgain
from bot.payments.payout_provider import Payee, PayeeState
from bot.payout_errors import NoPayeePage, PayeeInPlay
from bot.services.payees import MANUAL, MOST_REFERENCE_CHARACTERS, PayeeReference
from bot.services.plain_text import plain
from bot.texts import N_, Texts
from cogs.answers import Answer, Asker, answering
from cogs.base import EconomyCog
from cogs.looks import DIAMOND_COLOUR, quoted
from cogs.payout_words import way_words

_STATES = {
    PayeeState.NONE: N_("not there any more; `/payee set` begins anew"),
    PayeeState.INCOMPLETE: N_("something is missing there"),
    PayeeState.READY: N_("ready"),
}
_UNKNOWN_STATE = N_("does not answer right now")


def payee_embed(
    texts: Texts, title: str, known: tuple[PayeeReference, ...], states: dict[str, str]
) -> discord.Embed:
    """Return what is known of a streamer, and how it stands where a provider can tell."""
    embed = discord.Embed(title=title, colour=DIAMOND_COLOUR)
    for each in known:
        name = texts(way_words(each.provider))
        if each.provider in states:
            name = f"{name} · {texts(states[each.provider])}"
        embed.add_field(name=name, value=quoted(each.reference), inline=False)
    embed.set_footer(
        text=texts("Only the streamer and the admins who pay see this. /payee erase forgets it.")
    )
    return embed


def page_view(texts: Texts, payee: Payee) -> discord.ui.View:
    """Return the button that leads to the provider's page."""
    view = discord.ui.View()
    view.add_item(discord.ui.Button(label=texts("Go on at Stripe"), url=payee.url))
    return view


class PayeeCog(EconomyCog):
    """What streamers tell about how to pay them."""

    payee = app_commands.Group(
        name="payee", description="How you are paid for your diamonds", guild_only=True
    )

    @payee.command(name="set")
    @app_commands.describe(
        reference="What an admin needs to pay you by hand; leave it out to be paid by itself"
    )
    async def set_up(
        self,
        interaction: discord.Interaction[Any],
        reference: app_commands.Range[str, 1, MOST_REFERENCE_CHARACTERS] | None = None,
    ) -> None:
        """Tell how to pay you, or set up an account that is paid by itself."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            if reference is None:
                await self._invite(answer, asker)
                return
            await self._economy.payees.set_manual(asker.guild_id, asker.member_id, plain(reference))
            await self._show(answer, asker, None)

    @payee.command()
    @app_commands.describe(member="Whose, if you are an admin; leave it out for your own")
    async def show(
        self, interaction: discord.Interaction[Any], member: discord.User | None = None
    ) -> None:
        """See what is known about how to pay you."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            is_other = member is not None and member.id != asker.member_id
            if is_other and not interaction.permissions.manage_guild:
                raise AdminsOnly
            await self._show(answer, asker, member if is_other else None)

    @payee.command()
    async def erase(self, interaction: discord.Interaction[Any]) -> None:
        """Forget what is known about how to pay you."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            is_gone = await self._economy.payees.erase(asker.guild_id, asker.member_id)
            await answer.show(
                answer.texts("It is forgotten. An account you have at Stripe stays yours.")
                if is_gone
                else answer.texts("Nothing was known about how to pay you.")
            )

    async def _invite(self, answer: Answer, asker: Asker) -> None:
        texts, payees = answer.texts, self._economy.payees
        ways = payees.invites(asker.guild_id)
        if not ways:
            # In a guild that plays, the other sentence would ask for what nobody needs.
            settings = (await self._economy.guilds.get(asker.guild_id)).settings
            raise NoPayeePage if settings.is_paid else PayeeInPlay
        payee = await payees.invite(asker.guild_id, asker.member_id, ways[0])
        if not payee.url:
            await self._show(answer, asker, None)
            return
        said = texts(
            "Stripe asks you for what it needs to pay you; nobody here sees it. The button is yours"
            " alone and good for a few minutes. `/payee show` tells whether all is there."
        )
        await answer.show(said, view=page_view(texts, payee))

    async def _show(self, answer: Answer, asker: Asker, other: discord.User | None) -> None:
        """Show what is known of the asker, or of somebody else to an admin."""
        texts, guild_id = answer.texts, asker.guild_id
        member_id = asker.member_id if other is None else other.id
        known = await self._economy.payees.references(guild_id, member_id)
        if not known:
            await answer.show(
                texts("Nothing is known about how to pay you. `/payee set` tells it.")
                if other is None
                else texts("They have not told how to pay them. They do it with `/payee set`.")
            )
            return
        states = {
            each.provider: await self._state(guild_id, member_id, each.provider)
            for each in known
            if each.provider != MANUAL
        }
        title = (
            texts("How to pay you")
            if other is None
            else texts("How to pay {name}", name=other.display_name)
        )
        await answer.show(embed=payee_embed(texts, title, known, states))

    async def _state(self, guild_id: int, member_id: int, provider: str) -> str:
        try:
            payee = await self._economy.payees.state(guild_id, member_id, provider)
        except (TryAgain, NoPayeePage):
            return _UNKNOWN_STATE
        return _STATES[payee.state]


async def setup(bot: Any) -> None:
    """Add the cog to a bot that has an `economy`."""
    await bot.add_cog(PayeeCog(bot.economy))
