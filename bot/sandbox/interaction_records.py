"""Interactions in flight and after: tokens, deadlines, and what came of them."""

import asyncio
import base64
import os
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from bot.sandbox.applications import Application
from bot.sandbox.guild import Member
from bot.sandbox.messages import StoredMessage
from bot.sandbox.rejections import DiscordError
from bot.sandbox.wire import Json

FIRST_ANSWER_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
PATIENCE_SECONDS = 5.0
KEPT_INTERACTIONS = 5000


class InteractionKind(IntEnum):
    """Interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class AnswerKind(IntEnum):
    """Types of a first answer."""

    MESSAGE = 4
    THINKING = 5
    UPDATE_LATER = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class Result(StrEnum):
    """How an acting call can end."""

    ANSWERED = "answered"
    DEFERRED = "deferred"
    MODAL = "modal"
    TIMEOUT = "timeout"
    REFUSED = "refused"


@dataclass(slots=True)
class Outcome:
    """What became of an interaction, as the member who acted sees it."""

    interaction: str | None
    outcome: Result
    messages: list[Json] = field(default_factory=list[Json])
    modal: Json | None = None
    choices: list[Json] | None = None
    error: Json | None = None

    def to_json(self) -> Json:
        """Write the answer of an acting call; what does not apply is left out."""
        answer: Json = {
            "interaction": self.interaction,
            "outcome": str(self.outcome),
            "messages": self.messages,
        }
        optional = {"modal": self.modal, "choices": self.choices, "error": self.error}
        return answer | {name: value for name, value in optional.items() if value is not None}

    @classmethod
    def refused(cls, error: DiscordError, interaction: str | None = None) -> "Outcome":
        """Tell that Discord itself said no."""
        return cls(interaction, Result.REFUSED, error=error.to_json())


@dataclass(slots=True, eq=False)
class Interaction:
    """One interaction from its dispatch until it is forgotten."""

    id: str
    token: str
    kind: InteractionKind
    application: Application
    member: Member
    channel_id: str
    guild_id: str | None
    created_at: float
    payload: str = ""
    command_name: str = ""
    triggered_by: Json | None = None
    command_type: int = 1
    target_id: str | None = None
    source: StoredMessage | None = None
    answer_kind: AnswerKind | None = None
    original: StoredMessage | None = None
    thinking: bool = False
    redelivered: bool = False
    reader_id: str | None = None
    modal: Json | None = None
    choices: list[Json] | None = None
    waiter: "asyncio.Future[Outcome] | None" = None
    waiting_since: float = 0.0
    shown: list[StoredMessage] = field(default_factory=list[StoredMessage])
    message_ids: set[str] = field(default_factory=set[str])

    @property
    def acknowledged(self) -> bool:
        """Whether the first answer was given."""
        return self.answer_kind is not None

    def show(self, message: StoredMessage) -> None:
        """Note a message that this interaction wrote or changed, for whoever waits."""
        self.message_ids.add(message.id)
        if self.waiter is not None and message not in self.shown:
            self.shown.append(message)

    def settle(self, result: Result, error: Json | None = None) -> None:
        """Tell whoever waits how it ended."""
        waiter, self.waiter = self.waiter, None
        if waiter is None or waiter.done():
            return
        messages = [message.data for message in self.shown]
        outcome = Outcome(self.id, result, messages, self.modal, self.choices, error)
        waiter.set_result(outcome)
        self.shown = []


class InteractionRecords:
    """Finds interactions by id and token, and forgets them in time."""

    def __init__(self) -> None:
        self._by_id: OrderedDict[str, Interaction] = OrderedDict()
        self._by_token: dict[str, Interaction] = {}

    def add(self, interaction: Interaction) -> None:
        """Keep a new interaction; the oldest go."""
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        while self._by_id:
            oldest = next(iter(self._by_id.values()))
            expired = interaction.created_at - oldest.created_at > TOKEN_SECONDS
            if not expired and len(self._by_id) <= KEPT_INTERACTIONS:
                return
            self._by_id.popitem(last=False)
            del self._by_token[oldest.token]

    def by_id(self, interaction_id: str) -> Interaction | None:
        """Find an interaction by its id."""
        return self._by_id.get(interaction_id)

    def by_token(self, token: str) -> Interaction | None:
        """Find an interaction by its token."""
        return self._by_token.get(token)


def new_token(interaction_id: str) -> str:
    """Make a token that looks like Discord's and cannot be guessed."""
    secret = os.urandom(24).hex()
    return base64.urlsafe_b64encode(f"interaction:{interaction_id}:{secret}".encode()).decode()
