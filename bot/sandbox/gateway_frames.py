"""The frames of the gateway: opcodes, close codes, and what Discord takes for a frame at all."""

import json
from enum import IntEnum
from typing import Any, NamedTuple

from bot.sandbox.json_reading import read_json
from bot.sandbox.wire import as_object

LONGEST_PAYLOAD_BYTES = 4096


class Opcode(IntEnum):
    """The gateway's opcodes that a bot may send or get here."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11
    REQUEST_SOUNDBOARD_SOUNDS = 31


class CloseReason(Exception):
    """Ends the connection with one of Discord's close codes."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


UNKNOWN_ERROR = (4000, "Unknown error.")
UNKNOWN_OPCODE = (4001, "Unknown opcode.")
DECODE_ERROR = (4002, "Error while decoding payload.")
NOT_AUTHENTICATED = (4003, "Not authenticated.")
AUTHENTICATION_FAILED = (4004, "Authentication failed.")
ALREADY_AUTHENTICATED = (4005, "Already authenticated.")
SESSION_TIMED_OUT = (4009, "Session timed out.")
INVALID_SHARD = (4010, "Invalid shard.")
INVALID_INTENTS = (4013, "Invalid intent(s).")
DISALLOWED_INTENTS = (4014, "Disallowed intent(s).")
# What these opcodes say stands in an object; without one there is nothing to decode.
WITH_OBJECT = {Opcode.IDENTIFY, Opcode.RESUME, Opcode.REQUEST_GUILD_MEMBERS}


class Frame(NamedTuple):
    """One frame from a bot."""

    opcode: Opcode
    data: Any


def frame(opcode: Opcode, data: Any) -> str:
    """Write a frame that is not an event."""
    return json.dumps({"op": int(opcode), "d": data, "s": None, "t": None})


def read_frame(raw: str | bytes) -> Frame:
    """Read what a bot sent, or end the connection with the reason."""
    content = raw.encode() if isinstance(raw, str) else raw
    if len(content) > LONGEST_PAYLOAD_BYTES:
        raise CloseReason(*DECODE_ERROR)
    try:
        payload = read_json(content)
    except ValueError:
        raise CloseReason(*DECODE_ERROR) from None
    number = as_object(payload).get("op")
    if not isinstance(number, int) or isinstance(number, bool):
        raise CloseReason(*DECODE_ERROR)
    if number not in set(Opcode):
        raise CloseReason(*UNKNOWN_OPCODE)
    opcode, data = Opcode(number), payload.get("d")
    if opcode in WITH_OBJECT and not isinstance(data, dict):
        raise CloseReason(*DECODE_ERROR)
    return Frame(opcode, data)
