"""The lock files: pinned, hashed, without an address, and good for every installer."""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")

Pinned = dict[str, frozenset[str]]


def _requirements(lock: str) -> list[Requirement]:
    text = (ROOT / lock).read_text()
    lines = [line.split(" \\")[0] for line in text.splitlines() if re.match(r"[a-zA-Z0-9]", line)]
    return [Requirement(line) for line in lines]


def _wanted_extras(lock: str) -> Iterator[tuple[str, str, str]]:
    """Yield who wants an extra of whom, as far as it is installed here."""
    for pinned in _requirements(lock):
        try:
            wants = distribution(pinned.name).requires or []
        except PackageNotFoundError:
            continue  # it is for another system
        for want in map(Requirement, wants):
            extras = pinned.extras or {""}
            if want.marker is None or any(want.marker.evaluate({"extra": e}) for e in extras):
                yield from ((pinned.name, canonicalize_name(want.name), e) for e in want.extras)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_extra_that_is_wanted_stands_in_the_pin(lock: str) -> None:
    """Older pip takes `name[extra]` for another thing than `name`, and then finds it unpinned."""
    pinned: Pinned = {canonicalize_name(r.name): frozenset(r.extras) for r in _requirements(lock)}
    missing = [
        f"{who} wants {name}[{extra}]"
        for who, name, extra in _wanted_extras(lock)
        if extra not in pinned[name]
    ]
    assert missing == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_one_version_with_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert text.count("--hash=sha256:") >= len(_requirements(lock)) > 20
    assert all(str(each.specifier).startswith("==") for each in _requirements(lock))
