"""`/economy`: settings, streamers and grants, for admins; what is about money is in its parts."""

from typing import Any
from zoneinfo import ZoneInfo

import discord
from babel.dates import format_datetime
from discord import app_commands

from bot.errors import GiftToBot, MemberLeft
from bot.services.clock import snowflake_seconds
from bot.services.grants import MOST_GRANT_COINS, MOST_REASON_CHARACTERS
from bot.services.guilds import Guild
from bot.services.plain_text import plain
from bot.services.settings import SETTINGS, GuildSettings, Setting
from bot.services.zones import wall_at, zones_like
from bot.texts import Texts
from cogs.answers import Asker, answering, texts_of
from cogs.base import EconomyCog
from cogs.economy_limits import LimitsPart
from cogs.economy_mode import ModePart, PlayButton
from cogs.economy_orders import DismissButton, OrdersButton, OrdersPart, RefundButton
from cogs.economy_packs import PacksPart
from cogs.economy_perks import PerksPart
from cogs.economy_rates import RatesPart
from cogs.looks import GARDEN_COLOUR, person_of, whole
from cogs.zone_words import moved_lines

# Their commands stand below `/economy` too; a group has one cog, and a file would be too long.
PARTS = (ModePart, PacksPart, OrdersPart, LimitsPart, RatesPart, PerksPart)

_STREAMERS_SHOWN = 40
_MOST_ZONE_CHARACTERS = 100


def settings_embed(texts: Texts, settings: GuildSettings) -> discord.Embed:
    """Return every setting with its value, what it does and what it takes."""
    embed = discord.Embed(
        title=texts("Settings of the economy"),
        description=texts("Change one with `/economy settings setting: value:`"),
        colour=GARDEN_COLOUR,
    )
    for setting in settings_of(settings):
        embed.add_field(
            name=f"{setting.name} = {_value(texts, setting, settings)}",
            value=texts("{about}\n-# {how}", about=texts(setting.about), how=_how(texts, setting)),
            inline=False,
        )
    return embed


def settings_of(settings: GuildSettings) -> tuple[Setting, ...]:
    """Return what can be set in a guild: where it plays, nothing that is about money."""
    return tuple(each for each in SETTINGS if settings.is_paid or not each.is_about_money)


def _how(texts: Texts, setting: Setting) -> str:
    if setting.command:
        return texts("`{command}` changes it", command=setting.command)
    return texts("Takes {bounds}", bounds=texts(setting.kind.bounds))


def _value(texts: Texts, setting: Setting, settings: GuildSettings) -> str:
    value = getattr(settings, setting.name)
    plain_number = isinstance(value, int) and not isinstance(value, bool)
    return texts.number(value) if plain_number else setting.kind.write(value)


def streamers_embed(texts: Texts, guild: Guild) -> discord.Embed:
    """Return who is a streamer."""
    named = sorted(guild.streamer_ids)
    lines = [f"<@{member_id}>" for member_id in named[:_STREAMERS_SHOWN]]
    if len(named) > len(lines):
        rest = len(named) - len(lines)
        lines.append(texts.plural("and {count} more", "and {count} more", rest))
    role_id = guild.settings.streamer_role_id
    role = f"<@&{role_id}>" if role_id else texts("none")
    return discord.Embed(
        title=texts("Streamers"),
        description=texts("Everybody with the role: {role}", role=role)
        + "\n"
        + texts("Named: {names}", names=", ".join(lines) or texts("nobody yet")),
        colour=GARDEN_COLOUR,
    ).set_footer(text=texts("Streamers can receive gifts, convert and claim."))


class AdminCog(EconomyCog):
    """Running the economy of a server."""

    economy = app_commands.Group(
        name="economy",
        description="Run the gift economy of this server",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @economy.command()
    @app_commands.describe(
        setting="Which setting; leave it out to see all", value="Its new value; within its bounds"
    )
    async def settings(
        self,
        interaction: discord.Interaction[Any],
        setting: str | None = None,
        value: str | None = None,
    ) -> None:
        """See the settings with their bounds, or change one."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            guilds = self._economy.guilds
            if setting is None or value is None:
                settings = (await guilds.get(admin.guild_id)).settings
                await answer.show(embed=settings_embed(answer.texts, settings))
                return
            changed = await guilds.change_setting(
                admin.guild_id, admin.member_id, setting, plain(value)
            )
            await answer.show(
                answer.texts(
                    "**{name}** is now **{after}** (it was {before}). It takes {bounds}.",
                    name=changed.setting.name,
                    after=changed.after,
                    before=changed.before,
                    bounds=answer.texts(changed.setting.kind.bounds),
                )
            )

    @settings.autocomplete("setting")
    async def suggest_settings(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest settings by name."""
        if interaction.guild_id is None:
            return []
        texts = await texts_of(interaction)
        settings = (await self._economy.guilds.get(interaction.guild_id)).settings
        return [
            app_commands.Choice(
                name=f"{setting.name} · {texts(setting.about)}"[:100], value=setting.name
            )
            for setting in settings_of(settings)
            if typed.casefold() in setting.name and not setting.command
        ]

    @settings.autocomplete("value")
    async def suggest_values(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Show what the chosen setting is now and what it takes."""
        if interaction.guild_id is None or not interaction.permissions.manage_guild:
            return []
        texts = await texts_of(interaction)
        chosen = getattr(interaction.namespace, "setting", None)
        settings = (await self._economy.guilds.get(interaction.guild_id)).settings
        setting = next((each for each in settings_of(settings) if each.name == chosen), None)
        if setting is None:
            return []
        now = setting.kind.write(getattr(settings, setting.name))
        name = texts("now {now}; takes {bounds}", now=now, bounds=texts(setting.kind.bounds))
        return [app_commands.Choice(name=name[:100], value=typed[:100] or now)]

    @economy.command()
    @app_commands.describe(
        add="Name a streamer",
        remove="Take somebody off the list",
        role="Everybody with this role is a streamer",
        no_role="Stop counting a role",
    )
    async def streamers(
        self,
        interaction: discord.Interaction[Any],
        add: discord.User | None = None,
        remove: discord.User | None = None,
        role: discord.Role | None = None,
        no_role: bool = False,  # noqa: FBT001, FBT002 - an option of Discord's
    ) -> None:
        """See or change who can receive gifts."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            guilds = self._economy.guilds
            if add is not None:
                await self._name(admin, add)
            if remove is not None:
                await guilds.unname_streamer(admin.guild_id, remove.id)
            if role is not None or no_role:
                await guilds.set_streamer_role(
                    admin.guild_id, admin.member_id, 0 if role is None else role.id
                )
            guild = await guilds.get(admin.guild_id)
            await answer.show(embed=streamers_embed(answer.texts, guild))

    async def _name(self, admin: Asker, user: discord.User | discord.Member) -> None:
        person = person_of(user)
        if person.is_bot:
            raise GiftToBot
        if not person.is_member:
            raise MemberLeft(person.name)
        await self._economy.guilds.name_streamer(admin.guild_id, admin.member_id, person.member_id)

    @economy.command()
    @app_commands.describe(
        member="Who receives the coins", coins="How many", reason="Why; it stays in the books"
    )
    async def grant(
        self,
        interaction: discord.Interaction[Any],
        member: discord.User,
        coins: app_commands.Range[int, 1, MOST_GRANT_COINS],
        reason: app_commands.Range[str, 1, MOST_REASON_CHARACTERS],
    ) -> None:
        """Give a member bonus coins."""
        async with answering(interaction) as answer:
            admin = answer.admin()
            receipt = await self._economy.grants.grant(
                guild_id=admin.guild_id,
                key=f"grant:{answer.key}",
                admin_id=admin.member_id,
                member=person_of(member),
                coins=whole(coins),
                reason=plain(reason),
            )
            await answer.show(
                answer.texts(
                    "<@{member}> received **{coins:coins}** as bonus. Receipt {number:receipt}",
                    member=str(receipt.member_id),
                    coins=receipt.coins,
                    number=receipt.entry_id,
                )
            )

    @economy.command()
    @app_commands.describe(name="The nearest large city; leave it out to see what it is now")
    async def timezone(
        self,
        interaction: discord.Interaction[Any],
        name: app_commands.Range[str, 1, _MOST_ZONE_CHARACTERS] | None = None,
    ) -> None:
        """See or choose the clock that promotions follow."""
        async with answering(interaction) as answer:
            admin, texts = answer.admin(), answer.texts
            promotions, now = self._economy.promotions, snowflake_seconds(interaction.id)
            if name is None:
                zone = await promotions.zone(admin.guild_id)
                said = texts("Promotions follow the clock of **{zone}**", zone=zone.key)
                lines: list[str] = []
            else:
                changed = await promotions.set_zone(admin.guild_id, admin.member_id, name)
                zone = ZoneInfo(changed.after)
                said = texts(
                    "Promotions follow the clock of **{zone}** now (it was {before})",
                    zone=zone.key,
                    before=changed.before,
                )
                lines = moved_lines(texts, changed)
            clock = format_datetime(wall_at(now, zone), "EEEE HH:mm", locale=texts.locale)
            said += texts(", where it is {clock}.", clock=clock)
            await answer.show("\n".join([said, *lines]))

    @timezone.autocomplete("name")
    async def suggest_zones(
        self, interaction: discord.Interaction[Any], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest time zones by their cities, with what their clocks show."""
        now = snowflake_seconds(interaction.id)
        return [
            app_commands.Choice(name=f"{zone} · {wall_at(now, ZoneInfo(zone)):%H:%M}", value=zone)
            for zone in zones_like(typed)
        ]


async def setup(bot: Any) -> None:
    """Add the cog, with its parts and their buttons, to a bot that has an `economy`."""
    cog = AdminCog(bot.economy)
    for part in PARTS:
        # A part is never added by itself, so that its commands stand nowhere else.
        for command in part(bot.economy).get_app_commands():
            cog.economy.add_command(command)
    bot.add_dynamic_items(PlayButton, DismissButton, OrdersButton, RefundButton)
    await bot.add_cog(cog)
