"""What the small bot shows to press, choose, fill in and look at."""

import re
from typing import Any, Self

import discord


class Counter(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"count:(?P<count>\d+)"
):
    """A button that counts up on its message and needs no memory."""

    def __init__(self, count: int) -> None:
        super().__init__(discord.ui.Button(label=f"{count}", custom_id=f"count:{count}"))
        self.count = count

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,
        item: discord.ui.Item[Any],
        match: re.Match[str],
    ) -> Self:
        """Read the count from the custom id."""
        del interaction, item
        return cls(int(match["count"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Count up."""
        view = discord.ui.View(timeout=None).add_item(Counter(self.count + 1))
        await interaction.response.edit_message(content=f"count {self.count + 1}", view=view)
        view.stop()


class Form(discord.ui.Modal, title="A form"):
    """A modal with a text and a select."""

    name: discord.ui.TextInput[Self] = discord.ui.TextInput(
        label="Name", custom_id="name", max_length=10
    )
    colour: discord.ui.Label[Self] = discord.ui.Label(
        text="Colour",
        component=discord.ui.Select(
            custom_id="colour", options=[discord.SelectOption(label="Red", value="red")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say what was filled in."""
        select = self.colour.component
        assert isinstance(select, discord.ui.Select)
        said = f"{self.name.value} likes {select.values[0]}"
        await interaction.response.send_message(said, ephemeral=True)


class Papers(discord.ui.Modal, title="Hand in your papers"):
    """A modal with files, one choice of several, and people."""

    def __init__(self) -> None:
        super().__init__(custom_id="papers")
        self.files = discord.ui.FileUpload[Self](custom_id="files", max_values=2)
        self.size = discord.ui.RadioGroup[Self](custom_id="size")
        for size in ("small", "large"):
            self.size.add_option(label=size.title(), value=size)
        self.friend = discord.ui.UserSelect[Self](custom_id="friend", required=False, min_values=0)
        self.add_item(discord.ui.TextDisplay("Whatever you have."))
        self.add_item(discord.ui.Label(text="Files", component=self.files))
        self.add_item(discord.ui.Label(text="Size", component=self.size))
        self.add_item(discord.ui.Label(text="Friend", component=self.friend))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Tell what came, and give it back."""
        names = ", ".join(file.filename for file in self.files.values)
        friends = ", ".join(friend.display_name for friend in self.friend.values)
        said = f"{names}; {self.size.value}; {friends or 'nobody'}"
        files = [await file.to_file() for file in self.files.values]
        await interaction.response.send_message(said, files=files)


class Menu(discord.ui.View):
    """Buttons of every style, and two things to choose from."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Away", url="https://example.com/"))
        self.add_item(
            discord.ui.Button(
                label="Off", custom_id="off", disabled=True, style=discord.ButtonStyle.danger
            )
        )

    @discord.ui.button(label="Later", custom_id="later", emoji="🌷")
    async def later(
        self, interaction: discord.Interaction, button: discord.ui.Button[Self]
    ) -> None:
        """Acknowledge without a word, then change the message."""
        del button
        await interaction.response.defer()
        await interaction.edit_original_response(content="changed later")

    @discord.ui.button(label="Form", custom_id="form", style=discord.ButtonStyle.primary)
    async def form(self, interaction: discord.Interaction, button: discord.ui.Button[Self]) -> None:
        """Open the form."""
        del button
        await interaction.response.send_modal(Form(custom_id="the form"))

    @discord.ui.button(label="Papers", custom_id="papers", style=discord.ButtonStyle.success)
    async def papers(
        self, interaction: discord.Interaction, button: discord.ui.Button[Self]
    ) -> None:
        """Ask for papers."""
        del button
        await interaction.response.send_modal(Papers())

    @discord.ui.select(
        custom_id="flowers",
        max_values=2,
        options=[discord.SelectOption(label=name, value=name) for name in ("rose", "lily", "iris")],
    )
    async def flowers(
        self, interaction: discord.Interaction, select: discord.ui.Select[Self]
    ) -> None:
        """Say what was chosen."""
        await interaction.response.send_message(",".join(select.values), ephemeral=True)

    @discord.ui.select(cls=discord.ui.UserSelect, custom_id="people")
    async def people(
        self, interaction: discord.Interaction, select: discord.ui.UserSelect[Self]
    ) -> None:
        """Say who was chosen."""
        await interaction.response.send_message(select.values[0].display_name, ephemeral=True)


class Choices(discord.ui.View):
    """The selects that fill themselves."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.select(cls=discord.ui.RoleSelect, custom_id="roles", max_values=2)
    async def roles(
        self, interaction: discord.Interaction, select: discord.ui.RoleSelect[Self]
    ) -> None:
        """Name the roles."""
        await interaction.response.send_message(",".join(role.name for role in select.values))

    @discord.ui.select(cls=discord.ui.MentionableSelect, custom_id="anybody", max_values=2)
    async def anybody(
        self, interaction: discord.Interaction, select: discord.ui.MentionableSelect[Self]
    ) -> None:
        """Name people and roles."""
        kinds = [f"{type(one).__name__} {one}" for one in select.values]
        await interaction.response.send_message(",".join(kinds))

    @discord.ui.select(
        cls=discord.ui.ChannelSelect,
        custom_id="channels",
        channel_types=[discord.ChannelType.text],
        placeholder="Which one?",
    )
    async def channels(
        self, interaction: discord.Interaction, select: discord.ui.ChannelSelect[Self]
    ) -> None:
        """Name the channel."""
        await interaction.response.send_message(select.values[0].name)


class Thanks(discord.ui.Button["Letter"]):
    """A button within a section."""

    async def callback(self, interaction: discord.Interaction) -> None:
        """Say thanks."""
        await interaction.response.send_message("thanks!", ephemeral=True)


class Letter(discord.ui.LayoutView):
    """A layout of the newer components, with a file among them."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        button = Thanks(label="Thank", custom_id="thank")
        section = discord.ui.Section["Letter"]("**A letter**", accessory=button)
        picture = discord.MediaGalleryItem("attachment://dot.png")
        gallery = discord.ui.MediaGallery["Letter"](picture)
        note = discord.ui.File["Letter"]("attachment://note.txt")
        self.add_item(
            discord.ui.Container(
                section, discord.ui.Separator(), gallery, note, accent_colour=discord.Colour.green()
            )
        )
