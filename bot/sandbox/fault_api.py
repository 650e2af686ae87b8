"""The calls that break things on purpose and that move the clock."""

from aiohttp import web

from bot.sandbox.clock import DAY_SECONDS, MOST_ADVANCE_SECONDS, TimeMachine
from bot.sandbox.fault_rules import is_number
from bot.sandbox.faults import Faults
from bot.sandbox.json_api import answer, read_object, told
from bot.sandbox.lookup import ScriptError
from bot.sandbox.wire import Json


class FaultApi:
    """Parses the calls and passes them on."""

    def __init__(self, faults: Faults, time_machine: TimeMachine) -> None:
        self._faults = faults
        self._time_machine = time_machine

    def routes(self) -> list[web.RouteDef]:
        """List the calls."""
        return [
            web.post("/sandbox/fault", told(self.fault)),
            web.get("/sandbox/faults", told(self.faults)),
            web.post("/sandbox/clock", told(self.clock)),
        ]

    async def fault(self, request: web.Request) -> web.Response:
        """Arm a fault, or let it happen at once."""
        asked = await read_object(request)
        return answer({"armed": self._faults.arm_as_asked(asked)})

    async def faults(self, _request: web.Request) -> web.Response:
        """List what is armed."""
        return answer({"armed": self._faults.armed()})

    async def clock(self, request: web.Request) -> web.Response:
        """Move the clock forward."""
        self._time_machine.advance(read_advance(await read_object(request)))
        return answer(self._time_machine.to_json())


def read_advance(asked: Json) -> float:
    """Read by how many seconds the clock shall move."""
    if unknown := sorted(set(asked) - {"advance_seconds"}):
        sentence = f'There is no field "{unknown[0]}" here, only "advance_seconds".'
        raise ScriptError(sentence)
    seconds = asked.get("advance_seconds")
    if is_number(seconds) and 0 < seconds <= MOST_ADVANCE_SECONDS:
        return seconds
    days = MOST_ADVANCE_SECONDS // DAY_SECONDS
    sentence = f'"advance_seconds" must be a number above 0 and at most {days} days.'
    raise ScriptError(sentence)
