"""The frame of the design, checked by reading the imports: who may know whom."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_LINES = 500

# Folder: what none of its modules may import, and why.
FORBIDDEN = {
    "bot/ledger": (
        *("discord", "cogs", "bot.services", "bot.pictures", "bot.sandbox", "bot.client"),
        "apscheduler",
    ),
    "bot/services": (
        *("discord", "cogs", "bot.pictures", "bot.sandbox", "bot.client"),
        "apscheduler",
    ),
    "bot/pictures": ("discord", "cogs", "bot.ledger", "bot.services", "bot.sandbox", "bot.client"),
    "bot/sandbox": ("discord", "cogs", "bot.ledger", "bot.services", "bot.client", "bot.settings"),
    "bot/web": (
        "discord",
        "cogs",
        "bot.ledger",
        "bot.services",
        "bot.sandbox",
        "bot.client",
        "bot.settings",
        "apscheduler",
        "aiosqlite",
    ),
    "cogs": ("aiosqlite", "sqlite3", "bot.ledger", "bot.sandbox", "bot.client", "apscheduler"),
}
ONLY_IN = {
    "aiohttp.web": {"bot/web/", "bot/sandbox/"},
    "apscheduler": {"bot/scheduler.py"},
    "aiosqlite": {"bot/ledger", "bot/services"},
    "dateparser": {"bot/services/typed_days.py"},
    "matplotlib": {"bot/pictures"},
    "dateutil": {"bot/services/recurrence.py"},
    "nacl": {"bot/payments/discord_webhooks.py"},
    "stripe": {"bot/payments/stripe_"},
    "uvloop": {"bot/runtime.py"},
}


def modules() -> list[Path]:
    return sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("cogs/**/*.py")])


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def imports(path: Path) -> tuple[str, ...]:
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def knows(path: Path, package: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for name in imports(path))


@pytest.mark.parametrize(("folder", "packages"), FORBIDDEN.items(), ids=list(FORBIDDEN))
def test_imports_go_one_way(folder: str, packages: tuple[str, ...]) -> None:
    inside = [path for path in modules() if name_of(path).startswith(f"{folder}/")]
    assert inside
    wrong = [(name_of(path), each) for path in inside for each in packages if knows(path, each)]
    assert wrong == []


@pytest.mark.parametrize(("package", "homes"), ONLY_IN.items(), ids=list(ONLY_IN))
def test_some_libraries_have_one_home(package: str, homes: set[str]) -> None:
    users = {name_of(path) for path in modules() if knows(path, package)}
    assert users
    strangers = [user for user in users if not any(user.startswith(home) for home in homes)]
    assert strangers == []


def test_only_the_edge_knows_discord() -> None:
    edge = ("cogs/", "bot/client.py", "bot/__main__.py")
    users = [name_of(path) for path in modules() if knows(path, "discord")]
    assert [user for user in users if not user.startswith(edge)] == []


def test_the_web_knows_payments_by_their_protocol_alone() -> None:
    allowed = ("bot.web", "bot.payments.provider", "bot.payment_errors", "bot.errors", "bot.texts")
    for path in ROOT.glob("bot/web/**/*.py"):
        ours = {name for name in imports(path) if name.startswith("bot.")}
        assert [name for name in ours if not name.startswith(allowed)] == [], name_of(path)


def test_the_sandbox_stands_alone() -> None:
    for path in ROOT.glob("bot/sandbox/**/*.py"):
        bots = {name for name in imports(path) if name.startswith("bot.")}
        assert all(name.startswith("bot.sandbox") for name in bots), name_of(path)


def test_texts_come_with_the_price_of_a_coin() -> None:
    """Texts from elsewhere would tell amounts of coins without it; each user here has a reason."""
    reasons = {
        "cogs/guild_texts.py": "gives them the price",
        "cogs/answers.py": "gives public texts the price of the asker's",
        "cogs/pictures.py": "gives English texts the price of the reader's",
        "cogs/checkout.py": "names a pack to a provider, which has its price beside",
    }
    users = {name_of(path) for path in modules() if knows(path, "bot.texts.texts_for")}
    assert {user for user in users if user.startswith("cogs/")} == set(reasons)


def test_there_is_no_sql_in_what_people_see() -> None:
    for path in ROOT.glob("cogs/*.py"):
        text = path.read_text("utf-8")
        found = re.findall(r"\bSELECT\b|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b", text)
        assert found == [], name_of(path)


def test_no_module_grows_out_of_hand() -> None:
    long = [name_of(path) for path in modules() if path.read_text("utf-8").count("\n") > MOST_LINES]
    assert long == []
