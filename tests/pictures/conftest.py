"""A studio with a real process, and charts to draw."""

from collections.abc import AsyncGenerator

import pytest

from bot.pictures.studio import Studio


@pytest.fixture
async def studio() -> AsyncGenerator[Studio]:
    opened = Studio()
    yield opened
    await opened.close()
