"""Serves the page: plain files, with what keeps them offline and never stale."""

from pathlib import Path

from aiohttp import web

PAGE_FOLDER = Path(__file__).parent / "page"
# The browser itself refuses whatever would leave this machine, and asks for news of every file,
# so that no page of an earlier version talks to this one.
PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page_routes() -> list[web.RouteDef]:
    """List where the page and its parts are."""
    return [web.get("/", page), web.get("/page/{path:.*}", page_file)]


async def page(_request: web.Request) -> web.StreamResponse:
    """Serve the page itself."""
    return _served(PAGE_FOLDER / "index.html")


async def page_file(request: web.Request) -> web.StreamResponse:
    """Serve a file that the page is made of."""
    return _served(PAGE_FOLDER / request.match_info["path"])


def _served(path: Path) -> web.StreamResponse:
    try:
        wanted = path.resolve()
        is_ours = wanted.is_relative_to(PAGE_FOLDER.resolve()) and wanted.is_file()
    except (OSError, ValueError):
        # A name that no file system takes.
        is_ours = False
    if not is_ours:
        raise web.HTTPNotFound
    return web.FileResponse(path, headers=PAGE_HEADERS)
