"""What people do: commands, autocomplete, components and modals, each awaited to its end."""

from collections.abc import Sequence

from bot.sandbox.applications import Application
from bot.sandbox.callbacks import interaction_metadata
from bot.sandbox.command_lookup import (
    MESSAGE_COMMAND,
    USER_COMMAND,
    FoundCommand,
    find_command,
    refuse_command,
    refuse_outsider,
)
from bot.sandbox.component_values import component_data, modal_data
from bot.sandbox.deliveries import Deliveries
from bot.sandbox.guild import Member
from bot.sandbox.interaction_payload import PayloadWriter
from bot.sandbox.interaction_records import (
    Interaction,
    InteractionKind,
    InteractionRecords,
    Outcome,
    new_token,
)
from bot.sandbox.lookup import NotThere, ScriptError, find_message, find_person, find_place
from bot.sandbox.messages import StoredMessage
from bot.sandbox.option_values import OptionReader
from bot.sandbox.rejections import UNKNOWN_COMMAND, UNKNOWN_MESSAGE, DiscordError
from bot.sandbox.resolved import Resolver
from bot.sandbox.wire import Json
from bot.sandbox.world import World


class Interactions:
    """The person's side of every interaction."""

    def __init__(
        self,
        world: World,
        records: InteractionRecords,
        deliveries: Deliveries,
    ) -> None:
        self._world = world
        self.records = records
        self._deliveries = deliveries
        self._payloads = PayloadWriter(world)

    async def command(  # noqa: PLR0913 - the fields of the JSON call, all by name
        self,
        *,
        as_: str,
        channel: str,
        command: str,
        options: Json | None = None,
        application: str | None = None,
        target: str | None = None,
        force: bool = False,
        deliveries: int = 1,
    ) -> Outcome:
        """Use a command as a member; `target` is the user or message of a context menu."""
        member = find_person(self._world, as_)
        try:
            found = self._found(command, application, force=force)
            channel_id = find_place(self._world, member, channel, found.application.id)
            interaction = self._new(InteractionKind.COMMAND, found.application, member, channel_id)
            if not force:
                self._refuse(found.command, interaction)
            data = self._command_data(interaction, found, options or {}, target, force=force)
        except DiscordError as error:
            return Outcome.refused(error)
        return await self._act(interaction, data, deliveries)

    async def autocomplete(
        self,
        *,
        as_: str,
        channel: str,
        command: str,
        focused: str,
        options: Json | None = None,
        application: str | None = None,
    ) -> Outcome:
        """Ask for choices while a member types into the focused option."""
        member = find_person(self._world, as_)
        try:
            found = find_command(self._world, command, application=application)
            channel_id = find_place(self._world, member, channel, found.application.id)
            interaction = self._new(
                InteractionKind.AUTOCOMPLETE, found.application, member, channel_id
            )
            self._refuse(found.command, interaction)
            refuse_not_completed(found, focused)
            data = self._command_data(interaction, found, options or {}, None, focused=focused)
        except DiscordError as error:
            return Outcome.refused(error)
        return await self._act(interaction, data, 1)

    async def component(
        self,
        *,
        as_: str,
        message: str,
        custom_id: str,
        values: Sequence[str] = (),
        force: bool = False,
        deliveries: int = 1,
    ) -> Outcome:
        """Press a button or choose from a select on a message."""
        member = find_person(self._world, as_)
        try:
            source = self._seen(member, message, force=force)
            application = self._world.applications[source.application_id]
            interaction = self._new(
                InteractionKind.COMPONENT, application, member, source.channel_id
            )
            interaction.source = source
            resolver = Resolver(self._world, member)
            chosen = [str(value) for value in values]
            data = component_data(source.data, custom_id, chosen, resolver, force=force)
        except DiscordError as error:
            return Outcome.refused(error)
        return await self._act(interaction, data, deliveries)

    async def modal(
        self,
        *,
        as_: str,
        interaction: str,
        values: Json,
        force: bool = False,
        deliveries: int = 1,
    ) -> Outcome:
        """Fill in and send the modal that an interaction opened."""
        member = find_person(self._world, as_)
        opener = self.records.by_id(interaction)
        if opener is None or opener.modal is None or opener.member is not member:
            sentence = f"{as_} has no modal open of interaction {interaction!r}."
            raise NotThere(sentence)
        try:
            resolver = Resolver(self._world, member)
            data = modal_data(opener.modal, values, resolver, force=force)
        except DiscordError as error:
            return Outcome.refused(error)
        sent = self._new(InteractionKind.MODAL, opener.application, member, opener.channel_id)
        sent.source = opener.source
        sent.triggered_by = interaction_metadata(opener)
        outcome = await self._act(sent, data, deliveries)
        if sent.acknowledged:
            # The dialog closes once the bot took it; until then one can try again.
            opener.modal = None
        return outcome

    async def resend(self, interaction_id: str) -> Outcome:
        """Deliver an earlier interaction once more, with its old id, token and data."""
        interaction = self.records.by_id(interaction_id)
        if interaction is None:
            sentence = f"There is no interaction {interaction_id!r}."
            raise NotThere(sentence)
        if interaction.waiter is not None:
            sentence = f"Interaction {interaction_id!r} is still waiting for its answer."
            raise ScriptError(sentence)
        interaction.redelivered = True
        return await self._deliveries.send_again(interaction)

    def _found(self, name: str, application: str | None, *, force: bool) -> FoundCommand:
        try:
            return find_command(self._world, name, application=application)
        except DiscordError:
            applications = list(self._world.applications.values())
            if not force or len(applications) != 1:
                raise
        forged: Json = {"id": self._world.snowflakes.next(), "name": name, "type": 1}
        return FoundCommand(applications[0], forged, (), [])

    def _refuse(self, command: Json, interaction: Interaction) -> None:
        refuse_command(
            self._world,
            interaction.member,
            command,
            channel_id=interaction.channel_id,
            guild_id=interaction.guild_id,
        )

    def _seen(self, member: Member, message_id: str, *, force: bool) -> StoredMessage:
        message = self._world.messages.find(str(message_id))
        if message is None:
            sentence = f"There is no message {message_id!r}."
            raise NotThere(sentence)
        if not force:
            if message.reader_id not in {None, member.id}:
                raise DiscordError(UNKNOWN_MESSAGE)
            refuse_outsider(self._world, member, message.channel_id)
        return message

    def _new(
        self, kind: InteractionKind, application: Application, member: Member, channel_id: str
    ) -> Interaction:
        interaction_id = self._world.snowflakes.next()
        return Interaction(
            id=interaction_id,
            token=new_token(interaction_id),
            kind=kind,
            application=application,
            member=member,
            channel_id=channel_id,
            guild_id=None if channel_id in self._world.direct_channels else self._world.guild.id,
            created_at=self._world.clock().timestamp(),
        )

    def _command_data(
        self,
        interaction: Interaction,
        found: FoundCommand,
        given: Json,
        target: str | None,
        *,
        force: bool = False,
        focused: str | None = None,
    ) -> Json:
        names = [found.command["name"], *(step["name"] for step in found.path)]
        interaction.command_name = " ".join(names)
        interaction.command_type = found.command["type"]
        resolver = Resolver(self._world, interaction.member)
        data: Json = {key: found.command[key] for key in ("id", "name", "type")}
        if found.command.get("guild_id"):
            data["guild_id"] = found.command["guild_id"]
        if found.command["type"] in {USER_COMMAND, MESSAGE_COMMAND}:
            data["target_id"] = self._target(interaction, resolver, target)
        reader = OptionReader(self._world, resolver, force=force, focused=focused)
        options = reader.read(found.options, given)
        for step in reversed(found.path):
            options = [{"name": step["name"], "type": step["type"], "options": options}]
        if options or not data.get("target_id"):
            data["options"] = options
        return data | {"resolved": resolver.resolved} if resolver.resolved else data

    def _target(self, interaction: Interaction, resolver: Resolver, target: str | None) -> str:
        if target is None:
            raise ScriptError('A context menu needs a "target".')
        if interaction.command_type == USER_COMMAND:
            return resolver.add(("user",), target)
        message = find_message(self._world, interaction.member, target)
        if message.reader_id is not None:
            # Discord offers no commands on what one person sees: it is no other bot's business.
            raise DiscordError(UNKNOWN_MESSAGE)
        resolver.add_message(message.data)
        return message.id

    async def _act(self, interaction: Interaction, data: Json, deliveries: int) -> Outcome:
        interaction.payload = self._payloads.write(interaction, data)
        self.records.add(interaction)
        return await self._deliveries.send(interaction, deliveries)


def refuse_not_completed(found: FoundCommand, focused: str) -> None:
    """Refuse to complete an option that has no autocomplete."""
    for option in found.options:
        if option["name"] == focused and option.get("autocomplete"):
            return
    raise DiscordError(UNKNOWN_COMMAND)
