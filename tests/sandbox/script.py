"""What a script does with the sandbox: the JSON API, the REST API, and a clock to move."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from bot.sandbox.server import Sandbox

Json = dict[str, Any]


OTHER_BOT = "other.token"


class MovableClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Move forward."""
        self.now += timedelta(seconds=seconds)


class Script:
    """A person without a page."""

    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession, clock: MovableClock) -> None:
        self.sandbox = sandbox
        self.http = http
        self.clock = clock

    async def post(self, call: str, body: object) -> tuple[int, Any]:
        """Make a call of the JSON API."""
        async with self.http.post(f"{self.sandbox.url}sandbox/{call}", json=body) as response:
            return response.status, await response.json()

    async def get(self, call: str, **query: str) -> Any:
        """Read from the JSON API."""
        address = f"{self.sandbox.url}sandbox/{call}"
        async with self.http.get(address, params=query) as response:
            return await response.json()

    async def command(self, command: str, *, who: str = "Mia", **fields: Any) -> Json:
        """Use a command and give the outcome."""
        body = {"as": who, "channel": "stage", "command": command} | fields
        status, outcome = await self.post("command", body)
        assert status == 200, outcome
        return outcome

    async def press(
        self, message: Json, custom_id: str, *, who: str = "Mia", **fields: Any
    ) -> Json:
        """Press or choose something and give the outcome."""
        body = {"as": who, "message": message["id"], "custom_id": custom_id} | fields
        status, outcome = await self.post("component", body)
        assert status == 200, outcome
        return outcome

    async def messages(self, *, who: str = "Mia", channel: str = "stage") -> list[Json]:
        """Read what somebody sees."""
        return await self.get("messages", **{"as": who, "channel": channel})

    async def fault(self, fault: str, **fields: Any) -> list[Json]:
        """Arm a fault and give what is armed."""
        status, answer = await self.post("fault", {"fault": fault} | fields)
        assert status == 200, answer
        return answer["armed"]

    async def armed(self) -> list[Json]:
        """Tell what is armed."""
        return (await self.get("faults"))["armed"]

    async def until_disarmed(self) -> None:
        """Wait until every fault hit."""
        while await self.armed():
            pass

    async def advance(self, seconds: float) -> Json:
        """Move the sandbox's clock as the page does."""
        status, answer = await self.post("clock", {"advance_seconds": seconds})
        assert status == 200, answer
        return answer

    async def pause(self) -> None:
        """Let what is on its way arrive: some questions and answers on the same loop."""
        for _ in range(5):
            await self.armed()

    async def rest(
        self, method: str, path: str, body: object = None, *, token: str | None = OTHER_BOT
    ) -> tuple[int, Any]:
        """Make a call of the REST API, as another bot unless told otherwise."""
        headers = {"Authorization": f"Bot {token}"} if token else {}
        address = self.sandbox.api_base + path
        async with self.http.request(method, address, json=body, headers=headers) as response:
            return response.status, await response.json() if response.status != 204 else None
