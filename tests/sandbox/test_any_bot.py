"""A bot with nothing of ours in it uses everything, here and as a process of its own."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.processes import MOST_WAIT_SECONDS, ROOT, address, finish, running, started
from tests.sandbox.script import Json, Script
from tests.sandbox.small_bot import PNG, SmallBot

pytestmark = pytest.mark.proof("sandbox")

STREAMER, LUNA = "1200000000000000011", "1200000000000000104"


@pytest.fixture
async def menu(script: Script, bot: SmallBot) -> Json:
    """Give a message with buttons of every style."""
    assert bot.is_ready()
    return (await script.command("menu"))["messages"][0]


async def test_buttons_have_all_styles(menu: Json) -> None:
    styles = {
        component["style"]
        for row in menu["components"]
        for component in row["components"]
        if component["type"] == 2
    }
    assert styles == {1, 2, 3, 4, 5}


async def test_a_card_has_fields_and_pictures(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    message = (await script.command("card"))["messages"][0]
    (card,) = message["embeds"]
    assert card["fields"] == [
        {"name": "Roses", "value": "12", "inline": True},
        {"name": "Lilies", "value": "3", "inline": False},
    ]
    assert (card["author"]["name"], card["footer"]["text"]) == ("Olive", "since always")
    assert card["image"]["url"] == message["attachments"][0]["url"]
    assert card["thumbnail"]["url"] == "https://example.com/dot.png"


@pytest.mark.parametrize(
    ("custom_id", "values", "said"),
    [
        ("roles", ["Streamer", "Admin"], "Streamer,Admin"),
        ("roles", [STREAMER], "Streamer"),
        ("anybody", ["Luna", "Admin"], "Member luna,Role Admin"),
        ("channels", ["#lounge"], "lounge"),
    ],
)
async def test_selects_fill_themselves(
    script: Script, bot: SmallBot, custom_id: str, values: list[str], said: str
) -> None:
    assert bot.is_ready()
    message = (await script.command("choose"))["messages"][0]
    outcome = await script.press(message, custom_id, values=values)
    assert outcome["messages"][0]["content"] == said


@pytest.mark.parametrize(
    ("custom_id", "values"),
    [
        ("roles", ["King"]),
        ("roles", []),
        ("roles", ["Streamer", "Admin", "@everyone"]),
        ("anybody", ["Nobody"]),
        ("channels", ["#attic"]),
        ("channels", ["#staff"]),
    ],
)
async def test_selects_take_only_what_there_is(
    script: Script, bot: SmallBot, custom_id: str, values: list[str]
) -> None:
    assert bot.is_ready()
    message = (await script.command("choose"))["messages"][0]
    outcome = await script.press(message, custom_id, values=values)
    assert (outcome["outcome"], outcome["error"]["code"]) == ("refused", 50035)


PAPERS: Json = {
    "files": [
        {"filename": "a.txt", "text": "inside"},
        {"filename": "dot.png", "content": base64.b64encode(PNG).decode()},
    ],
    "size": "large",
    "friend": ["Luna"],
}


async def test_a_modal_takes_files_a_choice_and_people(script: Script, menu: Json) -> None:
    opened = await script.press(menu, "papers")
    assert opened["outcome"] == "modal"
    body = {"as": "Mia", "interaction": opened["interaction"], "values": PAPERS}
    _, sent = await script.post("modal", body)
    message = sent["messages"][0]
    assert message["content"] == "a.txt, dot.png; large; Luna"
    text, picture = message["attachments"]
    assert (picture["width"], picture["height"]) == (2, 3)
    async with script.http.get(text["url"]) as response:
        assert await response.text() == "inside"


@pytest.mark.parametrize(
    "change",
    [
        {"files": []},
        {"files": PAPERS["files"] * 2},
        {"files": [{"filename": ""}]},
        {"files": ["a.txt"]},
        {"size": "huge"},
        {"size": None},
        {"friend": ["Nobody"]},
        {"other": "x"},
    ],
)
async def test_a_modal_takes_only_what_fits(script: Script, menu: Json, change: Json) -> None:
    opened = await script.press(menu, "papers")
    body: Json = {"as": "Mia", "interaction": opened["interaction"]}
    _, refused = await script.post("modal", body | {"values": PAPERS | change})
    assert (refused["outcome"], refused["error"]["code"]) == ("refused", 50035)
    assert list(refused["error"]["errors"]) == ["values"]
    # The dialog is still open, and what may be left out can be.
    without = {name: value for name, value in PAPERS.items() if name != "friend"}
    _, sent = await script.post("modal", body | {"values": without})
    assert sent["messages"][0]["content"] == "a.txt, dot.png; large; nobody"


async def test_a_layout_shows_its_files_and_its_button_works(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    message = (await script.command("parcel"))["messages"][0]
    section, separator, gallery, note = message["components"][0]["components"]
    files = {one["filename"]: one["url"] for one in message["attachments"]}
    assert section["components"][0]["content"] == "**A letter**"
    assert separator["divider"] is True
    assert gallery["items"][0]["media"]["url"] == files["dot.png"]
    assert (note["name"], note["file"]["url"]) == ("note.txt", files["note.txt"])
    outcome = await script.press(message, "thank")
    assert outcome["messages"][0]["content"] == "thanks!"


@pytest.mark.parametrize(
    ("focused", "options", "offered"),
    [
        ("rows", {"rows": "1"}, {"name": "typed '1'", "value": 7}),
        ("rows", {"rows": "seven"}, {"name": "typed 'seven'", "value": 7}),
        ("rows", {}, {"name": "typed ''", "value": 7}),
        ("metres", {"rows": 3, "metres": "2."}, {"name": "'2.' of '3'", "value": 2.5}),
    ],
)
async def test_numbers_are_completed_as_they_are_typed(
    script: Script, bot: SmallBot, focused: str, options: Json, offered: Json
) -> None:
    assert bot.is_ready()
    body = {"as": "Mia", "channel": "stage", "command": "flower bed fill", "options": options}
    _, outcome = await script.post("autocomplete", body | {"focused": focused})
    assert outcome["choices"] == [offered]


async def test_context_menus_act_on_people_and_messages(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    waved = await script.command("Wave at", target="Luna")
    assert waved["messages"][0]["content"] == "waves at Luna"
    quoted = await script.command("Quote", target=waved["messages"][0]["id"])
    assert quoted["messages"][0]["content"] == "> waves at Luna"


async def test_what_one_person_sees_is_offered_to_no_bot(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    (whispered,) = (await script.command("whisper"))["messages"]
    quoted = await script.command("Quote", target=whispered["id"])
    assert (quoted["outcome"], quoted["error"]["code"]) == ("refused", 10008)


async def call(url: str, name: str, **body: Any) -> Any:
    """Call the JSON API of a sandbox that is a process."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}sandbox/{name}", json=body) as response,
    ):
        assert response.status == 200, await response.text()
        return await response.json()


async def commands_of(url: str) -> set[str]:
    """Tell the commands of the bots that are connected."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}sandbox/state") as response:
        state = await response.json()
    connected = [one for one in state["applications"] if one["connected"]]
    return {command["name"] for one in connected for command in one["commands"]}


async def test_it_runs_unmodified_on_a_sandbox_that_is_a_process(tmp_path: Path) -> None:
    script = ROOT / "tests" / "sandbox" / "small_bot.py"
    async with running(tmp_path, "sandbox") as sandbox:
        url = await address(sandbox)
        async with started(tmp_path, "attach", str(script), "--url", url) as bot:
            async with asyncio.timeout(MOST_WAIT_SECONDS):
                while "whisper" not in await commands_of(url):
                    assert bot.returncode is None, (await bot.communicate())[1].decode()
            mia = {"as": "Mia", "channel": "stage"}
            outcome = await call(url, "command", **mia, command="menu")
            pressed = {"message": outcome["messages"][0]["id"], "custom_id": "later"}
            outcome = await call(url, "component", **{"as": "Mia"}, **pressed)
            assert outcome["messages"][0]["content"] == "changed later"
            outcome = await call(url, "command", **mia, command="card")
            assert outcome["outcome"] == "answered"


async def test_attaching_to_nothing_is_one_line(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text("raise SystemExit('it ran')", "utf-8")
    nowhere = "http://127.0.0.1:9/"
    for arguments, sentence in (
        ((str(script), "--url", nowhere), "no sandbox answers at http://127.0.0.1:9/"),
        ((str(tmp_path / "gone.py"), "--url", nowhere), "there is no script"),
        ((str(script), "--url", "127.0.0.1:8420"), "is no address of a sandbox"),
    ):
        status, _, err = await finish(tmp_path, "attach", *arguments)
        assert status == 1
        assert err.startswith("Bouquet cannot start: ")
        assert sentence in err
        assert err.count("\n") == 1


async def test_a_script_is_run_as_python_would(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("WORD = 'beside'", "utf-8")
    (tmp_path / "mine.py").write_text(
        "import sys\n"
        "from beside import WORD\n"
        "from discord.gateway import DiscordWebSocket\n"
        "from discord.http import Route\n"
        "print(__name__, WORD, sys.argv, Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)\n"
        "raise SystemExit(3)\n",
        "utf-8",
    )
    async with running(tmp_path, "sandbox") as sandbox:
        url = await address(sandbox)
        status, out, _ = await finish(tmp_path, "attach", "mine.py", "--url", url)
    place = url.removeprefix("http://")
    assert status == 3
    assert out.split() == [
        *("__main__", "beside", "['mine.py']"),
        *(f"{url}api/v10", f"ws://{place}gateway"),
    ]
