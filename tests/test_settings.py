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
    (tmp_path / ".env").write_text("BOUQUET_DISCORD_TOKEN=whisper\n", "utf-8")
    settings = read(monkeypatch)
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "whisper"
    assert "whisper" not in repr(settings)


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
        ({"discord_public_key": "00"}, "BOUQUET_DISCORD_PUBLIC_KEY: String should match"),
        (
            {"discord_public_key": "0" * 64},
            "BOUQUET_DISCORD_PREMIUM=true is needed with BOUQUET_DISCORD_PUBLIC_KEY",
        ),
        ({"web_port": "0"}, "BOUQUET_WEB_PORT: Input should be greater than or equal to 1"),
        ({"web_host": "http://0.0.0.0"}, "BOUQUET_WEB_HOST: String should match"),
        ({"web_public_url": "coins.example.com"}, "BOUQUET_WEB_PUBLIC_URL: String should match"),
        (
            {"web_public_url": "https://coins.example.com"},
            "BOUQUET_WEB_PORT is needed with BOUQUET_WEB_PUBLIC_URL",
        ),
        (
            {"stripe_webhook_secret": "whsec_x"},
            "BOUQUET_STRIPE_SECRET_KEY is needed with BOUQUET_STRIPE_WEBHOOK_SECRET",
        ),
        (
            {"stripe_payouts": "true"},
            "BOUQUET_STRIPE_SECRET_KEY is needed with BOUQUET_STRIPE_PAYOUTS",
        ),
        (
            {"stripe_secret_key": "sk_test_x", "stripe_payouts": "true"},
            "BOUQUET_STRIPE_PAYOUT_GUILDS is needed with BOUQUET_STRIPE_PAYOUTS",
        ),
        (
            {"stripe_payout_guilds": "7, 8"},
            "BOUQUET_STRIPE_PAYOUT_GUILDS: String should match",
        ),
        (
            {"stripe_secret_key": "pk_test_published"},
            "BOUQUET_STRIPE_SECRET_KEY: Stripe's secret keys begin with sk_ or rk_",
        ),
        (
            {"stripe_secret_key": "sk_live_x", "stripe_livemode": "false"},
            "BOUQUET_STRIPE_LIVEMODE: the key is of the other mode; leave this out",
        ),
        ({"stripe_api_base": "http://shop.example"}, "BOUQUET_STRIPE_API_BASE: String should"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], line: str
) -> None:
    with pytest.raises(SettingsWrong) as caught:
        read(monkeypatch, **values)
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_without_a_port_nothing_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch)
    assert settings.web_port is None
    assert settings.web_host == "127.0.0.1"


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("https://coins.example.com", "https://coins.example.com"),
        ("https://coins.example.com/", "https://coins.example.com"),
        ("https://example.com/coins/", "https://example.com/coins"),
    ],
)
def test_the_public_address_has_no_slash_at_its_end(
    monkeypatch: pytest.MonkeyPatch, typed: str, read_as: str
) -> None:
    settings = read(monkeypatch, web_port="8421", web_public_url=typed)
    assert settings.web_public_url == read_as


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


@pytest.mark.parametrize(
    ("key", "livemode", "is_live"),
    [
        ("sk_live_x", "", True),
        ("rk_live_x", "", True),
        ("rk_test_x", "", False),
        ("sk_test_x", "false", False),
        ("sk_other", "", False),
        ("sk_other", "true", True),
    ],
)
def test_stripes_key_tells_whether_money_is_real(
    monkeypatch: pytest.MonkeyPatch, key: str, livemode: str, *, is_live: bool
) -> None:
    settings = read(monkeypatch, stripe_secret_key=key, stripe_livemode=livemode)
    assert settings.stripe_is_live is is_live
    assert key not in repr(settings)


def test_without_a_key_no_money_is_real(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch).stripe_is_live is False
