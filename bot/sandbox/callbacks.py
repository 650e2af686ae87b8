"""How bots answer interactions: the first answer, the original message, follow-ups."""

from bot.sandbox.choice_rules import check_choices
from bot.sandbox.embed_rules import Path
from bot.sandbox.interaction_records import (
    FIRST_ANSWER_SECONDS,
    TOKEN_SECONDS,
    AnswerKind,
    Interaction,
    InteractionKind,
    InteractionRecords,
    Result,
)
from bot.sandbox.message_writer import Draft, MessageWriter
from bot.sandbox.messages import EPHEMERAL_FLAG, StoredMessage
from bot.sandbox.modal_rules import answered_modal, check_modal
from bot.sandbox.rejections import (
    ALREADY_ACKNOWLEDGED,
    INVALID_WEBHOOK_TOKEN,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    DiscordError,
    FormProblems,
)
from bot.sandbox.value_rules import read_object, read_part
from bot.sandbox.wire import Body, Json, as_list, as_object, whole
from bot.sandbox.world import World

COMMAND_MESSAGE = 20
CONTEXT_MENU_MESSAGE = 23
REPLY_MESSAGE = 19
SLASH_COMMAND = 1
# Where a first answer carries what it says.
FORM: Path = ("data",)
ALLOWED_ANSWERS = {
    InteractionKind.COMMAND: {AnswerKind.MESSAGE, AnswerKind.THINKING, AnswerKind.MODAL},
    InteractionKind.COMPONENT: set(AnswerKind) - {AnswerKind.CHOICES},
    InteractionKind.AUTOCOMPLETE: {AnswerKind.CHOICES},
    InteractionKind.MODAL: {AnswerKind.MESSAGE, AnswerKind.THINKING},
}
UPDATES = {AnswerKind.UPDATE, AnswerKind.UPDATE_LATER}


class Callbacks:
    """The bot's side of every interaction."""

    def __init__(self, world: World, writer: MessageWriter, records: InteractionRecords) -> None:
        self._world = world
        self._writer = writer
        self._records = records

    def respond(self, interaction_id: str, token: str, body: Body) -> Interaction:
        """Take the first answer to an interaction."""
        interaction = self._records.by_id(interaction_id)
        if interaction is None or interaction.token != token:
            raise DiscordError(UNKNOWN_INTERACTION)
        try:
            self._refuse_late_or_second(interaction)
        except DiscordError as error:
            # Who delivers an old interaction again waits for just this.
            if interaction.redelivered:
                interaction.settle(Result.REFUSED, error.to_json())
            raise
        answer = read_object(body.json)
        kind = self._answer_kind(interaction, answer.get("type"))
        data = read_part(answer, "data")
        self._take_answer(interaction, kind, data, body)
        interaction.answer_kind = kind
        self._settle_first(interaction, kind)
        return interaction

    def _refuse_late_or_second(self, interaction: Interaction) -> None:
        if interaction.acknowledged:
            raise DiscordError(ALREADY_ACKNOWLEDGED)
        if self._age_seconds(interaction) > FIRST_ANSWER_SECONDS:
            raise DiscordError(UNKNOWN_INTERACTION)

    def _age_seconds(self, interaction: Interaction) -> float:
        return self._world.clock().timestamp() - interaction.created_at

    def _answer_kind(self, interaction: Interaction, kind: object) -> AnswerKind:
        allowed = set(ALLOWED_ANSWERS[interaction.kind])
        if interaction.kind is InteractionKind.MODAL and interaction.source is not None:
            allowed |= UPDATES
        number, problems = whole(kind), FormProblems()
        if kind is None:
            problems.required(("type",))
        elif number not in allowed:
            problems.not_one_of(("type",), tuple(sorted(int(one) for one in allowed)))
        problems.raise_if_any()
        return AnswerKind(number or 0)

    def _take_answer(
        self, interaction: Interaction, kind: AnswerKind, data: Json, body: Body
    ) -> None:
        match kind:
            case AnswerKind.MESSAGE | AnswerKind.THINKING:
                interaction.thinking = kind is AnswerKind.THINKING
                interaction.reader_id = reader_of(interaction, data)
                said = {"flags": data.get("flags")} if interaction.thinking else data
                interaction.original = self._send(interaction, Body(said, body.files), FORM)
            case AnswerKind.UPDATE:
                interaction.original = self._source(interaction)
                self._writer.edit(interaction.original, Body(data, body.files), FORM)
                interaction.show(interaction.original)
            case AnswerKind.UPDATE_LATER:
                interaction.original = self._source(interaction)
                interaction.message_ids.add(interaction.original.id)
            case AnswerKind.CHOICES:
                check_choices(data.get("choices"))
                interaction.choices = as_list(data.get("choices"))
            case AnswerKind.MODAL:
                check_modal(data)
                interaction.modal = answered_modal(data)

    def _settle_first(self, interaction: Interaction, kind: AnswerKind) -> None:
        if kind is AnswerKind.MODAL:
            interaction.settle(Result.MODAL)
        elif kind not in {AnswerKind.THINKING, AnswerKind.UPDATE_LATER}:
            interaction.settle(Result.ANSWERED)

    def _source(self, interaction: Interaction) -> StoredMessage:
        source = interaction.source
        if source is None or self._world.messages.get(source.channel_id, source.id) is None:
            raise DiscordError(UNKNOWN_MESSAGE)
        return source

    def _send(self, interaction: Interaction, body: Body, path: Path = ()) -> StoredMessage:
        draft = Draft(
            application=interaction.application,
            channel_id=interaction.channel_id,
            guild_id=interaction.guild_id,
            body=as_object(body.json),
            files=body.files,
            reader_id=interaction.reader_id,
            kind=message_kind(interaction),
            loading=interaction.thinking,
            path=path,
            extra=origin(interaction),
        )
        message = self._writer.create(draft)
        interaction.show(message)
        return message

    def followed_up(self, application_id: str, token: str) -> Interaction:
        """Find the interaction that a webhook token stands for."""
        if application_id not in self._world.applications:
            raise DiscordError(UNKNOWN_WEBHOOK)
        interaction = self._records.by_token(token)
        if interaction is None or interaction.application.id != application_id:
            raise DiscordError(INVALID_WEBHOOK_TOKEN)
        if self._age_seconds(interaction) > TOKEN_SECONDS:
            raise DiscordError(INVALID_WEBHOOK_TOKEN)
        if not interaction.acknowledged:
            raise DiscordError(UNKNOWN_WEBHOOK)
        return interaction

    def follow_up(self, interaction: Interaction, body: Body) -> Json:
        """Send another message; the first one takes the place of "thinking"."""
        if interaction.thinking and interaction.original is not None:
            return self.edit(interaction, interaction.original, body)
        reader_id = interaction.reader_id
        interaction.reader_id = reader_of(interaction, read_object(body.json))
        try:
            message = self._send(interaction, body)
        finally:
            interaction.reader_id = reader_id
        interaction.settle(Result.ANSWERED)
        return message.data

    def message(self, interaction: Interaction, message_id: str) -> StoredMessage:
        """Find a message that this interaction may read and change."""
        original = interaction.original
        if message_id != "@original":
            found = self._world.messages.get(interaction.channel_id, message_id)
            if found is None or message_id not in interaction.message_ids:
                raise DiscordError(UNKNOWN_MESSAGE)
            return found
        if original is None or self._world.messages.get(original.channel_id, original.id) is None:
            raise DiscordError(UNKNOWN_MESSAGE)
        return original

    def edit(self, interaction: Interaction, message: StoredMessage, body: Body) -> Json:
        """Change a message of this interaction."""
        first_answer = interaction.thinking and message is interaction.original
        data = self._writer.edit(message, body, first_answer=first_answer)
        interaction.thinking = interaction.thinking and not first_answer
        interaction.show(message)
        interaction.settle(Result.ANSWERED)
        return data

    def delete(self, interaction: Interaction, message: StoredMessage) -> None:
        """Take a message of this interaction away."""
        self._writer.delete(message)
        was_thinking = interaction.thinking and message is interaction.original
        interaction.thinking = interaction.thinking and not was_thinking
        interaction.shown = [one for one in interaction.shown if one is not message]
        # Who takes "thinking" away has said nothing yet: a follow-up is to come.
        if not was_thinking:
            interaction.settle(Result.ANSWERED)


def reader_of(interaction: Interaction, data: Json) -> str | None:
    """Tell who alone reads a message with these flags; None when all may."""
    flags = data.get("flags")
    is_ephemeral = isinstance(flags, int) and flags & EPHEMERAL_FLAG
    return interaction.member.id if is_ephemeral else None


def message_kind(interaction: Interaction) -> int:
    """Give the type of a message that answers this interaction."""
    if interaction.original is not None or interaction.kind is not InteractionKind.COMMAND:
        return REPLY_MESSAGE
    is_slash = interaction.command_type == SLASH_COMMAND
    return COMMAND_MESSAGE if is_slash else CONTEXT_MENU_MESSAGE


def origin(interaction: Interaction) -> Json:
    """Write what a message tells about the interaction it answers."""
    application_id = interaction.application.id
    metadata = interaction_metadata(interaction)
    extra: Json = {
        "application_id": application_id,
        "webhook_id": application_id,
        "interaction_metadata": metadata,
    }
    if interaction.kind is InteractionKind.COMMAND:
        user = interaction.member.user
        name = interaction.command_name
        extra["interaction"] = {"id": interaction.id, "type": 2, "name": name, "user": user}
    replied_to = interaction.original or interaction.source
    if replied_to is not None:
        reference = {"type": 0, "channel_id": replied_to.channel_id, "message_id": replied_to.id}
        if interaction.guild_id:
            reference["guild_id"] = interaction.guild_id
        extra["message_reference"] = reference
    return extra


def interaction_metadata(interaction: Interaction) -> Json:
    """Write who asked for a message, and how."""
    owner_kind, owner = ("0", interaction.guild_id) if interaction.guild_id else ("0", "0")
    metadata: Json = {
        "id": interaction.id,
        "type": int(interaction.kind),
        "user": interaction.member.user,
        "authorizing_integration_owners": {owner_kind: owner},
    }
    if interaction.kind is InteractionKind.COMMAND:
        metadata["name"] = interaction.command_name
        metadata["command_type"] = interaction.command_type
    elif interaction.triggered_by is not None:
        metadata["triggering_interaction_metadata"] = interaction.triggered_by
    elif interaction.source is not None:
        metadata["interacted_message_id"] = interaction.source.id
    if interaction.original is not None:
        metadata["original_response_message_id"] = interaction.original.id
    return metadata
