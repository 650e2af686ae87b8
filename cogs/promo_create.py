"""`/promo create`: what was typed becomes a preview, or comes back in a form to be mended."""

import re
from dataclasses import dataclass
from typing import Any, Self

import discord
from typing_extensions import override

from bot.errors import OldButton, Told
from bot.services.clock import snowflake_seconds
from bot.services.durations import MOST_TYPED_CHARACTERS
from bot.services.plain_text import plain
from bot.services.promotion_plans import Plan
from bot.services.promotion_terms import MOST_NAME_CHARACTERS, Terms
from bot.services.recurrence import Kind as Repeats
from cogs.answers import Answer, Kind, answering, economy_of
from cogs.kept_forms import KEPT, Form
from cogs.promo_draft import Card, preview_card
from cogs.promo_input import Reader, TypedTimes, habits_in, read_bonus, read_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPromotion:
    """What an admin typed about a new promotion."""

    name: str
    bonus: str
    starts: str
    lasts: str
    until: str
    repeats: Repeats


async def show_created(answer: Answer, draft_id: int, typed: TypedPromotion) -> None:
    """Show what would come of what was typed; of what is refused, why, and a way to mend it."""
    admin = answer.admin()
    name = f"create:{draft_id}"
    try:
        embed, view, picture = await _created(answer, draft_id, typed)
    except Told as told:
        KEPT.keep(name, {each: getattr(typed, each) for each in TypedPromotion.__slots__})
        content, view = told.sentence(answer.texts), discord.ui.View()
        embed = picture = None
        view.add_item(CreateButton(admin.member_id, draft_id, answer.texts("Try again")))
    else:
        KEPT.forget(name)
        content = None
    if answer.interaction.type is discord.InteractionType.modal_submit:
        await answer.update(content, embed=embed, view=view, picture=picture)
    else:
        await answer.show(content, embed=embed, view=view, picture=picture)


async def _created(answer: Answer, draft_id: int, typed: TypedPromotion) -> Card:
    admin, interaction = answer.admin(), answer.interaction
    economy = economy_of(interaction)
    percent, coins = read_bonus(typed.bonus)
    zone = await economy.promotions.zone(admin.guild_id)
    reader = Reader(zone, snowflake_seconds(interaction.id), habits_in(interaction))
    read = await reader.read(
        TypedTimes(starts=typed.starts, lasts=typed.lasts, kind=typed.repeats, until=typed.until)
    )
    terms = Terms(bonus_percent=percent, bonus_coins=coins)
    plan = Plan(name=plain(typed.name), terms=terms, recurrence=read.rule)
    draft = await economy.promotion_drafts.begin(
        admin.guild_id, draft_id, admin.member_id, plan, keeps_end=read.is_end_typed
    )
    return await preview_card(answer, draft, read.taken)


class CreateForm(Form):
    """The options of the command, to be mended; how often it repeats can be changed later."""

    template = re.compile(r"bouquet:promo_new:(?P<repeats>[a-z_]+):(?P<draft>\d+):\d+")

    def __init__(self, answer: Answer, draft_id: int, repeats: Repeats) -> None:
        texts, most = answer.texts, MOST_TYPED_CHARACTERS
        name = f"bouquet:promo_new:{repeats.value}:{draft_id}:{answer.key}"
        super().__init__(texts("New promotion"), name)
        self.repeats = repeats
        self.called = self.add_line("name", "", texts("Name"), most=MOST_NAME_CHARACTERS)
        self.bonus = self.add_line(
            "bonus",
            "",
            texts("Bonus"),
            texts("A percentage such as 20%, or coins such as 50"),
            most=most,
        )
        self.starts = self.add_line(
            "starts", "", texts("Starts"), texts("Like “tomorrow 18:00” or “fri 20:00”"), most=most
        )
        self.lasts = self.add_line(
            "lasts",
            "",
            texts("Lasts"),
            texts("Like “2 hours”, or until “fri 22:00”"),
            most=most,
        )
        self.until = self.add_line(
            "until",
            "",
            texts("Last day, if it repeats"),
            texts("Leave it empty for good"),
            most=most,
        )

    def typed(self) -> TypedPromotion:
        """Return what was filled in."""
        return TypedPromotion(
            name=self.called.value,
            bonus=self.bonus.value,
            starts=self.starts.value,
            lasts=self.lasts.value,
            until=self.until.value,
            repeats=self.repeats,
        )


async def take_create_form(interaction: discord.Interaction[Any], match: re.Match[str]) -> None:
    """Answer the form, whichever process opened it."""
    async with answering(interaction, Kind.UPDATE) as answer:
        answer.admin()
        draft_id = int(match["draft"])
        form = CreateForm(answer, draft_id, read_kind(match["repeats"]))
        await form.read(interaction)
        await show_created(answer, draft_id, form.typed())


class CreateButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"bouquet:promo_create:(?P<admin>\d+):(?P<draft>\d+)",
):
    """Opens a form with the options that were refused."""

    def __init__(self, admin_id: int, draft_id: int, label: str | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.primary,
                custom_id=f"bouquet:promo_create:{admin_id}:{draft_id}",
            )
        )
        self.admin_id = admin_id
        self.draft_id = draft_id

    @classmethod
    @override
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(int(match["admin"]), int(match["draft"]))

    @override
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        async with answering(interaction, Kind.UPDATE) as answer:
            answer.owner(self.admin_id)
            answer.admin()
            values = KEPT.find(f"create:{self.draft_id}")
            if values is None:
                raise OldButton
            form = CreateForm(answer, self.draft_id, values["repeats"])
            form.fill(values)
            await answer.ask(form)
