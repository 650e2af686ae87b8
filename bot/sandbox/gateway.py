"""The gateway: one WebSocket per bot connection, opcodes as Discord's v10."""

import asyncio
import contextlib
import json
import logging
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.gateway_events import guild_create, ready
from bot.sandbox.gateway_frames import (
    ALREADY_AUTHENTICATED,
    AUTHENTICATION_FAILED,
    DISALLOWED_INTENTS,
    INVALID_INTENTS,
    INVALID_SHARD,
    NOT_AUTHENTICATED,
    SESSION_TIMED_OUT,
    UNKNOWN_ERROR,
    UNKNOWN_OPCODE,
    CloseReason,
    Opcode,
    frame,
    read_frame,
)
from bot.sandbox.member_requests import members_chunk
from bot.sandbox.session import ALL_INTENTS, Session, read_shard
from bot.sandbox.wire import Json, as_object, whole
from bot.sandbox.world import World

_log = logging.getLogger(__name__)

HEARTBEAT_INTERVAL_MILLISECONDS = 41_250
# As a network would: discord.py notes when it sent a heartbeat after the fact, so what comes back
# at once looks as if it answered the one before, and is complained about.
ACKNOWLEDGE_AFTER_SECONDS = 0.05
DOUBLED = "Two connections share the token of %s: both get, and may answer, every event."
GOING_AWAY = 1001
# How long a bot has to answer that its connection closes.
GOODBYE_SECONDS = 1.0


class Gateway:
    """Accepts connections and remembers sessions, so that they can be resumed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._connections: set[Connection] = set()
        self._closings: set[asyncio.Task[None]] = set()
        self._down_until = 0.0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if self._world.clock().timestamp() < self._down_until:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(
            max_msg_size=1 << 20, compress=False, timeout=GOODBYE_SECONDS
        )
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
        await asyncio.gather(*self._closings)

    def drop(self, *, resumable: bool, down_seconds: float, replay_events: int) -> None:
        """Cut every connection, and accept none for so many seconds of the sandbox's clock."""
        self._down_until = self._world.clock().timestamp() + down_seconds
        for application in self._world.applications.values():
            for session in application.sessions:
                session.replay_events = replay_events
            if not resumable:
                application.sessions.clear()
        code, message = UNKNOWN_ERROR if resumable else SESSION_TIMED_OUT
        for connection in list(self._connections):
            connection.leave()
            # Who does not say goodbye in return must not keep the caller waiting.
            closing = asyncio.create_task(connection.close(code, message))
            self._closings.add(closing)
            closing.add_done_callback(self._closings.discard)

    def come_up(self) -> None:
        """Accept connections again, and repeat nothing to them."""
        self._down_until = 0.0
        for application in self._world.applications.values():
            for session in application.sessions:
                session.replay_events = 0

    def ask_to_reconnect(self) -> None:
        """Send RECONNECT to every bot."""
        for connection in self._connections:
            connection.send(Opcode.RECONNECT, None)

    def invalidate_sessions(self, *, resumable: bool = False) -> None:
        """Send INVALID_SESSION to every bot; unless they may resume, forget all sessions."""
        for connection in self._connections:
            connection.send(Opcode.INVALID_SESSION, data=resumable)
        if not resumable:
            for application in self._world.applications.values():
                application.sessions.clear()
            self._world.state_changed()


class Connection:
    """One WebSocket: reads what the bot says, writes what its session has to tell."""

    def __init__(self, world: World, socket: web.WebSocketResponse, *, resume_url: str) -> None:
        self._world = world
        self._socket = socket
        self._resume_url = resume_url
        self._session: Session | None = None
        self._writer: asyncio.Task[None] | None = None
        self._acknowledgements: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Greet, then answer frame by frame until one side closes."""
        hello = {"heartbeat_interval": HEARTBEAT_INTERVAL_MILLISECONDS, "_trace": ["sandbox"]}
        await self._socket.send_str(frame(Opcode.HELLO, hello))
        try:
            await self._read_frames()
        except CloseReason as reason:
            await self.close(reason.code, reason.message)
        finally:
            self.leave()

    async def close(self, code: int, message: str) -> None:
        """Close the socket with a code and its reason."""
        self.leave()
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

    def leave(self) -> None:
        """Let the session go, which waits for a RESUME then."""
        self.give_up()
        for acknowledgement in self._acknowledgements:
            acknowledgement.cancel()
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
        opcode, data = read_frame(raw)
        match opcode:
            case Opcode.HEARTBEAT:
                acknowledgement = asyncio.create_task(self._acknowledge())
                self._acknowledgements.add(acknowledgement)
                acknowledgement.add_done_callback(self._acknowledgements.discard)
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

    async def _acknowledge(self) -> None:
        await asyncio.sleep(ACKNOWLEDGE_AFTER_SECONDS)
        with contextlib.suppress(ConnectionError):
            await self._socket.send_str(frame(Opcode.HEARTBEAT_ACK, None))

    async def _identify(self, identify: Json) -> None:
        if self._session:
            raise CloseReason(*ALREADY_AUTHENTICATED)
        session = new_session(identify)
        application = self._world.application_of(session.token)
        if session.intents & ~application.allowed_intents(ALL_INTENTS):
            raise CloseReason(*DISALLOWED_INTENTS)
        application.sessions[:] = [old for old in application.sessions if old.connected]
        if any(old.shard == session.shard for old in application.sessions):
            _log.warning(DOUBLED, application.name)
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
        session_id, sequence = resume.get("session_id"), whole(resume.get("seq"))
        token = read_token(resume)
        if not token:
            raise CloseReason(*AUTHENTICATION_FAILED)
        application = self._world.application_of(token)
        known = [session for session in application.sessions if session.id == session_id]
        if not known or sequence is None or not known[0].can_replay(sequence):
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
        chunk = members_chunk(self._world, session, request)
        if chunk is not None:
            session.dispatch("GUILD_MEMBERS_CHUNK", json.dumps(chunk))


def read_token(data: Json) -> str:
    """Read the token of an IDENTIFY or RESUME; an empty one is none."""
    token = data.get("token")
    return token.removeprefix("Bot ").strip() if isinstance(token, str) else ""


def new_session(identify: Json) -> Session:
    """Make the session that an IDENTIFY asks for, or say what is wrong with it."""
    token = read_token(identify)
    if not token:
        raise CloseReason(*AUTHENTICATION_FAILED)
    intents = identify.get("intents")
    if not isinstance(intents, int) or isinstance(intents, bool) or intents & ~ALL_INTENTS:
        raise CloseReason(*INVALID_INTENTS)
    shard = read_shard(identify)
    if shard is None:
        raise CloseReason(*INVALID_SHARD)
    return Session(token, intents, shard)
