"""Where a buyer's browser ends up after paying, or after not paying; it knows nothing of orders.

Nothing is credited because somebody opens one of these pages: anybody can.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web

from bot.texts import N_
from bot.web.languages import language_tag, texts_for_reader

PAGE_FOLDER = Path(__file__).parent / "page"
DISCORD_URL = "https://discord.com/channels/@me"
BACK = N_("Back to Discord")


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    lines: tuple[str, ...]


OUTCOMES: Mapping[str, _Words] = {
    "paid": _Words(
        N_("Thank you!"),
        (
            N_(
                "Your payment is being confirmed, which usually takes only a moment. Then the coins"
                " are in your wallet, and a receipt comes as a direct message."
            ),
            N_("You can close this page and go back to Discord. /purchases shows how it stands."),
        ),
    ),
    "cancelled": _Words(
        N_("Nothing was paid"),
        (
            N_("You left without paying, so nothing was charged and you owe nothing."),
            N_(
                "You can close this page and go back to Discord. If you change your mind, /buy"
                " there starts anew."
            ),
        ),
    ),
}


class ReturnPages:
    """Serves a page for each outcome, in the reader's language."""

    def __init__(self) -> None:
        self._page = Template((PAGE_FOLDER / "return.html").read_text("utf-8"))
        self._style = (PAGE_FOLDER / "return.css").read_text("utf-8")
        self._headers = {"Content-Security-Policy": _policy(self._style), "Vary": "Accept-Language"}

    def routes(self) -> list[web.RouteDef]:
        """List where they are."""
        return [web.get("/return/{outcome}", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """Show the page of one outcome."""
        outcome = request.match_info["outcome"]
        if outcome not in OUTCOMES:
            raise web.HTTPNotFound
        words = OUTCOMES[outcome]
        texts = texts_for_reader(request.headers.get("Accept-Language", ""))
        lines = "".join(f"<p>{escape(texts(line))}</p>" for line in words.lines)
        page = self._page.substitute(
            language=language_tag(texts),
            direction="rtl" if texts.locale.character_order == "right-to-left" else "ltr",
            outcome=outcome,
            style=self._style,
            title=escape(texts(words.title)),
            lines=lines,
            discord=DISCORD_URL,
            back=escape(texts(BACK)),
        )
        headers = {**self._headers, "Content-Language": language_tag(texts)}
        return web.Response(text=page, content_type="text/html", headers=headers)


def _policy(style: str) -> str:
    """Return a policy under which the page loads nothing and runs nothing, but has its colours."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
