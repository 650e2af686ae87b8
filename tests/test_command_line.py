"""The command line as an operator meets it: real processes, one line where there is trouble."""

import sqlite3
from pathlib import Path

import aiohttp
import pytest

from bot.ledger.books import Books
from bot.ledger.database import take_lock
from bot.services.clock import DAY_SECONDS
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
