"""Forms that lose nothing: what was typed into one that was refused stands in it the next time.

It is kept in memory, since it is worth little an hour later: after a restart a form shows what is.
A form that is open meanwhile is still answered, since all that is known of it is in its custom id.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import discord
from discord import ui
from typing_extensions import override

# Of so many refused forms it is known what was typed, of a few hundred characters each.
MOST_KEPT = 500

# What stands in the fields of a form, by their custom ids.
Values = dict[str, Any]


class KeptForms:
    """What was typed into the forms that were refused last, by a name for each."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, Values] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def keep(self, name: str, values: Values) -> None:
        """Keep what was typed, and forget what nobody came back to."""
        self._values[name] = values
        self._values.move_to_end(name)
        while len(self._values) > MOST_KEPT:
            self._values.popitem(last=False)

    def find(self, name: str) -> Values | None:
        """Return what was typed, if it is known."""
        return self._values.get(name)

    def forget(self, name: str) -> None:
        """Forget what was taken at last."""
        self._values.pop(name, None)

    def clear(self) -> None:
        """Forget everything, as a restart does."""
        self._values.clear()


# Buttons find it by the name in their custom id, whichever cog made them.
KEPT = KeptForms()


class Form(ui.Modal):
    """A form of labelled fields, which can be filled in with what stood in it before.

    It is sent at rest, so discord.py does not wait for it. Whoever hears of its custom id makes it
    again, and reads what was sent.
    """

    def __init__(self, title: str, custom_id: str) -> None:
        super().__init__(title=title, custom_id=custom_id)
        self.stop()

    async def read(self, interaction: discord.Interaction[Any]) -> None:
        """Take what was filled into the form that was sent."""
        data: Any = interaction.data
        # Only this knows how what was chosen is found among what was sent; its public way leads
        # through a table of the forms that were opened by this very process.
        await self._dispatch_submit(interaction, data["components"], data.get("resolved", {}))

    @override
    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, /) -> None:
        """Leave it to whoever reads."""
        raise error

    def add(self, item: ui.Item[Any], label: str, description: str | None = None) -> Any:
        """Add a field with its label and return it."""
        self.add_item(ui.Label(text=label, component=item, description=description))
        return item

    def add_line(
        self, name: str, value: str, label: str, description: str | None = None, *, most: int
    ) -> "ui.TextInput[Any]":
        """Add a line of text that can be left empty."""
        line: ui.TextInput[Any] = ui.TextInput(
            custom_id=name, default=value or None, required=False, max_length=most
        )
        return self.add(line, label, description)

    def values(self) -> Values:
        """Return what was filled in."""
        return {field.custom_id: _value(field) for field in self._fields()}

    def fill(self, values: Values) -> None:
        """Let the form open with these values in the fields that have them."""
        for field in self._fields():
            if field.custom_id in values:
                _fill(field, values[field.custom_id])

    def _fields(self) -> Iterator[Any]:
        for child in self.children:
            if isinstance(child, ui.Label):
                yield child.component


def _value(field: Any) -> Any:
    if isinstance(field, ui.ChannelSelect | ui.RoleSelect):
        return [chosen.id for chosen in field.values]
    return list(field.values) if isinstance(field, ui.Select) else field.value


def _fill(field: Any, value: Any) -> None:
    if isinstance(field, ui.TextInput):
        # What was forged to be longer would keep the form from opening.
        field.default = value[: field.max_length] or None
    elif isinstance(field, ui.Checkbox):
        field.default = value
    elif isinstance(field, ui.Select):
        for option in field.options:
            option.default = option.value in value
    else:
        kind = discord.SelectDefaultValueType.channel
        if isinstance(field, ui.RoleSelect):
            kind = discord.SelectDefaultValueType.role
        field.default_values = [discord.SelectDefaultValue(id=one, type=kind) for one in value]
