"""The settings: what is read, what is refused, and that the example tells of all of them."""

import re
from pathlib import Path

import pytest

from bot.errors import SettingsWrong
from bot.settings import PREFIX, Settings, read_settings

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    environment = {PREFIX + name.upper(): value for name, value in values.items()}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return read_settings(environment)


def test_without_any_setting_the_sandbox_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch)
    assert settings.discord_token is None
    assert settings.database_path == Path("var/bouquet.sqlite3")


def test_the_token_is_read_from_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("BOUQUET_DISCORD_TOKEN=secret\n", "utf-8")
    settings = read(monkeypatch)
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "secret"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"tokn": "x"}, "BOUQUET_TOKN is not a setting; .env.example lists them all"),
        ({"log_level": "LOUD"}, "BOUQUET_LOG_LEVEL: Input should be 'DEBUG', 'INFO'"),
        ({"sandbox_port": "70000"}, "BOUQUET_SANDBOX_PORT: Input should be less than or equal"),
        ({"sandbox_port": "many"}, "BOUQUET_SANDBOX_PORT: Input should be a valid integer"),
        ({"discord_gateway": "http://x"}, "BOUQUET_DISCORD_GATEWAY: String should match"),
        (
            {"discord_gateway": "ws://127.0.0.1:1/gateway"},
            "BOUQUET_DISCORD_API_BASE and BOUQUET_DISCORD_GATEWAY go together",
        ),
        (
            {"discord_gateway": "ws://x/gateway", "discord_api_base": "http://x/api/v10"},
            "BOUQUET_DISCORD_TOKEN is needed with BOUQUET_DISCORD_API_BASE",
        ),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], line: str
) -> None:
    with pytest.raises(SettingsWrong) as caught:
        read(monkeypatch, **values)
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_an_unknown_setting_in_the_env_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("BOUQUET_DATABASE=here.sqlite3\n", "utf-8")
    with pytest.raises(SettingsWrong, match=r"BOUQUET_DATABASE.* is not a setting"):
        read(monkeypatch)


def test_the_example_lists_every_setting_with_its_description_and_default() -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    listed = dict(re.findall(r"^# (.+)\n#(BOUQUET_\w+=.*)$", text, re.MULTILINE))
    expected = {
        str(field.description): f"{PREFIX}{name.upper()}={field.default or ''}"
        for name, field in Settings.model_fields.items()
    }
    assert listed == expected
