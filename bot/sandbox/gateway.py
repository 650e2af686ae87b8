"""The gateway: one WebSocket per bot connection, opcodes as Discord's v10."""

import asyncio
import contextlib
import json
from enum import IntEnum
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.gateway_events import guild_create, members_chunk, ready
from bot.sandbox.session import ALL_INTENTS, Session, read_shard
from bot.sandbox.wire import Json, as_object
from bot.sandbox.world import World

HEARTBEAT_INTERVAL_MILLISECONDS = 41_250
LONGEST_PAYLOAD_BYTES = 4096
GOING_AWAY = 1001


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


UNKNOWN_OPCODE = (4001, "Unknown opcode.")
DECODE_ERROR = (4002, "Error while decoding payload.")
NOT_AUTHENTICATED = (4003, "Not authenticated.")
AUTHENTICATION_FAILED = (4004, "Authentication failed.")
ALREADY_AUTHENTICATED = (4005, "Already authenticated.")
SESSION_TIMED_OUT = (4009, "Session timed out.")
INVALID_SHARD = (4010, "Invalid shard.")
INVALID_INTENTS = (4013, "Invalid intent(s).")


class Gateway:
    """Accepts connections and remembers sessions, so that they can be resumed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._connections: set[Connection] = set()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it ends."""
        socket = web.WebSocketResponse(max_msg_size=1 << 20, compress=False)
        await socket.prepare(request)
        connection = Connection(self._world, socket, resume_url=f"ws://{request.host}/gateway")
        self._connections.add(connection)
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)
        return socket

    async def close_connections(self, code: int, message: str) -> None:
        """Close every connection with this code; sessions stay resumable."""
        for connection in list(self._connections):
            await connection.close(code, message)

    def ask_to_reconnect(self) -> None:
        """Send RECONNECT to every bot."""
        for connection in self._connections:
            connection.send(Opcode.RECONNECT, None)

    def invalidate_sessions(self) -> None:
        """Send INVALID_SESSION to every bot and forget all sessions."""
        for connection in self._connections:
            connection.send(Opcode.INVALID_SESSION, data=False)
        for application in self._world.applications.values():
            application.sessions.clear()


class Connection:
    """One WebSocket: reads what the bot says, writes what its session has to tell."""

    def __init__(self, world: World, socket: web.WebSocketResponse, *, resume_url: str) -> None:
        self._world = world
        self._socket = socket
        self._resume_url = resume_url
        self._session: Session | None = None
        self._writer: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Greet, then answer frame by frame until one side closes."""
        hello = {"heartbeat_interval": HEARTBEAT_INTERVAL_MILLISECONDS, "_trace": ["sandbox"]}
        await self._socket.send_str(frame(Opcode.HELLO, hello))
        try:
            await self._read_frames()
        except CloseReason as reason:
            await self.close(reason.code, reason.message)
        finally:
            self._leave()

    async def close(self, code: int, message: str) -> None:
        """Close the socket with a code and its reason."""
        self._leave()
        with contextlib.suppress(ConnectionError):
            await self._socket.close(code=code, message=message.encode())

    def send(self, opcode: Opcode, data: Any) -> None:
        """Send a frame that is not an event."""
        if self._session:
            self._session.push(frame(opcode, data))

    def give_up(self) -> None:
        """Stop writing, as another connection carries the session from now on."""
        if self._writer:
            self._writer.cancel()
            self._writer = None

    def _leave(self) -> None:
        self.give_up()
        # Another connection may have resumed the session meanwhile; it stays connected then.
        if self._session and self._session.connection is self:
            self._session.detach()
            self._world.state_changed()

    async def _read_frames(self) -> None:
        patience_seconds = HEARTBEAT_INTERVAL_MILLISECONDS * 1.5 / 1000
        while True:
            try:
                message = await self._socket.receive(timeout=patience_seconds)
            except TimeoutError:
                raise CloseReason(*SESSION_TIMED_OUT) from None
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return
            await self._answer(message.data)

    async def _answer(self, raw: str | bytes) -> None:
        try:
            payload = json.loads(raw)
            opcode = Opcode(payload["op"])
        except (ValueError, TypeError, KeyError) as error:
            known = isinstance(error, ValueError) and "is not a valid Opcode" in str(error)
            raise CloseReason(*(UNKNOWN_OPCODE if known else DECODE_ERROR)) from None
        data = payload.get("d")
        match opcode:
            case Opcode.HEARTBEAT:
                await self._socket.send_str(frame(Opcode.HEARTBEAT_ACK, None))
            case Opcode.IDENTIFY:
                await self._identify(as_object(data))
            case Opcode.RESUME:
                await self._resume(as_object(data))
            case _ if self._session is None:
                raise CloseReason(*NOT_AUTHENTICATED)
            case Opcode.REQUEST_GUILD_MEMBERS:
                self._send_members(self._session, as_object(data))
            case Opcode.PRESENCE_UPDATE | Opcode.VOICE_STATE_UPDATE:
                pass
            case Opcode.REQUEST_SOUNDBOARD_SOUNDS:
                pass
            case _:
                raise CloseReason(*UNKNOWN_OPCODE)

    async def _identify(self, identify: Json) -> None:
        if self._session:
            raise CloseReason(*ALREADY_AUTHENTICATED)
        session = new_session(identify)
        application = self._world.application_of(session.token)
        application.sessions[:] = [old for old in application.sessions if old.connected]
        application.sessions.append(session)
        self._take(session)
        started = ready(self._world, application, session, self._resume_url)
        session.dispatch("READY", json.dumps(started))
        if session.serves(self._world.guild.id):
            created = guild_create(self._world, application, session)
            session.dispatch("GUILD_CREATE", json.dumps(created))
        self._world.state_changed()

    async def _resume(self, resume: Json) -> None:
        if self._session:
            raise CloseReason(*ALREADY_AUTHENTICATED)
        session_id, sequence = resume.get("session_id"), resume.get("seq")
        token = str(resume.get("token") or "").strip()
        if not token:
            raise CloseReason(*AUTHENTICATION_FAILED)
        application = self._world.application_of(token)
        known = [session for session in application.sessions if session.id == session_id]
        if not known or not isinstance(sequence, int) or not known[0].can_replay(sequence):
            await self._socket.send_str(frame(Opcode.INVALID_SESSION, data=False))
            return
        self._take(known[0])
        known[0].replay(sequence)
        known[0].dispatch("RESUMED", '{"_trace":["sandbox"]}')
        self._world.state_changed()

    def _take(self, session: Session) -> None:
        if isinstance(session.connection, Connection):
            session.connection.give_up()
        session.attach(self)
        self._session = session
        self._writer = asyncio.create_task(self._write_frames(session))

    async def _write_frames(self, session: Session) -> None:
        with contextlib.suppress(ConnectionError):
            while not session.overflowed:
                for text in await session.next_frames():
                    await self._socket.send_str(text)
            await self._socket.close(code=GOING_AWAY)

    def _send_members(self, session: Session, request: Json) -> None:
        session.dispatch("GUILD_MEMBERS_CHUNK", json.dumps(members_chunk(self._world, request)))


def frame(opcode: Opcode, data: Any) -> str:
    """Write a frame that is not an event."""
    return json.dumps({"op": int(opcode), "d": data, "s": None, "t": None})


def new_session(identify: Json) -> Session:
    """Make the session that an IDENTIFY asks for, or say what is wrong with it."""
    token = str(identify.get("token") or "").removeprefix("Bot ").strip()
    if not token:
        raise CloseReason(*AUTHENTICATION_FAILED)
    intents = identify.get("intents")
    if not isinstance(intents, int) or isinstance(intents, bool) or intents & ~ALL_INTENTS:
        raise CloseReason(*INVALID_INTENTS)
    shard = read_shard(identify)
    if shard is None:
        raise CloseReason(*INVALID_SHARD)
    return Session(token, intents, shard)
