"""What is owed to a streamer, also one who left the server, and claiming it for them."""

import re
from typing import Any, Self

import discord
from typing_extensions import override

from bot.services.claim import Claim
from bot.services.grants import MOST_REASON_CHARACTERS
from bot.services.guilds import Person
from bot.services.plain_text import plain
from bot.services.wallets import Wallet
from bot.texts import Texts
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.claim_words import claim_line
from cogs.kept_forms import Form
from cogs.looks import DIAMOND_COLOUR, person_of
from cogs.payout_card import update_card
from cogs.payout_places import Place, open_select, queue_button


def owed_embed(
    texts: Texts, member_id: int, wallet: Wallet, claims: tuple[Claim, ...], *, is_here: bool
) -> discord.Embed:
    """Return what is owed to somebody and what they can do, or an admin for them."""
    lines = [
        f"<@{member_id}>",
        texts(
            "**{free:diamonds}** to claim, {claimed} in claims",
            free=wallet.diamonds,
            claimed=wallet.claimed_diamonds,
        ),
        *(claim_line(texts, claim, has_note=False) for claim in claims),
    ]
    if is_here:
        lines.append(texts("They claim it themselves, with `/claim request`."))
    elif wallet.diamonds:
        lines.append(
            texts(
                "They left this server. Should they come back, `/claim request` is theirs; or claim"
                " it for them, and another admin approves it."
            )
        )
    return discord.Embed(
        title=texts("Owed to a streamer"), description="\n".join(lines), colour=DIAMOND_COLOUR
    )


async def show_owed(answer: Answer, user: discord.User | discord.Member) -> None:
    """Show an admin what is owed to somebody."""
    admin, economy, texts = answer.admin(), economy_of(answer.interaction), answer.texts
    person = person_of(user)
    wallet = await economy.wallets.balance(admin.guild_id, person.member_id)
    claims = await economy.claims.own(admin.guild_id, person.member_id)
    view = discord.ui.View()
    if claims:
        view.add_item(open_select(Place(), texts, claims))
    if wallet.diamonds and not person.is_member:
        view.add_item(OwedButton(person.member_id, texts("Claim it for them")))
    view.add_item(queue_button(Place(), texts("To the queue")))
    embed = owed_embed(texts, person.member_id, wallet, claims, is_here=person.is_member)
    await answer.show(embed=embed, view=view)


class OwedButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:owed:(?P<member>\d+)",
):
    """Asks why an admin claims for somebody else."""

    def __init__(self, member_id: int, label: str | None = None) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"bouquet:owed:{member_id}"))
        self.member_id = member_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["member"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.admin()
            await answer.ask(OwedForm(answer, self.member_id))


class OwedForm(Form):
    """The reason for which an admin claims for somebody else."""

    template = re.compile(r"bouquet:owed_form:(?P<member>\d+):\d+")

    def __init__(self, answer: Answer, member_id: int) -> None:
        texts = answer.texts
        super().__init__(
            texts("Claim for a streamer who left"), f"bouquet:owed_form:{member_id}:{answer.key}"
        )
        self.words: discord.ui.TextInput[Any] = self.add(
            discord.ui.TextInput(custom_id="words", max_length=MOST_REASON_CHARACTERS),
            texts("Reason"),
            texts("It stays in the books; the streamer reads it too"),
        )


async def take_owed_form(interaction: discord.Interaction[Any], match: re.Match[str]) -> None:
    """Claim for somebody who left, whichever process opened the form."""
    async with answering(interaction, Kind.UPDATE) as answer:
        admin, member_id = answer.admin(), int(match["member"])
        form = OwedForm(answer, member_id)
        await form.read(interaction)
        stepped = await economy_of(interaction).claims.request_for(
            guild_id=admin.guild_id,
            key=f"claim:{answer.key}",
            admin_id=admin.member_id,
            streamer=await _person_now(interaction, member_id),
            reason=plain(form.words.value),
        )
        await update_card(answer, stepped.claim.claim_id, Place())


async def _person_now(interaction: discord.Interaction[Any], member_id: int) -> Person:
    """Return whether somebody is in the server right now, as they may have come back."""
    guild = interaction.guild
    assert guild is not None, "whoever is an admin is one of a server"
    try:
        return person_of(await guild.fetch_member(member_id))
    except discord.NotFound:
        return Person(member_id, "", is_member=False)
