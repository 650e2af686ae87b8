"""`/wallet` and `/history`: what a member has, and how it came and went."""

from typing import Any

import discord
from discord import app_commands
from typing_extensions import override

from bot.errors import AdminsOnly
from bot.services.wallets import HistoryPage, Standing, Wallet
from bot.texts import Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.base import EconomyCog
from cogs.history_lines import history_line
from cogs.looks import COIN, COIN_COLOUR, DIAMOND, GARDEN_COLOUR
from cogs.price_notes import bracket_note, with_note
from cogs.repeated_buttons import PageButton
from cogs.split_words import reserved_line

WALLET_ENTRIES = 3

# A field of an embed ends at 1,024 characters, and each of these may need a backslash.
WALLET_NOTE_CHARACTERS = 100


def wallet_embed(
    texts: Texts, user: discord.User | discord.Member, standing: Standing, latest: HistoryPage
) -> discord.Embed:
    """Return a member's pots and last entries."""
    wallet = standing.wallet
    embed = discord.Embed(
        title=texts("Wallet of {name}", name=user.display_name), colour=COIN_COLOUR
    )
    if standing.is_disputed:
        embed.description = texts(
            "⚖️ **Your wallet rests:** a payment is disputed. Until that is decided you cannot send"
            " or receive gifts."
        )
    embed.add_field(name=f"{COIN} " + texts("To spend"), value=_to_spend(texts, wallet))
    if wallet.debt_coins:
        embed.add_field(
            name="↩️ " + texts("You owe"),
            value=texts("**{coins:coins}**\nThe next pack pays it first.", coins=wallet.debt_coins),
        )
    if wallet.earned_coins or wallet.owed_diamonds:
        embed.add_field(name="💐 " + texts("Earned"), value=_earned(texts, standing))
        embed.add_field(
            name=f"{DIAMOND} " + texts("Owed to you"),
            value=texts(
                "**{diamonds:diamonds}**\n{free} to claim · {claimed} in claims",
                diamonds=wallet.owed_diamonds,
                free=wallet.diamonds,
                claimed=wallet.claimed_diamonds,
            ),
        )
    embed.add_field(
        name=texts("Latest"),
        value="\n".join(
            history_line(texts, entry, most_note=WALLET_NOTE_CHARACTERS) for entry in latest.entries
        )
        or texts("Nothing yet. `/buy` gets your first coins."),
        inline=False,
    )
    return with_note(embed, bracket_note(texts))


def _to_spend(texts: Texts, wallet: Wallet) -> str:
    spend = texts(
        "**{coins:coins}**\n{paid} bought · {bonus} bonus",
        coins=wallet.coins,
        paid=wallet.paid_coins,
        bonus=wallet.bonus_coins,
    )
    if wallet.promised_coins:
        spend += "\n" + texts(
            "{coins:coins} of bonus set aside until you pay", coins=wallet.promised_coins
        )
    return spend


def _earned(texts: Texts, standing: Standing) -> str:
    lines = [texts("**{coins:coins}**\n`/convert` them", coins=standing.wallet.earned_coins)]
    if standing.held_coins and not standing.held_until:
        lines.append(
            texts("{coins:coins} on hold until a bank has decided", coins=standing.held_coins)
        )
    elif standing.held_coins:
        lines.append(
            texts(
                "{coins:coins} on hold, the first free {until:until}",
                coins=standing.held_coins,
                until=standing.held_until,
            )
        )
    if standing.reserved_coins:
        lines.append(reserved_line(texts, standing.reserved_coins))
    return "\n".join(lines)


def history_embed(texts: Texts, page: HistoryPage) -> discord.Embed:
    """Return one page of entries."""
    lines = [history_line(texts, entry) for entry in page.entries]
    embed = discord.Embed(
        title=texts("Your history"),
        description="\n".join(lines) or texts("Nothing yet. `/buy` gets your first coins."),
        colour=GARDEN_COLOUR,
    )
    return with_note(embed, bracket_note(texts)) if lines else embed


class HistoryButton(
    PageButton,
    template=r"bouquet:history:(?P<owner>\d+):(?P<before>\d+)",
):
    """Turns to another page of the own history."""

    action = "history"

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            asker = answer.owner(self.owner_id)
            page = await economy_of(interaction).wallets.history(
                asker.guild_id, asker.member_id, before=self.before
            )
            await answer.update(
                embed=history_embed(answer.texts, page),
                view=history_view(answer.texts, asker.member_id, page),
            )


def history_view(texts: Texts, owner_id: int, page: HistoryPage) -> discord.ui.View:
    """Return the buttons to the pages beside this one."""
    view = discord.ui.View()
    if page.newer is not None:
        view.add_item(HistoryButton(owner_id, page.newer, texts("Newer")))
    if page.older is not None:
        view.add_item(HistoryButton(owner_id, page.older, texts("Older")))
    return view


class WalletCog(EconomyCog):
    """Reading what one has."""

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.describe(member="Whose wallet; only admins can look at another's")
    async def wallet(
        self, interaction: discord.Interaction[Any], member: discord.User | None = None
    ) -> None:
        """Show your coins, what you earned and what you are owed."""
        async with answering(interaction) as answer:
            await self._show_wallet(answer, member or interaction.user)

    @app_commands.command()
    @app_commands.guild_only()
    async def history(self, interaction: discord.Interaction[Any]) -> None:
        """Show every entry of your wallet, with its receipt number."""
        async with answering(interaction) as answer:
            asker = answer.asker()
            page = await self._economy.wallets.history(asker.guild_id, asker.member_id)
            await answer.show(
                embed=history_embed(answer.texts, page),
                view=history_view(answer.texts, asker.member_id, page),
            )

    async def _show_wallet(self, answer: Answer, user: discord.User | discord.Member) -> None:
        asker = answer.asker()
        if user.id != asker.member_id and not answer.interaction.permissions.manage_guild:
            raise AdminsOnly
        wallets = self._economy.wallets
        standing = await wallets.standing(asker.guild_id, user.id)
        latest = await wallets.history(asker.guild_id, user.id, size=WALLET_ENTRIES)
        await answer.show(embed=wallet_embed(answer.texts, user, standing, latest))


async def setup(bot: Any) -> None:
    """Add the cog and its buttons to a bot that has an `economy`."""
    bot.add_dynamic_items(HistoryButton)
    await bot.add_cog(WalletCog(bot.economy))
