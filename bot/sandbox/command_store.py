"""Registers commands the way Discord does: checked, completed, with ids that last."""

from bot.sandbox.applications import Application, CommandScope
from bot.sandbox.command_rules import check_commands
from bot.sandbox.rejections import (
    TOO_MANY_COMMANDS,
    UNKNOWN_COMMAND,
    DiscordError,
    FormProblems,
)
from bot.sandbox.wire import Json, as_list, as_object
from bot.sandbox.world import World

SLASH_COMMAND = 1
MOST_BY_TYPE = {1: 100, 2: 15, 3: 15, 4: 1}


class CommandStore:
    """Writes into the applications' command lists."""

    def __init__(self, world: World) -> None:
        self._world = world

    def overwrite(
        self, application: Application, scope: CommandScope, given: list[Json]
    ) -> list[Json]:
        """Replace a scope's commands; those that stay keep their ids."""
        if len(given) > sum(MOST_BY_TYPE.values()):
            raise DiscordError(TOO_MANY_COMMANDS)
        given = [as_object(command) for command in given]
        check_commands(given)
        refuse_too_many(given)
        had = {_key(command): command for command in application.scoped(scope).values()}
        written = [self._written(application, scope, one, had.get(_key(one))) for one in given]
        application.commands[scope] = {command["id"]: command for command in written}
        self._world.state_changed()
        return written

    def create(
        self, application: Application, scope: CommandScope, given: Json
    ) -> tuple[Json, bool]:
        """Add a command and tell whether it is new; one of the same name is replaced."""
        check_commands([given], bulk=False)
        had = {_key(command): command for command in application.scoped(scope).values()}
        old = had.get(_key(given))
        command = self._written(application, scope, given, old)
        refuse_too_many([one for one in had.values() if one is not old] + [command])
        application.scoped(scope)[command["id"]] = command
        self._world.state_changed()
        return command, old is None

    def get(self, application: Application, scope: CommandScope, command_id: str) -> Json:
        """Find a command."""
        command = application.scoped(scope).get(command_id)
        if command is None:
            raise DiscordError(UNKNOWN_COMMAND)
        return command

    def edit(
        self, application: Application, scope: CommandScope, command_id: str, changes: Json
    ) -> Json:
        """Change a command."""
        old = self.get(application, scope, command_id)
        # A command stays of its type.
        given = old | changes | {"type": old["type"]}
        check_commands([given], bulk=False)
        others = [one for one in application.scoped(scope).values() if one is not old]
        if _key(given) in map(_key, others):
            problems = FormProblems()
            message = "Application command names must be unique"
            problems.add(("name",), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
            problems.raise_if_any()
        command = self._written(application, scope, given, old)
        application.scoped(scope)[command_id] = command
        self._world.state_changed()
        return command

    def delete(self, application: Application, scope: CommandScope, command_id: str) -> None:
        """Take a command away."""
        self.get(application, scope, command_id)
        del application.scoped(scope)[command_id]
        self._world.state_changed()

    def _written(
        self, application: Application, scope: CommandScope, given: Json, old: Json | None
    ) -> Json:
        command: Json = {
            "id": old["id"] if old else self._world.snowflakes.next(),
            "application_id": application.id,
            "version": self._world.snowflakes.next(),
            "type": given.get("type") or SLASH_COMMAND,
            "name": given["name"],
            "name_localizations": given.get("name_localizations"),
            "description": given.get("description") or "",
            "description_localizations": given.get("description_localizations"),
            "default_member_permissions": _permissions(given),
            "nsfw": given.get("nsfw") is True,
            "integration_types": given.get("integration_types") or [0],
            "contexts": given.get("contexts"),
        }
        if command["type"] == SLASH_COMMAND:
            command["options"] = [_option(one) for one in as_list(given.get("options"))]
        if scope is None:
            command["dm_permission"] = given.get("dm_permission") is not False
            return command
        return command | {"guild_id": scope}


def _key(command: Json) -> tuple[str, int]:
    return command["name"], command.get("type") or SLASH_COMMAND


def _permissions(given: Json) -> str | None:
    permissions = given.get("default_member_permissions")
    return None if permissions is None else str(permissions)


def _option(option: Json) -> Json:
    written = {name: value for name, value in option.items() if value is not None}
    written.setdefault("description", "")
    if "options" in written:
        written["options"] = [_option(as_object(one)) for one in as_list(written["options"])]
    return written


def refuse_too_many(commands: list[Json]) -> None:
    """Refuse more commands than Discord keeps of one type."""
    for kind, most in MOST_BY_TYPE.items():
        count = sum((command.get("type") or SLASH_COMMAND) == kind for command in commands)
        if count > most:
            message = f"Maximum number of application commands reached ({most})."
            raise DiscordError(TOO_MANY_COMMANDS._replace(message=message))
