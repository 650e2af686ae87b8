"""Lets pytest watch the wire in every test, and fail the test in which something was wrong."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.discord_description.watch import WireWatch

VARIABLE = "BOUQUET_DISCORD_SPEC"
NAME = "wire watch"
# Why a test is skipped that needs the description.
NOT_NAMED = f"{VARIABLE} names no description of Discord's"


class WirePlugin:
    """The hooks around every test."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.watch = WireWatch(path)

    @classmethod
    def of(cls, config: object) -> "WirePlugin":
        """Take the file's name out of the environment, where a bot would refuse the variable.

        Tests may run in several processes, which are told by the one that they are started by.
        """
        told: dict[str, str] = getattr(config, "workerinput", {})
        name = os.environ.pop(VARIABLE, "") or told.get(NAME, "")
        path = Path(name) if name else None
        if path and not path.is_file():
            message = f"{VARIABLE} names no file: {path}"
            raise pytest.UsageError(message)
        return cls(path)

    def pytest_sessionstart(self) -> None:
        """Begin to watch."""
        self.watch.start()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Stop watching, and tell how much was checked where that is not known."""
        self.watch.stop()
        output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[NAME] = dict(self.watch.checked)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a process that runs tests where the description is."""
        node.workerinput[NAME] = str(self.path or "")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add up what the processes checked."""
        self.watch.checked.update(getattr(node, "workeroutput", {}).get(NAME, {}))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Fail a test that passed while something was wrong."""
        result = yield
        self._complain()
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, Any, Any]:
        """Look once more when the bots have said goodbye."""
        try:
            result = yield
            self._complain()
        finally:
            self.watch.complaints()
            self.watch.forget_worlds()
        return result

    def _complain(self) -> None:
        if complaints := self.watch.complaints():
            text = "\n".join(["Discord would not have understood:", *complaints])
            pytest.fail(text, pytrace=False)

    def pytest_report_header(self) -> str:
        """Tell what is checked against."""
        return f"Discord's description: {self.path or f'none, as {VARIABLE} is not set'}"

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell how much was checked, and how much could not be."""
        skipped: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
        if count := sum(NOT_NAMED in str(report.longrepr) for report in skipped):
            terminalreporter.write_line(f"{count} skipped, as {NOT_NAMED}", yellow=True, bold=True)
        checked = [f"{count:,} {kind}" for kind, count in self.watch.checked.items()]
        if checked:
            text = f"Checked against Discord's description: {', '.join(checked)}"
            terminalreporter.write_line(text)
