"""The command line as an operator meets it: real processes, one line where there is trouble."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp
import aiosqlite
import pytest

from bot.ledger.books import Books
from bot.ledger.database import take_lock
from bot.payments.provider import NO_CURRENCY, Payment
from bot.services.clock import DAY_SECONDS
from bot.services.letters import NO_GUILD
from bot.services.payment_reviews import OPERATOR_ID, ReviewReason, note_review
from tests.processes import address, finish, running


async def type_command(url: str, person: str, command: str, **options: object) -> str:
    body = {"as": person, "channel": "stage", "command": command, "options": options}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}sandbox/command", json=body) as response,
    ):
        return await response.text()


async def test_run_without_a_token_plays_on_a_sandbox_and_remembers(tmp_path: Path) -> None:
    async with running(tmp_path, "run") as process:
        url = await address(process)
        assert "700 coins for you" in await type_command(url, "Mia", "buy", pack=700)
        gift = await type_command(url, "Mia", "gift", streamer="Luna", gift="tulip")
        assert "Tulip" in gift

    async with running(tmp_path) as process:
        url = await address(process)
        assert "**685 coins**" in await type_command(url, "Mia", "wallet")
        async with (
            aiohttp.ClientSession() as session,
            session.get(
                f"{url}sandbox/messages", params={"as": "Noor", "channel": "stage"}
            ) as seen,
        ):
            assert "Tulip" in await seen.text()


@pytest.mark.proof("sandbox")
async def test_the_bot_lives_by_the_sandboxs_clock_also_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path, "run") as process:
        url = await address(process)
        await type_command(url, "Mia", "buy", pack=70)
        move = {"advance_seconds": 30 * DAY_SECONDS}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{url}sandbox/clock", json=move) as response,
        ):
            assert (await response.json())["advanced_seconds"] == 30 * DAY_SECONDS
        await type_command(url, "Mia", "buy", pack=70)

    async with running(tmp_path, "run") as process:
        await type_command(await address(process), "Mia", "buy", pack=70)
    with sqlite3.connect(tmp_path / "sandbox.sqlite3") as connection:
        rows = connection.execute("SELECT posted_at FROM entry ORDER BY posted_at").fetchall()
    connection.close()
    first, second, third = (row[0] for row in rows)
    assert 30 * DAY_SECONDS <= second - first < 31 * DAY_SECONDS
    assert second <= third < first + 31 * DAY_SECONDS


async def test_the_sandbox_alone_says_where_any_bot_can_connect(tmp_path: Path) -> None:
    async with running(tmp_path, "sandbox") as process:
        url = await address(process)
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{url}api/v10/gateway") as response,
        ):
            assert (await response.json())["url"].endswith("/gateway")


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"BOUQUET_LOG_LEVEL": "LOUD"}, "BOUQUET_LOG_LEVEL: Input should be"),
        ({"BOUQUET_COLOUR": "red"}, "BOUQUET_COLOUR is not a setting"),
    ],
)
async def test_a_wrong_setting_stops_the_start_with_one_line(
    tmp_path: Path, settings: dict[str, str], line: str
) -> None:
    status, _, err = await finish(tmp_path, "run", **settings)
    assert status == 1
    assert err.startswith(f"Bouquet cannot start: {line}")
    assert err.count("\n") == 1


async def test_a_second_process_on_the_same_books_is_refused(tmp_path: Path) -> None:
    lock = take_lock(tmp_path / "sandbox.sqlite3")
    status, _, err = await finish(tmp_path, "run", BOUQUET_LOG_LEVEL="ERROR")
    lock.release()
    assert status == 1
    assert "is in use by another Bouquet; stop that one first" in err
    assert "Traceback" not in err


async def test_the_audit_proves_clean_books_while_they_are_open(tmp_path: Path) -> None:
    books = await Books.open(tmp_path / "sandbox.sqlite3")
    status, out, _ = await finish(tmp_path, "audit")
    await books.close()
    assert status == 0
    assert "ok  all pots of an asset sum to zero in every guild" in out
    assert "clean" in out.splitlines()[-1]


async def test_the_audit_names_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.sqlite3"
    await (await Books.open(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO pot VALUES (1, 7, 'paid', 100, 1)")
    connection.close()
    status, out, _ = await finish(tmp_path, "audit")
    assert status == 1
    assert "NO  all pots of an asset sum to zero in every guild" in out
    assert "guild 1 coin sums to 100" in out


async def test_the_audit_of_books_that_are_not_there_says_so(tmp_path: Path) -> None:
    status, _, err = await finish(tmp_path, "audit")
    assert status == 1
    assert "there are no books at" in err


async def test_books_that_do_not_add_up_stop_the_start(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.sqlite3"
    async with running(tmp_path, "run") as process:
        await type_command(await address(process), "Mia", "buy", pack=700)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE pot SET balance = 7000000 WHERE account = 'paid'")
    connection.close()
    status, _, err = await finish(tmp_path, "run", BOUQUET_LOG_LEVEL="ERROR")
    assert status == 1
    assert "the books do not add up" in err


async def test_the_audit_of_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "sandbox.sqlite3").write_text("not a database, whatever its name says", "utf-8")
    status, _, err = await finish(tmp_path, "audit")
    assert status == 1
    assert "cannot be read as books" in err
    assert "Traceback" not in err


async def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    place = str(tmp_path / "file" / "books.sqlite3")
    status, _, err = await finish(
        tmp_path, "run", BOUQUET_DATABASE_PATH=place, BOUQUET_LOG_LEVEL="ERROR"
    )
    assert status == 1
    assert err.startswith("Bouquet cannot start: cannot write in")
    assert err.count("\n") == 1


async def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    status, _, err = await finish(
        tmp_path,
        "run",
        BOUQUET_DISCORD_TOKEN="x",  # noqa: S106 - opens nothing
        BOUQUET_DISCORD_API_BASE="http://127.0.0.1:9/api/v10",
        BOUQUET_DISCORD_GATEWAY="ws://127.0.0.1:9/gateway",
        BOUQUET_LOG_LEVEL="ERROR",
    )
    assert status == 1
    assert "Bouquet cannot start: http://127.0.0.1:9/api/v10 cannot be reached" in err
    assert "Traceback" not in err


async def test_an_admins_decision_about_the_streamer_role_survives_a_restart(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as process:
        url = await address(process)
        await type_command(url, "Ada", "economy streamers", no_role=True)
    async with running(tmp_path) as process:
        url = await address(process)
        assert "Everybody with the role: none" in await type_command(
            url, "Ada", "economy streamers"
        )


async def test_a_second_sandbox_leaves_the_chat_of_the_first_alone(tmp_path: Path) -> None:
    async with running(tmp_path) as process:
        await address(process)
    before = (tmp_path / "sandbox.json").read_text("utf-8")
    lock = take_lock(tmp_path / "sandbox.sqlite3")
    status, _, _ = await finish(tmp_path, "run")
    lock.release()
    assert status == 1
    assert (tmp_path / "sandbox.json").read_text("utf-8") == before


async def keep_payments(books: Books) -> None:
    """Let payments wait for a person: one of a server, one that names none and tells no price."""

    async def write(connection: aiosqlite.Connection) -> None:
        for payment_id, guild_id, currency, sku_id in (
            ("pay-1", 7, "EUR", 0),
            ("pay-2", NO_GUILD, NO_CURRENCY, 5),
        ):
            payment = Payment(
                payment_id=payment_id,
                amount_minor=499,
                currency=currency,
                is_paid=True,
                member_id=12,
                sku_id=sku_id,
            )
            await note_review(
                connection,
                "truth",
                payment,
                ReviewReason.UNKNOWN_ORDER,
                guild_id=guild_id,
                order_id=0,
                now=1_800_000_000,
            )

    await books.do(write)


def settled_payments(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT review_id, settled_by, note FROM payment_review WHERE settled_at > 0"
        ).fetchall()


async def test_payments_that_wait_are_listed_while_the_bot_runs(tmp_path: Path) -> None:
    books = await Books.open(tmp_path / "sandbox.sqlite3")
    empty = await finish(tmp_path, "payments")
    await keep_payments(books)
    status, out, err = await finish(tmp_path, "payments")
    await books.close()
    assert (empty[0], empty[1].splitlines()[-1].endswith(": none waits")) == (0, True)
    assert (status, err) == (1, "")
    assert out.splitlines() == [
        "#1  2027-01-15T08:00:00Z  4.99 EUR  It names no order that is known here.",
        "    truth payment pay-1",
        "    guild 7  order -  buyer 12  SKU -",
        "#2  2027-01-15T08:00:00Z  price not told  It names no order that is known here.",
        "    truth payment pay-2",
        "    guild -  order -  buyer 12  SKU 5",
        f"payments in {tmp_path / 'sandbox.sqlite3'}: 2 wait",
    ]


async def test_a_payment_is_settled_while_the_bot_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.sqlite3"
    books = await Books.open(path)
    await keep_payments(books)
    await books.close()
    status, out, _ = await finish(tmp_path, "payments", "settle", "2", "--note", " Sent\nback ")
    assert (status, out) == (0, "payment #2 is settled: Sent back\n")
    assert settled_payments(path) == [(2, OPERATOR_ID, "Sent back")]
    status, out, _ = await finish(tmp_path, "payments")
    assert (status, out.splitlines()[-1]) == (1, f"payments in {path}: 1 waits")


async def test_a_payment_is_not_settled_while_the_bot_runs(tmp_path: Path) -> None:
    books = await Books.open(tmp_path / "sandbox.sqlite3")
    await keep_payments(books)
    status, out, err = await finish(
        *(tmp_path, "payments", "settle", "2", "--note", "Sent back"), BOUQUET_LOG_LEVEL="ERROR"
    )
    await books.close()
    assert (status, out) == (1, "")
    assert err == (
        "Nothing is settled: the bot is running, and it alone writes the books; settle it by the"
        " letter that it sent you, or stop the bot first\n"
    )
    assert settled_payments(books.path) == []


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (
            ("9", "--note", "Sent back"),
            1,
            "Nothing is settled: No payment number 9 waits any more, so there is nothing",
        ),
        (("1", "--note", " "), 1, "Nothing is settled: Please say in 1 to 200 characters"),
        (("1",), 2, "the following arguments are required: --note"),
        (("one", "--note", "Sent back"), 2, "'one' is no number of the list"),
        (("9" * 20, "--note", "Sent back"), 2, "is no number of the list"),
    ],
)
async def test_what_cannot_be_settled_is_said_and_changes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], status: int, line: str
) -> None:
    books = await Books.open(tmp_path / "sandbox.sqlite3")
    await keep_payments(books)
    await books.close()
    got, out, err = await finish(
        *(tmp_path, "payments", "settle", *arguments), BOUQUET_LOG_LEVEL="ERROR"
    )
    assert (got, out) == (status, "")
    assert line in err
    assert "Traceback" not in err
    assert settled_payments(books.path) == []


@pytest.mark.parametrize("step", [(), ("settle", "1", "--note", "Sent back")])
async def test_payments_of_books_that_are_not_there_make_none(
    tmp_path: Path, step: tuple[str, ...]
) -> None:
    status, _, err = await finish(tmp_path, "payments", *step)
    assert status == 1
    assert "there are no books at" in err
    assert not (tmp_path / "sandbox.sqlite3").exists()


async def test_payments_of_a_file_that_is_no_database_say_so(tmp_path: Path) -> None:
    (tmp_path / "sandbox.sqlite3").write_text("not a database, whatever its name says", "utf-8")
    status, _, err = await finish(tmp_path, "payments")
    assert status == 1
    assert "cannot be read as books" in err
    assert "Traceback" not in err
