"""Runs localstripe on 127.0.0.1 as a process of its own, and prints its address.

localstripe is GPL, so nothing of the project imports it; this file is started, never imported. Its
own command line is not used: it listens on every interface and unpickles a file that anybody who
shares the machine may have written.
"""

import asyncio
import importlib
import sys
from typing import Any

from aiohttp import web


def fit(server: Any, resources: Any) -> web.Application:
    """Return localstripe's application, without its file and with what it lacks for us."""

    def write_nothing(_store: Any) -> None:
        """Leave no file behind."""

    resources.Store.dump_to_disk = write_nothing
    resources.PaymentIntent.amount_received = property(
        lambda intent: intent.amount if intent.status == "succeeded" else 0
    )

    async def none_of_these(_request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [], "has_more": False, "url": "/"})

    app: web.Application = server.app
    # It knows neither checkouts nor disputes, so there are none.
    app.router.add_get("/v1/checkout/sessions", none_of_these)
    app.router.add_get("/v1/disputes", none_of_these)
    return app


async def run() -> None:
    """Serve until standard input ends, as it does when whoever started this ends."""
    resources = importlib.import_module("localstripe.resources")
    runner = web.AppRunner(fit(importlib.import_module("localstripe.server"), resources))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    print(f"http://{host}:{port}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(run())
