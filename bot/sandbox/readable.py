"""What a bot without the Message Content intent may read of a message."""

from bot.sandbox.wire import Json


def readable_message(message: Json, application_id: str) -> Json:
    """Write a message for a bot without the intent; it is the same one when all may be read.

    Content stays in what the bot wrote itself and where it is mentioned, and so it does in the
    message that is replied to: each counts for itself.
    """
    shown = message
    if referenced := message.get("referenced_message"):
        readable = readable_message(referenced, application_id)
        if readable is not referenced:
            shown = message | {"referenced_message": readable}
    if _concerns(message, application_id):
        return shown
    return shown | {"content": "", "embeds": [], "attachments": [], "components": []}


def _concerns(message: Json, application_id: str) -> bool:
    people = [message["author"], *message["mentions"]]
    return any(one["id"] == application_id for one in people)
