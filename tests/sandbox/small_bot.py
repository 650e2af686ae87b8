"""A small discord.py bot that uses everything once, with nothing of ours in it."""

import asyncio
import io
import json
from typing import Any

import discord
from discord import app_commands

from tests.sandbox.small_views import Choices, Counter, Letter, Menu

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000030806000000b9eade810000000049454e44ae426082"
)


def dot() -> discord.File:
    """Give a picture, described."""
    return discord.File(io.BytesIO(PNG), "dot.png", description="a dot")


class SmallBot(discord.Client):
    """Keeps what happened, so that tests can look at it."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(
            intents=intents or discord.Intents.default(),
            guild_ready_timeout=0,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = app_commands.CommandTree(self)
        self.gate = asyncio.Event()
        self.held = asyncio.Event()
        self.error_codes: asyncio.Queue[int] = asyncio.Queue()
        self.events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        add_commands(self)
        add_shows(self)

    async def setup_hook(self) -> None:
        """Register everything."""
        self.add_dynamic_items(Counter)
        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        """Keep messages."""
        self.events.put_nowait(("message", message))

    async def on_member_remove(self, member: discord.Member) -> None:
        """Keep who left."""
        self.events.put_nowait(("left", member))

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Keep whose roles changed."""
        del before
        self.events.put_nowait(("changed", after))

    async def on_resumed(self) -> None:
        """Keep that the session was resumed."""
        self.events.put_nowait(("resumed", None))


def add_commands(bot: SmallBot) -> None:  # noqa: C901 - one command after the other
    """Give the bot its commands."""
    tree = bot.tree

    @tree.command(description="Takes one of each")
    async def everything(  # noqa: PLR0913, PLR0917 - it is about having all types
        interaction: discord.Interaction,
        text: app_commands.Range[str, 2, 10],
        whole: app_commands.Range[int, 1, 100],
        truth: bool = False,  # noqa: FBT001, FBT002 - discord.py passes options like this
        user: discord.User | None = None,
        member: discord.Member | None = None,
        channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        mentionable: discord.Member | discord.Role | None = None,
        number: float | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        content = (await file.read()).decode() if file else None
        said: dict[str, Any] = {
            "text": text,
            "whole": whole,
            "truth": truth,
            "user": user and user.id,
            "member": member and [role.name for role in member.roles],
            "channel": channel and channel.name,
            "role": role and role.name,
            "mentionable": mentionable and mentionable.id,
            "number": number,
            "file": content,
        }
        await interaction.response.send_message(json.dumps(said))

    flower = app_commands.Group(name="flower", description="Flowers")
    bed = app_commands.Group(name="bed", description="Beds", parent=flower)

    @flower.command(description="Plants one")
    @app_commands.choices(kind=[app_commands.Choice(name="Rose", value="rose")])
    async def plant(interaction: discord.Interaction, kind: str) -> None:
        await interaction.response.send_message(f"planted {kind}")

    @bed.command(description="Waters one")
    async def water(interaction: discord.Interaction, word: str, litres: int = 1) -> None:
        await interaction.response.send_message(f"{litres} on {word}")

    @water.autocomplete("word")
    async def complete(
        interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        litres = interaction.namespace.litres
        return [app_commands.Choice(name=f"{current}! {litres}", value=current)]

    @bed.command(description="Plants as many as fit")
    async def fill(interaction: discord.Interaction, rows: int, metres: float) -> None:
        await interaction.response.send_message(f"{rows} rows of {metres} m")

    @fill.autocomplete("rows")
    async def complete_rows(
        interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[int]]:
        del interaction
        # While a number is being typed it is whatever stands there.
        return [app_commands.Choice(name=f"typed {current!r}", value=7)]

    @fill.autocomplete("metres")
    async def complete_metres(
        interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[float]]:
        rows = interaction.namespace.rows
        return [app_commands.Choice(name=f"{current!r} of {rows!r}", value=2.5)]

    tree.add_command(flower)

    @tree.command(description="Only you see it")
    async def whisper(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("psst", ephemeral=True)

    @tree.command(description="Thinks first")
    async def think(interaction: discord.Interaction, hidden: bool = False) -> None:  # noqa: FBT001, FBT002 - discord.py passes options like this
        await interaction.response.defer(thinking=True, ephemeral=hidden)
        bot.held.set()
        await bot.gate.wait()
        await interaction.edit_original_response(content="thought")

    @tree.command(description="Thinks, then sends something more")
    async def ponder(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        await interaction.followup.send("pondered")

    @tree.command(description="Answers when it is let")
    async def hold(interaction: discord.Interaction) -> None:
        bot.held.set()
        await bot.gate.wait()
        try:
            await interaction.response.send_message("too late?")
        except discord.HTTPException as error:
            bot.error_codes.put_nowait(error.code)

    @tree.command(description="Answers, and says more")
    async def story(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one")
        two = await interaction.followup.send("two", wait=True)
        await interaction.followup.send("three", ephemeral=True)
        await two.edit(content="two, edited")
        await interaction.delete_original_response()
        bot.gate.set()

    @tree.command(description="Says anything")
    async def say(interaction: discord.Interaction, text: str) -> None:
        try:
            await interaction.response.send_message(text)
        except discord.HTTPException as error:
            bot.error_codes.put_nowait(error.code)


def add_shows(bot: SmallBot) -> None:  # noqa: C901 - one command after the other
    """Give the bot the commands that show something."""
    tree = bot.tree

    @tree.command(description="Shows a picture")
    async def picture(interaction: discord.Interaction) -> None:
        embed = discord.Embed(title="Look").set_image(url="attachment://dot.png")
        await interaction.response.send_message(embed=embed, file=dot())

    @tree.command(description="Shows all there is to press")
    async def menu(interaction: discord.Interaction, hidden: bool = False) -> None:  # noqa: FBT001, FBT002 - discord.py passes options like this
        await interaction.response.send_message("menu", view=Menu(), ephemeral=hidden)

    @tree.command(description="Lets you choose who, what and where")
    async def choose(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("choose", view=Choices())

    @tree.command(description="Shows a card with fields")
    async def card(interaction: discord.Interaction) -> None:
        embed = discord.Embed(title="Card", url="https://example.com/", colour=0x7A9E3B)
        embed.set_author(name="Olive").set_footer(text="since always")
        embed.set_thumbnail(url="https://example.com/dot.png").set_image(url="attachment://dot.png")
        embed.add_field(name="Roses", value="12").add_field(name="Lilies", value="3", inline=False)
        await interaction.response.send_message(embed=embed, file=dot())

    @tree.command(description="Shows a layout")
    async def parcel(interaction: discord.Interaction) -> None:
        note = discord.File(io.BytesIO(b"inside"), "note.txt")
        await interaction.response.send_message(view=Letter(), files=[dot(), note])

    @tree.command(description="Gives or takes a role")
    async def award(
        interaction: discord.Interaction,
        member: discord.Member,
        role: discord.Role,
        take: bool = False,  # noqa: FBT001, FBT002 - discord.py passes options like this
    ) -> None:
        try:
            await (member.remove_roles if take else member.add_roles)(role, reason="because")
        except discord.Forbidden as error:
            await interaction.response.send_message(f"refused {error.code}")
        else:
            await interaction.response.send_message("done")

    @tree.command(description="Counts")
    async def count(interaction: discord.Interaction) -> None:
        view = discord.ui.View(timeout=None).add_item(Counter(0))
        await interaction.response.send_message("count 0", view=view)
        view.stop()

    @tree.command(description="For admins")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def settle(interaction: discord.Interaction) -> None:
        allowed = interaction.permissions.manage_guild
        await interaction.response.send_message(f"settled {allowed}")

    @tree.command(description="Writes a direct message")
    async def letter(interaction: discord.Interaction) -> None:
        await interaction.user.send("dear")
        await interaction.response.send_message("sent", ephemeral=True)

    @tree.context_menu(name="Wave at")
    async def wave(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"waves at {member.display_name}")

    @tree.context_menu(name="Quote")
    async def quote(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"> {message.content}")


if __name__ == "__main__":
    SmallBot().run("any.token.works")
