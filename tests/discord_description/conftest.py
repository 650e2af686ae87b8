"""Gives the tests of this folder the descriptions, where they are there."""

import pytest

from tests.discord_description.description import Description
from tests.discord_description.frames import FrameDescription
from tests.discord_description.plugin import NAME, NOT_NAMED, WirePlugin
from tests.discord_description.watch import WireWatch


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> WireWatch:
    """Give what watches this very test."""
    plugin = request.config.pluginmanager.get_plugin(NAME)
    assert isinstance(plugin, WirePlugin)
    return plugin.watch


@pytest.fixture
def description(watch: WireWatch) -> Description:
    """Give Discord's own description."""
    if watch.description is None:
        pytest.skip(NOT_NAMED)
    return watch.description


@pytest.fixture
def frames(watch: WireWatch, description: Description) -> FrameDescription:
    """Give the description of frames."""
    del description
    if watch.frames is None or not watch.frames.describes("Hello"):
        pytest.skip("there is no folder with frames beside the description")
    return watch.frames
