"""What channels and admins read of promotions' windows: cards, and letters."""

import discord

from bot.services.notices import Notice, Why
from bot.texts import N_, Texts
from cogs.looks import COIN_COLOUR, QUIET_COLOUR
from cogs.promo_words import escaped, term_lines

_LETTERS = {
    Why.UNREACHED: N_(
        "I could not announce **{name}** in {channel}: Discord did not take my message before the "
        "window was over. Members got the bonus all the same. There is nothing to mend; any "
        "next window is announced as usual (promotion {number:receipt})."
    ),
    Why.ROLE: N_(
        "I announced **{name}** in {channel}, but could not mention {role}: the role is gone, or I "
        "may not mention it. Allow anyone to mention it in the role's settings, give me the "
        "permission “Mention Everyone”, or pick another one with `/promo edit` (promotion "
        "{number:receipt})."
    ),
}
_CLOSED = N_(
    "I could not announce **{name}** in {channel}: the channel is gone, or I may not write there. "
    "Members still get the bonus. Let me see the channel, send messages and embed links there, or "
    "pick another one; once you press Save in `/promo edit` (promotion {number:receipt}), I "
    "announce what is open then."
)


def announcement_embed(texts: Texts, notice: Notice) -> discord.Embed:
    """Return what a channel reads of a window."""
    is_ending = notice.kind == "ending"
    name = escaped(notice.name)
    title = f"⏳ {texts('{name} is about to end', name=name)}" if is_ending else f"🎉 {name}"
    lines = [*([notice.text, ""] if notice.text else []), *term_lines(texts, notice.terms)]
    embed = discord.Embed(title=title, description="\n".join(lines), colour=COIN_COLOUR)
    end = f"<t:{notice.ends_at}:f>"
    ends = texts("Until {end}, {relative:until}", end=end, relative=notice.ends_at)
    return embed.add_field(name=texts("Ends") if is_ending else texts("When"), value=ends)


def over_embed(texts: Texts, notice: Notice) -> discord.Embed:
    """Return what a channel reads once a window is over; it promises nothing any more."""
    embed = discord.Embed(
        title=texts("{name} is over", name=escaped(notice.name)),
        description="\n".join(term_lines(texts, notice.terms)),
        colour=QUIET_COLOUR,
    )
    ended = texts("{end:at}, {relative:until}", end=notice.ends_at, relative=notice.ends_at)
    return embed.add_field(name=texts("Ended"), value=ended)


def letter(texts: Texts, notice: Notice, guild: discord.Guild | None) -> str:
    """Return what an admin reads of an announcement that was not made as it was meant."""
    content = texts(
        _LETTERS.get(notice.why, _CLOSED),
        name=escaped(notice.name),
        channel=f"<#{notice.channel_id}>",
        role=_role_words(texts, notice.role_id, guild),
        number=notice.promotion_id,
    )
    # The name of the server tells admins of several which one it is.
    return f"**{escaped(guild.name)}**\n{content}" if guild and guild.name else content


def _role_words(texts: Texts, role_id: int, guild: discord.Guild | None) -> str:
    """Return a role by its name: in a direct message Discord knows none."""
    role = guild.get_role(role_id) if guild else None
    return f"**@{escaped(role.name)}**" if role else texts("its role")
