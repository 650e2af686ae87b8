"""The command line, and the only place that puts the parts together."""

import argparse
import asyncio
import contextlib
import errno
import logging
import signal
import sqlite3
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import discord
from discord.http import Route

from bot.attach import USUAL_URL, attach
from bot.client import BouquetBot, use_server
from bot.errors import BooksDamaged, StartError
from bot.ledger.audit import RECENT_CHECKS, audit
from bot.ledger.books import Books
from bot.payment_list import print_waiting, settle_waiting
from bot.payments.discord_premium import DiscordPremium
from bot.payments.payout_registry import PayoutParts, configured_payouts
from bot.payments.provider import Notice, PaymentProvider
from bot.payments.registry import ProviderParts, configured_providers
from bot.pictures.studio import Studio
from bot.runtime import run, tune_garbage_collection
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import Sandbox
from bot.scheduler import Scheduler
from bot.services.clock import Clock, utc_now
from bot.services.economy import Economy
from bot.services.payment_booking import Settled
from bot.services.proofs import FULL_AUDIT
from bot.services.vitals import are_books_writable
from bot.settings import Settings, read_settings
from bot.web.health import Health
from bot.web.server import WebServer
from cogs.entitlements import DiscordEntitlements, EntitlementBells
from cogs.role_giver import DiscordRoles

log = logging.getLogger("bouquet")

# What a shell returns for a command that Ctrl+C ended.
_INTERRUPTED = 130

# More than there will ever be payments, and no more than SQLite can look for.
_MOST_NUMBER_DIGITS = 15

# The sandbox takes any token; this one is the same every time, so the bot stays the same one.
_SANDBOX_TOKEN = "sandbox"  # noqa: S105 - opens nothing


async def _run(settings: Settings) -> int:
    """Run the bot: on Discord with a token, else on a sandbox of its own."""
    path = _books_path(settings)
    async with _open_books(path) as books:
        providers: dict[str, PaymentProvider] = {}
        if settings.discord_token is not None:
            bot = BouquetBot(Economy.over(books, providers=providers), studio=Studio())
            if settings.discord_api_base and settings.discord_gateway:
                use_server(settings.discord_api_base, settings.discord_gateway)
            scheduler = _scheduler(bot, path)
            async with _taking_money(settings, bot, providers, utc_now):
                await _connect(bot, scheduler, settings.discord_token.get_secret_value())
            return 0
        # One clock for both: who moves the sandbox's to tomorrow wants tomorrow's rules too.
        clock = SandboxClock()
        economy = Economy.over(books, clock.seconds, providers=providers)
        bot = BouquetBot(economy, studio=Studio())
        # Nothing is real there, so everything can be tried.
        settings = settings.model_copy(update={"discord_premium": True})
        async with _sandbox(settings.sandbox_port, _state_path(settings), clock) as sandbox:

            async def welcome() -> None:
                await _count_streamer_role(bot)
                print(f"Bouquet is ready: open {sandbox.url}", flush=True)

            use_server(sandbox.api_base, sandbox.gateway_url)
            bot.add_listener(_once(welcome), "on_ready")
            scheduler = _scheduler(bot, path, clock.seconds)
            # Who moves the clock over the start of a promotion wants to see it begin.
            sandbox.time_machine.listeners.append(scheduler.wake)
            async with _taking_money(settings, bot, providers, clock.seconds):
                await _connect(bot, scheduler, _SANDBOX_TOKEN)
    return 0


def _books_path(settings: Settings) -> Path:
    """Return where the books are; what is played in the sandbox never mixes with Discord's."""
    if settings.discord_token is not None:
        return settings.database_path
    return settings.database_path.with_name("sandbox.sqlite3")


def _state_path(settings: Settings) -> Path:
    return settings.database_path.with_name("sandbox.json")


@contextlib.asynccontextmanager
async def _open_books(path: Path) -> AsyncGenerator[Books]:
    """Open the books, which must add up where they were touched last."""
    books = await Books.open(path)
    try:
        findings = await audit(path, RECENT_CHECKS)
        if findings:
            message = f"the books do not add up: {findings[0].details}; run `python -m bot audit`"
            raise BooksDamaged(message)
        yield books
    finally:
        await books.close()


def _once(call: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], Coroutine[Any, Any, None]]:
    """Return a listener that calls once, however often the gateway connects again."""
    calls = [call]

    async def listener() -> None:
        if calls:
            await calls.pop()()

    return listener


def _now(call: Callable[[], None]) -> Callable[[], Coroutine[Any, Any, None]]:
    """Return a call as a listener."""

    async def listener() -> None:
        call()

    return listener


def _waking(scheduler: Scheduler) -> Callable[[Settled], None]:
    """Return a listener that has receipts sent at once: who paid waits for one."""

    def listener(settled: Settled) -> None:
        if settled.is_news:
            scheduler.wake()

    return listener


async def _count_streamer_role(bot: BouquetBot) -> None:
    """Let the sandbox's streamers receive gifts at once, unless an admin decided about that."""
    for guild in bot.guilds:
        role = discord.utils.get(guild.roles, name="Streamer")
        guilds = bot.economy.guilds
        if role is not None and not await guilds.has_decided_streamer_role(guild.id):
            await guilds.set_streamer_role(guild.id, guild.owner_id or 0, role.id)


@contextlib.asynccontextmanager
async def _taking_money(
    settings: Settings, bot: BouquetBot, providers: dict[str, PaymentProvider], clock: Clock
) -> AsyncGenerator[None]:
    """Fill in the ways to pay and be paid, and listen for those who ring by themselves."""
    parts = ProviderParts(
        own=bot.economy.own_payments, clock=clock, entitlements=DiscordEntitlements(bot)
    )
    providers |= configured_providers(settings, parts)
    ways = bot.economy.payout_ways
    ways.roles = DiscordRoles(bot)
    ways.providers |= configured_payouts(settings, PayoutParts(roles=ways.roles))
    async with contextlib.AsyncExitStack() as stack:
        for provider in (*providers.values(), *ways.providers.values()):
            stack.push_async_callback(provider.close)
        if DiscordPremium.name in providers:
            await bot.add_cog(EntitlementBells(bot.economy.settlement.settle))
        if settings.web_port is not None:
            web = _web_server(settings.web_host, settings.web_port, bot, providers)
            await web.start()
            stack.push_async_callback(web.close)
        yield


def _web_server(
    host: str, port: int, bot: BouquetBot, providers: dict[str, PaymentProvider]
) -> WebServer:
    economy = bot.economy

    async def settle(name: str, notice: Notice) -> None:
        await economy.settlement.settle(name, notice)

    async def ask_health() -> Health:
        return Health(
            books_writable=await are_books_writable(economy.books),
            is_connected=bot.is_ready(),
            poll_ages_seconds=economy.payment_rounds.poll_ages_seconds(),
        )

    return WebServer(
        host=host, port=port, providers=providers, settle=settle, ask_health=ask_health
    )


def _scheduler(bot: BouquetBot, path: Path, clock: Clock = utc_now) -> Scheduler:
    return Scheduler(
        bot.economy, audit=lambda: _log_audit(path), announce=bot.announce, clock=clock
    )


async def _connect(bot: BouquetBot, scheduler: Scheduler, token: str) -> None:
    """Stay connected, with the jobs running, until the bot is told to stop."""
    await scheduler.catch_up()
    scheduler.start()
    bot.add_listener(_once(_now(scheduler.poll)), "on_ready")
    bot.economy.books.listen(Settled, _waking(scheduler))
    stop = asyncio.create_task(_stop_requested().wait())
    connected = asyncio.create_task(bot.start(token))
    try:
        await asyncio.wait({connected, stop}, return_when=asyncio.FIRST_COMPLETED)
        if connected.done():
            await connected
    except discord.LoginFailure:
        message = "Discord does not take the token in BOUQUET_DISCORD_TOKEN"
        raise StartError(message) from None
    except (aiohttp.ClientError, discord.HTTPException) as error:
        message = f"{Route.BASE} cannot be reached: {error}"
        raise StartError(message) from None
    finally:
        stop.cancel()
        # While the bot can still speak.
        await scheduler.stop()
        await bot.close()
        # Without a network discord.py sleeps for minutes before it tries again.
        connected.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await connected


def _stop_requested() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set, for an orderly end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C raises there instead
            loop.add_signal_handler(number, stop.set)
    return stop


@contextlib.asynccontextmanager
async def _sandbox(
    port: int, state_path: Path, clock: SandboxClock | None = None
) -> AsyncGenerator[Sandbox]:
    """Serve the sandbox on `port`, or on a free one when that is taken."""
    sandbox = Sandbox(state_path=state_path, clock=clock)
    try:
        await sandbox.start(port=port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            message = f"the sandbox cannot start: {error}"
            raise StartError(message) from None
        log.warning("port %d is taken, so the page is on another one", port)
        sandbox = Sandbox(state_path=state_path, clock=clock)
        await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.close()


async def _serve_sandbox(settings: Settings) -> int:
    """Serve the sandbox alone, for any bot."""
    # Not the file of the bot's own sandbox, which may run beside this one.
    state_path = settings.database_path.with_name("sandbox-alone.json")
    async with _sandbox(settings.sandbox_port, state_path) as sandbox:
        print(
            f"page {sandbox.url} REST {sandbox.api_base} gateway {sandbox.gateway_url}", flush=True
        )
        await _stop_requested().wait()
    return 0


async def _log_audit(path: Path) -> None:
    findings = await audit(path, FULL_AUDIT)
    for finding in findings:
        log.critical("audit: not so: %s: %s", finding.check.holds, finding.details)
    log.info("audit: %s", "clean" if not findings else f"{len(findings)} findings")


async def _print_audit(settings: Settings) -> int:
    """Prove the books and print what was proved."""
    path = _books_path(settings)
    if not path.exists():
        message = f"there are no books at {path}"
        raise StartError(message)
    try:
        findings = await audit(path, FULL_AUDIT)
    except sqlite3.Error as error:
        message = f"{path} cannot be read as books: {error}"
        raise StartError(message) from None
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Bouquet, a gift economy.")
    commands = parser.add_subparsers(dest="command", metavar="{run,sandbox,audit,payments,attach}")
    for name, command in _COMMANDS.items():
        commands.add_parser(name, help=command.__doc__)
    steps = commands.add_parser("payments", help=print_waiting.__doc__).add_subparsers(dest="step")
    settling = steps.add_parser("settle", help=settle_waiting.__doc__)
    settling.add_argument("number", type=_review_number, help="its number in the list")
    settling.add_argument("--note", required=True, help="what you did; it stays in the books")
    attaching = commands.add_parser("attach", help=attach.__doc__)
    attaching.add_argument("script", type=Path, help="a discord.py script of your own")
    attaching.add_argument("--url", default=USUAL_URL, help="the sandbox's page")
    # After the commands were added, which have a default of their own: none.
    parser.set_defaults(command="run")
    return parser


def _review_number(text: str) -> int:
    number = text.removeprefix("#")
    if not number.isdecimal() or len(number) > _MOST_NUMBER_DIGITS:
        message = f"{text!r} is no number of the list"
        raise argparse.ArgumentTypeError(message)
    return int(number)


def _job(arguments: argparse.Namespace, settings: Settings) -> Coroutine[Any, Any, int]:
    """Return what the command line asks for."""
    if arguments.command != "payments":
        return _COMMANDS[arguments.command](settings)
    path = _books_path(settings)
    if arguments.step == "settle":
        return settle_waiting(path, arguments.number, arguments.note)
    return print_waiting(path)


def main() -> int:
    """Run one command and return the exit status; what cannot start says so in one line."""
    arguments = _parser().parse_args()
    try:
        if arguments.command == "attach":
            # The script brings its own settings and its own log.
            attach(arguments.script, arguments.url)
            return 0
        settings = read_settings()
        logging.basicConfig(
            level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
        )
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        tune_garbage_collection()
        return run(_job(arguments, settings))
    except KeyboardInterrupt:
        return _INTERRUPTED
    except StartError as error:
        print(f"Bouquet cannot start: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
