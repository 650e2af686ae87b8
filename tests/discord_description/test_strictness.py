"""What Discord's description refuses, the sandbox refuses too: every rule of it, broken once."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.sandbox.interaction_records import AnswerKind, Interaction, InteractionKind
from bot.sandbox.rest import Answer, Call
from bot.sandbox.server import Sandbox
from bot.sandbox.wire import Body, UploadedFile
from tests.discord_description.description import REQUEST, Description, Exchange, Violation
from tests.discord_description.exceptions import unexpected
from tests.discord_description.good_bodies import (
    CHOICES,
    COMMAND,
    GROUP,
    LAYOUT,
    MENU,
    MESSAGE,
    MIA,
    MODAL,
    SAID,
    SKU,
    STAGE,
    TOKEN,
)
from tests.discord_description.wrong_bodies import wrong_bodies

pytestmark = pytest.mark.proof("sandbox")

FILE = {"0": UploadedFile("a.txt", "text/plain", b"inside")}
TAKEN = 300
FAILED = 500
Place = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request that is taken, with every field there is."""

    where: "Callable[[Bot], Place]"
    body: Any
    with_file: bool = False


class Bot:
    """A bot that asks without a socket between."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.sandbox.world.attachments.base_url = "http://127.0.0.1/"
        self.application = self.sandbox.world.application_of(TOKEN)
        self._interactions = 0

    def ask(self, place: Place, body: Any, *, with_file: bool = False) -> Answer:
        """Make one request."""
        method, path = place
        sent = Body(json.loads(json.dumps(body)), FILE if with_file else {})
        call = Call(method=method, path=f"/v10{path}", body=sent, authorization=f"Bot {TOKEN}")
        return self.sandbox.rest.answer(call)

    def interaction(self, kind: InteractionKind) -> Interaction:
        """Let Mia do something that is not answered yet."""
        world = self.sandbox.world
        self._interactions += 1
        interaction = Interaction(
            id=world.snowflakes.next(),
            token=f"token{self._interactions}",
            kind=kind,
            application=self.application,
            member=world.guild.members[MIA],
            channel_id=STAGE,
            guild_id=world.guild.id,
            created_at=world.clock().timestamp(),
        )
        self.sandbox.interactions.records.add(interaction)
        return interaction

    def commands(self) -> str:
        """Give the path of this bot's commands."""
        return f"/applications/{self.application.id}/commands"


def messages(_bot: Bot) -> Place:
    """Send a message."""
    return "POST", f"/channels/{STAGE}/messages"


def old_message(bot: Bot) -> Place:
    """Change a message that is there."""
    text = bot.ask(messages(bot), {"content": "old"}).text
    assert text
    return "PATCH", f"/channels/{STAGE}/messages/{json.loads(text)['id']}"


def first_answer(kind: InteractionKind) -> Callable[[Bot], Place]:
    """Answer an interaction of this kind."""

    def place(bot: Bot) -> Place:
        interaction = bot.interaction(kind)
        return "POST", f"/interactions/{interaction.id}/{interaction.token}/callback"

    return place


def follow_up(bot: Bot) -> Place:
    """Say more to an interaction that was answered."""
    interaction = bot.interaction(InteractionKind.COMMAND)
    interaction.answer_kind = AnswerKind.MESSAGE
    return "POST", f"/webhooks/{bot.application.id}/{interaction.token}"


COMMAND_ANSWER = first_answer(InteractionKind.COMMAND)
CHOICES_ANSWER = first_answer(InteractionKind.AUTOCOMPLETE)
CASES = {
    "message": Case(where=messages, body=MESSAGE),
    "layout": Case(where=messages, body=LAYOUT, with_file=True),
    "edit": Case(where=old_message, body=SAID),
    "first answer": Case(where=COMMAND_ANSWER, body={"type": 4, "data": SAID | {"tts": False}}),
    "follow-up": Case(where=follow_up, body=SAID | {"tts": False}),
    "modal": Case(where=COMMAND_ANSWER, body={"type": 9, "data": MODAL}),
    "choices": Case(where=CHOICES_ANSWER, body={"type": 8, "data": CHOICES}),
    "all commands": Case(where=lambda bot: ("PUT", bot.commands()), body=[COMMAND, GROUP, MENU]),
    "one command": Case(where=lambda bot: ("POST", bot.commands()), body=COMMAND),
    "direct messages": Case(
        where=lambda _: ("POST", "/users/@me/channels"), body={"recipient_id": MIA}
    ),
    "test entitlement": Case(
        where=lambda bot: ("POST", f"/applications/{bot.application.id}/entitlements"),
        body={"sku_id": SKU, "owner_id": MIA, "owner_type": 2},
    ),
    "own user": Case(where=lambda _: ("PATCH", "/users/@me"), body={"username": "Fern"}),
}


def complaints(description: Description, place: Place, body: Any) -> list[Violation]:
    """Give what the description says against a request, exemptions counted."""
    method, path = place
    exchange = Exchange(method=method, path=path, body=body, status=200)
    return [one for one in unexpected(description.violations(exchange)) if one.side == REQUEST]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_every_broken_rule_is_refused(description: Description, case: Case) -> None:
    bot = Bot()
    taken = bot.ask(case.where(bot), case.body, with_file=case.with_file)
    assert taken.status < TAKEN, taken.text
    operation = description.operation(*case.where(bot))
    assert operation
    assert operation.body_schema
    for wrong in wrong_bodies(operation.body_schema, case.body):
        place = case.where(bot)
        answer = bot.ask(place, wrong.body, with_file=case.with_file)
        assert answer.status < FAILED, wrong
        if answer.status < TAKEN:
            assert not complaints(description, place, wrong.body), wrong
