"""The operator's settings: read once from the environment and `.env`, checked, never changed."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsWrong

PREFIX = "BOUQUET_"

# What stands after sk_ or rk_ in a key of Stripe's.
_LIVEMODE = {"live": True, "test": False}


class Settings(BaseSettings):
    """Every setting, by its name in the environment without the prefix, in lower case."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, frozen=True, extra="forbid"
    )

    discord_token: SecretStr | None = Field(
        None, description="The bot's token. Without it the sandbox starts instead of Discord."
    )
    database_path: Path = Field(
        Path("var/bouquet.sqlite3"),
        description="The file with the books. The sandbox uses sandbox.sqlite3 beside it.",
    )
    sandbox_port: int = Field(
        8420, ge=0, le=65_535, description="The port of the sandbox's page on 127.0.0.1; 0: any."
    )
    discord_api_base: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="Another server that speaks Discord's REST API, such as "
        "http://127.0.0.1:8420/api/v10.",
    )
    discord_gateway: str | None = Field(
        None,
        pattern=r"^wss?://\S+$",
        description="That server's gateway, such as ws://127.0.0.1:8420/gateway.",
    )
    discord_premium: bool = Field(
        False,  # noqa: FBT003 - pydantic's own way to write a default
        description="Sell packs through Discord's own shop; the money goes to the app's team.",
    )
    discord_public_key: str | None = Field(
        None,
        pattern=r"^[0-9a-fA-F]{64}$",
        description="The app's public key, with which Discord signs its webhook events.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged: DEBUG, INFO, WARNING or ERROR."
    )

    web_port: int | None = Field(
        None,
        ge=1,
        le=65_535,
        description="The port for payment webhooks, /healthz and the pages after paying; empty: "
        "none of them.",
    )
    web_host: str = Field(
        "127.0.0.1",
        pattern=r"^[^\s/]+$",
        description="The address that port is opened on; a reverse proxy makes it public.",
    )
    web_public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="Where the reverse proxy serves that port, such as https://coins.example.com.",
    )

    stripe_secret_key: SecretStr | None = Field(
        None,
        description="Stripe's secret or restricted key; with it, packs can be paid through Stripe.",
    )
    stripe_webhook_secret: SecretStr | None = Field(
        None,
        description="Signs what Stripe's webhook sends (whsec_...). Without it Stripe is polled.",
    )
    stripe_livemode: bool | None = Field(
        None, description="Whether the key moves real money. Stripe's own keys tell by themselves."
    )
    stripe_api_base: str | None = Field(
        None,
        pattern=r"^(https://\S+|http://127\.0\.0\.1(:\d+)?)$",
        description="Another server that speaks Stripe's API, such as http://127.0.0.1:12111.",
    )
    stripe_payouts: bool = Field(
        False,  # noqa: FBT003 - pydantic's own way to write a default
        description="Pay streamers through Stripe Connect too, which Stripe has to approve first.",
    )
    stripe_payout_guilds: str | None = Field(
        None,
        pattern=r"^[1-9][0-9]{0,18}(,[1-9][0-9]{0,18})*$",
        description="Ids of the servers whose admins may send your Stripe balance, with commas.",
    )

    @field_validator("web_public_url")
    @classmethod
    def _ends_without_slash(cls, url: str | None) -> str | None:
        # Paths are put behind it.
        return url if url is None else url.rstrip("/")

    @model_validator(mode="after")
    def _the_public_address_is_served(self) -> Self:
        if self.web_public_url is not None and self.web_port is None:
            message = "BOUQUET_WEB_PORT is needed with BOUQUET_WEB_PUBLIC_URL"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _addresses_come_together(self) -> Self:
        if (self.discord_api_base is None) != (self.discord_gateway is None):
            message = "BOUQUET_DISCORD_API_BASE and BOUQUET_DISCORD_GATEWAY go together"
            raise ValueError(message)
        if self.discord_api_base is not None and self.discord_token is None:
            message = "BOUQUET_DISCORD_TOKEN is needed with BOUQUET_DISCORD_API_BASE"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _the_public_key_has_a_shop(self) -> Self:
        if self.discord_public_key is not None and not self.discord_premium:
            message = "BOUQUET_DISCORD_PREMIUM=true is needed with BOUQUET_DISCORD_PUBLIC_KEY"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _stripe_keys_fit(self) -> Self:
        if self.stripe_secret_key is None:
            if self.stripe_webhook_secret is not None:
                message = "BOUQUET_STRIPE_SECRET_KEY is needed with BOUQUET_STRIPE_WEBHOOK_SECRET"
                raise ValueError(message)
            if self.stripe_payouts:
                message = "BOUQUET_STRIPE_SECRET_KEY is needed with BOUQUET_STRIPE_PAYOUTS"
                raise ValueError(message)
            return self
        key = self.stripe_secret_key.get_secret_value()
        if not key.isascii() or not key.startswith(("sk_", "rk_")):
            message = "BOUQUET_STRIPE_SECRET_KEY: Stripe's secret keys begin with sk_ or rk_"
            raise ValueError(message)
        tells_live = _LIVEMODE.get(key[3:7])
        if tells_live is not None and self.stripe_livemode not in {None, tells_live}:
            message = "BOUQUET_STRIPE_LIVEMODE: the key is of the other mode; leave this out"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _payouts_name_their_servers(self) -> Self:
        # Otherwise whoever invites the bot could pay themselves out of the operator's balance.
        if self.stripe_payouts and self.stripe_payout_guilds is None:
            message = "BOUQUET_STRIPE_PAYOUT_GUILDS is needed with BOUQUET_STRIPE_PAYOUTS"
            raise ValueError(message)
        return self

    @property
    def stripe_is_live(self) -> bool:
        """Return whether payments through Stripe are real money."""
        if self.stripe_livemode is not None:
            return self.stripe_livemode
        key = self.stripe_secret_key
        return key is not None and _LIVEMODE.get(key.get_secret_value()[3:7], False)


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of this process.

    Raises:
        SettingsWrong: one is unknown or does not take its value; the message is one line.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in environment:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            message = f"{name} is not a setting; .env.example lists them all"
            raise SettingsWrong(message)
    try:
        return Settings()  # pyright: ignore[reportCallIssue] - pydantic fills them in
    except UnicodeDecodeError:
        message = ".env is not UTF-8 text"
        raise SettingsWrong(message) from None
    except ValidationError as error:
        raise SettingsWrong(_in_one_line(error.errors()[0])) from None


def _in_one_line(problem: ErrorDetails) -> str:
    """Return what is wrong with which setting, as the operator wrote it."""
    if problem["type"] == "extra_forbidden":
        return f"{str(problem['loc'][0]).upper()} is not a setting; .env.example lists them all"
    if not problem["loc"]:
        return problem["msg"].removeprefix("Value error, ")
    name = str(problem["loc"][0]).upper()
    name = name if name.startswith(PREFIX) else PREFIX + name
    return f"{name}: {problem['msg']}"
