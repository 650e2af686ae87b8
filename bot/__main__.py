"""The command line, and the only place that puts the parts together."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from pathlib import Path
from typing import Any

import discord

from bot.client import BouquetBot, use_server
from bot.errors import BooksDamaged, StartError
from bot.ledger.audit import RECENT_CHECKS, audit
from bot.ledger.books import Books
from bot.runtime import run, tune_garbage_collection
from bot.sandbox.server import Sandbox
from bot.scheduler import Scheduler
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT
from bot.settings import Settings, read_settings

log = logging.getLogger("bouquet")

# The sandbox takes any token; this one is the same every time, so the bot stays the same one.
_SANDBOX_TOKEN = "sandbox"  # noqa: S105 - opens nothing


_OnReady = Callable[[BouquetBot], Coroutine[Any, Any, None]]


async def _run(settings: Settings) -> int:
    """Run the bot: on Discord with a token, else on a sandbox of its own."""
    if settings.discord_token is not None:
        if settings.discord_api_base and settings.discord_gateway:
            use_server(settings.discord_api_base, settings.discord_gateway)
        await _run_bot(settings.database_path, settings.discord_token.get_secret_value())
        return 0
    path = settings.database_path.with_name("sandbox.sqlite3")
    async with _sandbox(settings.sandbox_port, path.with_name("sandbox.json")) as sandbox:
        use_server(sandbox.api_base, sandbox.gateway_url)

        async def welcome(bot: BouquetBot) -> None:
            await _count_streamer_role(bot)
            print(f"Bouquet is ready: open {sandbox.url}", flush=True)

        await _run_bot(path, _SANDBOX_TOKEN, on_first_ready=welcome)
    return 0


async def _run_bot(path: Path, token: str, on_first_ready: _OnReady | None = None) -> None:
    """Run the bot over the books at `path` until it is told to stop."""
    books = await Books.open(path)
    try:
        await _refuse_damaged_books(path)
        economy = Economy.over(books)
        bot = BouquetBot(economy)
        if on_first_ready is not None:
            bot.add_listener(_once(bot, on_first_ready), "on_ready")
        scheduler = Scheduler(economy, audit=lambda: _log_audit(path))
        scheduler.start()
        try:
            await _connect(bot, token)
        finally:
            scheduler.stop()
    finally:
        await books.close()


def _once(bot: BouquetBot, call: _OnReady) -> Callable[[], Coroutine[Any, Any, None]]:
    """Return a listener that calls once, however often the gateway connects again."""
    calls = [call]

    async def listener() -> None:
        if calls:
            await calls.pop()(bot)

    return listener


async def _count_streamer_role(bot: BouquetBot) -> None:
    """Let the sandbox's streamers receive gifts at once, as an admin would have set it up."""
    for guild in bot.guilds:
        role = discord.utils.get(guild.roles, name="Streamer")
        known = (await bot.economy.guilds.get(guild.id)).settings.streamer_role_id
        if role is not None and not known:
            await bot.economy.guilds.set_streamer_role(guild.id, guild.owner_id or 0, role.id)


async def _connect(bot: BouquetBot, token: str) -> None:
    """Stay connected until the bot is told to stop."""
    stop = asyncio.create_task(_stop_requested().wait())
    connected = asyncio.create_task(bot.start(token))
    try:
        await asyncio.wait({connected, stop}, return_when=asyncio.FIRST_COMPLETED)
        await bot.close()
        await connected
    except discord.LoginFailure:
        message = "Discord does not take the token in BOUQUET_DISCORD_TOKEN"
        raise StartError(message) from None
    finally:
        stop.cancel()


def _stop_requested() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set, for an orderly end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C raises there instead
            loop.add_signal_handler(number, stop.set)
    return stop


@contextlib.asynccontextmanager
async def _sandbox(port: int, state_path: Path) -> AsyncGenerator[Sandbox]:
    """Serve the sandbox on `port`, or on a free one when that is taken."""
    sandbox = Sandbox(state_path=state_path)
    try:
        await sandbox.start(port=port)
    except OSError:
        log.warning("port %d is taken, so the page is on another one", port)
        await sandbox.start(port=0)
    try:
        yield sandbox
    finally:
        await sandbox.close()


async def _serve_sandbox(settings: Settings) -> int:
    """Serve the sandbox alone, for any bot."""
    state_path = settings.database_path.with_name("sandbox.json")
    async with _sandbox(settings.sandbox_port, state_path) as sandbox:
        print(
            f"page {sandbox.url} REST {sandbox.api_base} gateway {sandbox.gateway_url}", flush=True
        )
        await _stop_requested().wait()
    return 0


async def _refuse_damaged_books(path: Path) -> None:
    findings = await audit(path, RECENT_CHECKS)
    if findings:
        message = f"the books do not add up: {findings[0].details}; run `python -m bot audit`"
        raise BooksDamaged(message)


async def _log_audit(path: Path) -> None:
    findings = await audit(path, FULL_AUDIT)
    for finding in findings:
        log.critical("audit: not so: %s: %s", finding.check.holds, finding.details)
    log.info("audit: %s", "clean" if not findings else f"{len(findings)} findings")


async def _print_audit(settings: Settings) -> int:
    """Prove the books and print what was proved."""
    path = settings.database_path
    if not path.exists():
        message = f"there are no books at {path}"
        raise StartError(message)
    findings = await audit(path, FULL_AUDIT)
    for check in FULL_AUDIT:
        broken = [finding.details for finding in findings if finding.check is check]
        print(f"{'NO' if broken else 'ok'}  {check.holds}")
        for details in broken:
            print(f"      {details}")
    print(f"audit of {path}: {'clean' if not findings else f'{len(findings)} findings'}")
    return 1 if findings else 0


_COMMANDS: dict[str, Callable[[Settings], Coroutine[Any, Any, int]]] = {
    "run": _run,
    "sandbox": _serve_sandbox,
    "audit": _print_audit,
}


def main() -> int:
    """Run one command and return the exit status; what cannot start says so in one line."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="Bouquet, a gift economy.")
    parser.add_argument("command", nargs="?", choices=tuple(_COMMANDS), default="run")
    command = parser.parse_args().command
    try:
        settings = read_settings()
        logging.basicConfig(
            level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        tune_garbage_collection()
        return run(_COMMANDS[command](settings))
    except StartError as error:
        print(f"Bouquet cannot start: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
