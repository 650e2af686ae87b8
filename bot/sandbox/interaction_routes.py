"""The routes that need no token: first answers, the original message, follow-ups."""

import json

from bot.sandbox.callbacks import Callbacks
from bot.sandbox.interaction_records import AnswerKind, Interaction
from bot.sandbox.message_writer import LOADING_FLAG
from bot.sandbox.messages import EPHEMERAL_FLAG
from bot.sandbox.rest import NO_CONTENT, Call, Reply, Route
from bot.sandbox.wire import Json

# Only these bring the message itself along; after the others there is but its id.
WITH_MESSAGE = {AnswerKind.MESSAGE, AnswerKind.UPDATE}
TRUE = {"1", "true", "True"}


class InteractionRoutes:
    """Reads the requests and leaves the rest to the callbacks."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks

    def routes(self) -> list[Route]:
        """List these routes."""
        hook = "/webhooks/{application_id}/{token}"
        message = hook + "/messages/{message_id}"
        return [
            Route(
                "POST",
                "/interactions/{interaction_id}/{token}/callback",
                self.respond,
                needs_token=False,
            ),
            Route("POST", hook, self.follow_up, needs_token=False),
            Route("GET", message, self.get, needs_token=False),
            Route("PATCH", message, self.edit, needs_token=False),
            Route("DELETE", message, self.delete, needs_token=False),
        ]

    def respond(self, call: Call) -> Reply:
        """Take the first answer."""
        interaction_id, token = call.parameters["interaction_id"], call.parameters["token"]
        interaction = self._callbacks.respond(interaction_id, token, call.body)
        if call.query.get("with_response") not in TRUE:
            return Reply(status=NO_CONTENT)
        return Reply(text=callback_response(interaction))

    def follow_up(self, call: Call) -> Reply:
        """Send another message."""
        return Reply(self._callbacks.follow_up(self._interaction(call), call.body))

    def get(self, call: Call) -> Reply:
        """Give a message back."""
        message_id = call.parameters["message_id"]
        return Reply(self._callbacks.message(self._interaction(call), message_id).data)

    def edit(self, call: Call) -> Reply:
        """Change a message."""
        interaction = self._interaction(call)
        message = self._callbacks.message(interaction, call.parameters["message_id"])
        return Reply(self._callbacks.edit(interaction, message, call.body))

    def delete(self, call: Call) -> Reply:
        """Take a message away."""
        interaction = self._interaction(call)
        message = self._callbacks.message(interaction, call.parameters["message_id"])
        self._callbacks.delete(interaction, message)
        return Reply(status=NO_CONTENT)

    def _interaction(self, call: Call) -> Interaction:
        return self._callbacks.followed_up(
            call.parameters["application_id"], call.parameters["token"]
        )


def callback_response(interaction: Interaction) -> str:
    """Write what Discord answers to a first answer with `with_response`."""
    told: Json = {
        "id": interaction.id,
        "type": int(interaction.kind),
        "channel_id": interaction.channel_id,
    }
    if interaction.guild_id:
        told["guild_id"] = interaction.guild_id
    kind = interaction.answer_kind
    message = interaction.original
    if kind is None or message is None:
        return json.dumps({"interaction": told})
    told["response_message_id"] = message.id
    told["response_message_loading"] = bool(message.data["flags"] & LOADING_FLAG)
    told["response_message_ephemeral"] = bool(message.data["flags"] & EPHEMERAL_FLAG)
    if kind not in WITH_MESSAGE:
        return json.dumps({"interaction": told})
    resource = f'{{"type": {int(kind)}, "message": {message.text}}}'
    return f'{{"interaction": {json.dumps(told)}, "resource": {resource}}}'
