"""The operator's settings: read once from the environment and `.env`, checked, never changed."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsWrong

PREFIX = "BOUQUET_"


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
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged: DEBUG, INFO, WARNING or ERROR."
    )

    @model_validator(mode="after")
    def _addresses_come_together(self) -> Self:
        if (self.discord_api_base is None) != (self.discord_gateway is None):
            message = "BOUQUET_DISCORD_API_BASE and BOUQUET_DISCORD_GATEWAY go together"
            raise ValueError(message)
        if self.discord_api_base is not None and self.discord_token is None:
            message = "BOUQUET_DISCORD_TOKEN is needed with BOUQUET_DISCORD_API_BASE"
            raise ValueError(message)
        return self


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
