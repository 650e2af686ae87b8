"""Where REST requests come in from the socket and answers go out."""

from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.sandbox.file_names import guess_type, safe_name
from bot.sandbox.json_reading import read_json
from bot.sandbox.rejections import BAD_JSON, BAD_REQUEST, TOO_LARGE, DiscordError
from bot.sandbox.request_faults import RequestFaults
from bot.sandbox.rest import Answer, Call, Rest
from bot.sandbox.wire import Body, UploadedFile

MOST_BODY_BYTES = 30 * 1024 * 1024
# A message has ten files at most, and its JSON.
MOST_PARTS = 20
# Without this header discord.py takes a 429 for a ban by Discord's shield.
ALWAYS_SENT = {"Via": "1.1 sandbox", "X-Content-Type-Options": "nosniff"}


class RestEdge:
    """Reads requests for the routes, and writes what they answer."""

    def __init__(self, rest: Rest, faults: RequestFaults) -> None:
        self._rest = rest
        self._faults = faults

    async def handle(self, request: web.Request) -> web.Response:
        """Serve one request."""
        body, refused = Body(), None
        try:
            body = await read_body(request)
        except DiscordError as error:
            refused = error
        call = Call(
            method=request.method,
            path="/" + request.match_info["path"],
            query=dict(request.query) if request.query_string else {},
            body=body,
            authorization=request.headers.get("Authorization", ""),
            refused=refused,
        )
        if self._faults.armed:
            return written(await self._faults.answer(call))
        return written(self._rest.answer(call))


def written(answer: Answer) -> web.Response:
    """Write an answer for the socket; the content type is exactly what discord.py compares with."""
    headers = ALWAYS_SENT | answer.headers
    if answer.text is None:
        return web.Response(status=answer.status, headers=headers)
    body = answer.text.encode()
    headers["Content-Type"] = "application/json"
    return web.Response(status=answer.status, body=body, headers=headers)


async def read_body(request: web.Request) -> Body:
    """Read a JSON or multipart body."""
    if not request.can_read_body:
        return Body()
    try:
        if request.content_type == "multipart/form-data":
            return await _read_multipart(request)
        return Body(parsed(await request.read()))
    except web.HTTPRequestEntityTooLarge:
        raise DiscordError(TOO_LARGE) from None
    except (web.RequestPayloadError, HttpProcessingError, ValueError, RuntimeError):
        # A body that ends early, is packed wrongly, or is no multipart though it says so.
        raise DiscordError(BAD_REQUEST) from None


def parsed(raw: bytes | str) -> Any:
    """Read JSON or refuse it."""
    try:
        return read_json(raw) if raw else None
    except ValueError:
        raise DiscordError(BAD_JSON) from None


async def _read_multipart(request: web.Request) -> Body:
    body = Body()
    total = 0
    parts = 0
    async for part in await request.multipart():
        parts += 1
        if parts > MOST_PARTS:
            raise DiscordError(BAD_REQUEST)
        if not isinstance(part, BodyPartReader):
            raise DiscordError(BAD_JSON)
        total += sum(len(name) + len(value) for name, value in part.headers.items())
        content = bytearray()
        while chunk := await part.read_chunk():
            content += chunk
            if total + len(content) > MOST_BODY_BYTES:
                raise DiscordError(TOO_LARGE)
        total += len(content)
        if part.name == "payload_json":
            body.json = parsed(bytes(content))
        elif part.filename:
            number = (part.name or "").removeprefix("files[").removesuffix("]")
            name = safe_name(part.filename)
            body.files[number] = UploadedFile(name, guess_type(name), bytes(content))
    return body
