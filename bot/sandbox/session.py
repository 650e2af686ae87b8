"""One gateway session: numbered events, kept for a while so that RESUME loses none."""

import asyncio
import secrets
from collections import deque

from bot.sandbox.wire import Json

BUFFERED_EVENTS = 1000
UNSENT_EVENTS = 10_000
# These tell how a connection began, so a later one is never told them again.
ABOUT_THE_SESSION = {"READY", "RESUMED"}


class Intent:
    """The gateway intents that decide what the sandbox sends."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


ALL_INTENTS = 0b111_0011_0001_1111_1111_1111_1111


class Session:
    """What one IDENTIFY started; connections come and go on it."""

    def __init__(self, token: str, intents: int, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(16)
        self.token = token
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.connection: object | None = None
        self.overflowed = False
        # A fault: how many events of before a RESUME sends once more.
        self.replay_events = 0
        self._sent: deque[tuple[int, str, str]] = deque(maxlen=BUFFERED_EVENTS)
        self._unsent: deque[str] = deque()
        self._wake = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether a connection carries this session now."""
        return self.connection is not None

    def wants(self, intent: int) -> bool:
        """Tell whether the bot asked for these events."""
        return self.intents & intent == intent

    def serves(self, guild_id: str | None) -> bool:
        """Tell whether this shard gets a guild's events; direct messages go to the first."""
        shard_id, shard_count = self.shard
        return (int(guild_id) >> 22) % shard_count == shard_id if guild_id else shard_id == 0

    def dispatch(self, event: str, data: str) -> None:
        """Number an event, whose data is JSON text already, and let it be sent."""
        self.sequence += 1
        text = f'{{"op":0,"s":{self.sequence},"t":"{event}","d":{data}}}'
        self._sent.append((self.sequence, event, text))
        if self.connection is not None:
            self.push(text)

    def push(self, text: str) -> None:
        """Put a frame behind those that wait to be sent."""
        self._unsent.append(text)
        # A bot that stopped reading must not fill the memory.
        self.overflowed = len(self._unsent) > UNSENT_EVENTS
        self._wake.set()

    async def next_frames(self) -> deque[str]:
        """Wait for frames to send and take them all."""
        await self._wake.wait()
        self._wake.clear()
        frames, self._unsent = self._unsent, deque()
        return frames

    def attach(self, connection: object) -> None:
        """Let a connection take over, starting with nothing to send."""
        self.connection, self.overflowed = connection, False
        self._unsent.clear()
        self._wake.clear()

    def detach(self) -> None:
        """Note that the connection is gone; events wait in the buffer for a RESUME."""
        self.connection = None

    def can_replay(self, after_sequence: int) -> bool:
        """Tell whether every event after this number is still there."""
        oldest = self._sent[0][0] if self._sent else self.sequence + 1
        return oldest - 1 <= after_sequence <= self.sequence

    def replay(self, after_sequence: int) -> None:
        """Send what came after this number, and before it what a fault asks to repeat."""
        had = [
            text
            for sequence, event, text in self._sent
            if sequence <= after_sequence and event not in ABOUT_THE_SESSION
        ]
        missed = [text for sequence, _, text in self._sent if sequence > after_sequence]
        repeated = had[max(len(had) - self.replay_events, 0) :]
        for text in [*repeated, *missed]:
            self.push(text)
        self.replay_events = 0


def read_shard(identify: Json) -> tuple[int, int] | None:
    """Read `[shard_id, shard_count]` of an IDENTIFY; None when it makes no sense."""
    match identify.get("shard", [0, 1]):
        case [int(shard_id), int(shard_count)] if 0 <= shard_id < shard_count:
            return shard_id, shard_count
        case _:
            return None
