"""Saves chat and commands, so that a restart keeps them."""

import asyncio
import contextlib
import json
import logging
import os
import shutil
from pathlib import Path

from bot.sandbox.applications import Application
from bot.sandbox.clock import TimeMachine
from bot.sandbox.lookup import ScriptError
from bot.sandbox.messages import StoredMessage
from bot.sandbox.state_reading import FORMAT, SavedState, read_state
from bot.sandbox.wire import Json
from bot.sandbox.world import World

_log = logging.getLogger(__name__)

SAVE_AFTER_SECONDS = 1.0


class StateFile:
    """One JSON file beside a folder with the uploaded files."""

    def __init__(self, world: World, path: Path, time_machine: TimeMachine) -> None:
        self._world = world
        self._time_machine = time_machine
        self._path = path
        self._folder = path.with_name(path.name + ".files")
        self._changed = asyncio.Event()
        self._saver: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    def load(self) -> None:
        """Bring back what was saved; a file that cannot be read is set aside."""
        if not self._path.exists():
            return
        try:
            base_url = self._world.attachments.base_url
            self._restore(read_state(self._path.read_text("utf-8"), base_url))
        except (ValueError, ScriptError) as error:
            aside = self._path.with_name(self._path.name + ".unreadable")
            self._path.replace(aside)
            self._set_files_aside(aside.with_name(aside.name + ".files"))
            _log.warning(
                "The sandbox could not read %s (%s); kept as %s.", self._path, error, aside
            )

    def _set_files_aside(self, aside: Path) -> None:
        if self._folder.is_dir():
            shutil.rmtree(aside, ignore_errors=True)
            self._folder.replace(aside)

    def keep_saving(self) -> None:
        """Save shortly after each change from now on."""
        self._world.watchers.add(self._note)
        self._saver = asyncio.create_task(self._save_when_changed())

    async def close(self) -> None:
        """Save for the last time."""
        self._world.watchers.discard(self._note)
        if self._saver:
            self._saver.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._saver
        if self._writing:
            # The thread goes on writing, to the very file that is written to now.
            await asyncio.wait({self._writing})
        try:
            self.save()
        except OSError as error:
            _log.warning("The sandbox could not save %s: %s", self._path, error)

    def _note(self, _news: Json, _message: StoredMessage | None) -> None:
        self._changed.set()

    async def _save_when_changed(self) -> None:
        while True:
            await self._changed.wait()
            # Changes come in bursts; one file for all of them is enough.
            await asyncio.sleep(SAVE_AFTER_SECONDS)
            self._changed.clear()
            text, files = json.dumps(self._describe()), self._files()
            self._writing = asyncio.create_task(self._write_beside(text, files))
            await asyncio.shield(self._writing)

    async def _write_beside(self, text: str, files: dict[str, bytes]) -> None:
        try:
            await asyncio.to_thread(self._write, text, files)
        except OSError as error:
            _log.warning("The sandbox could not save %s: %s", self._path, error)

    def save(self) -> None:
        """Save everything now."""
        self._write(json.dumps(self._describe()), self._files())

    def _write(self, text: str, files: dict[str, bytes]) -> None:
        """Write to a new file and put it in the old one's place."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._write_files(files)
        fresh = self._path.with_name(self._path.name + ".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def _describe(self) -> Json:
        world = self._world
        return {
            "format": FORMAT,
            "base_url": world.attachments.base_url,
            "advanced_seconds": self._time_machine.advanced_seconds,
            "last_snowflake": world.snowflakes.last,
            "members": {
                member.id: {"roles": member.role_ids, "present": member.present}
                for member in world.guild.members.values()
                if not member.user.get("bot")
            },
            "applications": [_application(one) for one in world.applications.values()],
            "direct_channels": [
                [one.application_id, one.user_id] for one in world.direct_channels.values()
            ],
            "messages": [_message(one) for one in world.messages.everything()],
            "skus": [
                [application_id, [sku.to_page_json() for sku in skus]]
                for application_id, skus in world.premium.catalogues()
            ],
            "entitlements": [one.to_json() for one in world.premium.everything()],
        }

    def _files(self) -> dict[str, bytes]:
        shown = [
            data["id"]
            for one in self._world.messages.everything()
            for data in one.data["attachments"]
        ]
        files = {
            attachment_id: self._world.attachments.get(attachment_id) for attachment_id in shown
        }
        return {attachment_id: file.content for attachment_id, file in files.items() if file}

    def _write_files(self, files: dict[str, bytes]) -> None:
        if files:
            self._folder.mkdir(parents=True, exist_ok=True)
        for attachment_id, content in files.items():
            place = self._folder / attachment_id
            if not place.exists():
                place.write_bytes(content)
        if self._folder.is_dir():
            for place in self._folder.iterdir():
                if place.name not in files:
                    place.unlink()

    def _restore(self, state: SavedState) -> None:
        # What was said in a future must not lie ahead again; a time that makes no sense ends it
        # all before anything is taken over.
        if state.advanced_seconds:
            self._time_machine.advance(state.advanced_seconds)
        world = self._world
        world.snowflakes.last = max(world.snowflakes.last, state.last_snowflake)
        for application in state.applications:
            world.add_application(application)
        for saved in state.members:
            if member := world.guild.members.get(saved.id):
                member.present = saved.present
                known = [role_id for role_id in saved.role_ids if role_id in world.guild.roles]
                world.guild.set_roles(member, known)
        for application_id, user_id in state.direct_channels:
            if user_id in world.guild.members:
                world.direct_channel(application_id, user_id)
        for application_id, skus in state.skus:
            world.premium.set_skus(application_id, skus)
        for entitlement in state.entitlements:
            world.premium.restore(entitlement)
        for message in state.messages:
            self._restore_message(message)

    def _restore_message(self, message: StoredMessage) -> None:
        self._world.messages.add(message)
        for data in message.data["attachments"]:
            # A file that is gone or locked is a dead link, as it is on Discord.
            with contextlib.suppress(OSError):
                content = (self._folder / data["id"]).read_bytes()
                self._world.attachments.restore(data, content)


def _application(application: Application) -> Json:
    return {
        "id": application.id,
        "name": application.name,
        "user": application.user,
        "description": application.description,
        "flags": application.flags,
        "commands": [
            [scope, list(commands.values())] for scope, commands in application.commands.items()
        ],
    }


def _message(message: StoredMessage) -> Json:
    return {
        "data": message.data,
        "channel_id": message.channel_id,
        "application_id": message.application_id,
        "guild_id": message.guild_id,
        "reader_id": message.reader_id,
    }
