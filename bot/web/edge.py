"""What holds for every request: how errors are answered, and the headers of each answer."""

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web.connection import Connection
from bot.web.refusal_log import RefusalLog

FAILED = "Something went wrong here. Please send it again later."
# What a refusal tells beside its sentence: which methods there are, when to try again.
KEPT_HEADERS = ("Allow", "Retry-After")
ALWAYS_SENT = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    # Without it aiohttp names itself and its version.
    "Server": "Bouquet",
    "X-Content-Type-Options": "nosniff",
}


class Edge:
    """Turns every failure into a plain answer, with one line in the log."""

    def __init__(self, refusals: RefusalLog) -> None:
        self._refusals = refusals

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer one request, whatever happens."""
        connection = request.protocol
        assert isinstance(connection, Connection)
        connection.hear()
        try:
            answer = await handler(request)
        except web.HTTPException as refusal:
            answer = self._refuse(refusal)
        except Exception as error:  # noqa: BLE001 - nobody outside may read what it says
            self._refusals.failed(error)
            answer = web.Response(status=web.HTTPInternalServerError.status_code, text=FAILED)
        for name, value in ALWAYS_SENT.items():
            answer.headers.setdefault(name, value)
        if not request.content.is_eof():
            connection.deafen()
        # One request a connection: then what was said of one says nothing about the next.
        answer.force_close()
        return answer

    def _refuse(self, refusal: web.HTTPException) -> web.Response:
        # Without words of ours the text is "404: Not Found", and the log has the number already.
        why = (refusal.text or "").removeprefix(f"{refusal.status}: ")
        self._refusals.refused(refusal.status, why)
        kept = {name: refusal.headers[name] for name in KEPT_HEADERS if name in refusal.headers}
        return web.Response(status=refusal.status, text=refusal.text, headers=kept)
