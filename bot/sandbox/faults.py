"""Faults on request: what is armed, and which request or interaction it hits."""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.fault_rules import Fault, Target, read_fault
from bot.sandbox.gateway import Gateway
from bot.sandbox.holding import HoldingRoom
from bot.sandbox.lookup import ScriptError
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.wire import Json
from bot.sandbox.world import World

MOST_ARMED = 100
DELIVERIES = {Fault.DELIVER_TWICE, Fault.DELIVER_LATE}
TWICE = 2


@dataclass(slots=True)
class ArmedFault:
    """A fault that waits for what it will hit; without a number of times it stays."""

    id: int
    fault: Fault
    details: Json
    times_left: int | None

    def hits(self, target: Target) -> bool:
        """Tell whether it is meant for such a request; nobody means completions unasked."""
        on = self.details["on"]
        return on == target or (on == Target.ANY and target is not Target.CHOICES)

    def to_json(self) -> Json:
        """Write it for scripts and the page."""
        times: Json = {} if self.times_left is None else {"times_left": self.times_left}
        return {"id": self.id, "fault": str(self.fault)} | times | self.details


class Faults:
    """Arms faults, and gives each out as often as was asked."""

    def __init__(
        self, world: World, gateway: Gateway, limits: RateLimits, holding: HoldingRoom
    ) -> None:
        self._world = world
        self._gateway = gateway
        self._limits = limits
        self._holding = holding
        self._last_id = 0
        self.on_requests: list[ArmedFault] = []
        self.on_deliveries: list[ArmedFault] = []
        self._lasting: list[ArmedFault] = []

    def arm(self, fault: str, /, **fields: Any) -> list[Json]:
        """Arm a fault, or let it happen at once when it is one of the gateway's.

        Raises:
            ScriptError: it is not a fault, or not one with these fields; nothing changed then.
        """
        return self.arm_as_asked({"fault": fault, **fields})

    def arm_as_asked(self, asked: Json) -> list[Json]:
        """Do what the body of a JSON call asks for."""
        kind, details = read_fault(asked)
        if len(self.on_requests) + len(self.on_deliveries) >= MOST_ARMED and "times" in details:
            sentence = f"{MOST_ARMED} faults are armed already; disarm them first."
            raise ScriptError(sentence)
        self._last_id += 1
        self._start(ArmedFault(self._last_id, kind, details, details.pop("times", None)))
        self._world.state_changed()
        return self.armed()

    def armed(self) -> list[Json]:
        """List what is armed or lasts, the oldest first."""
        everything = [*self.on_requests, *self.on_deliveries, *self._lasting]
        return [one.to_json() for one in sorted(everything, key=lambda one: one.id)]

    def _start(self, armed: ArmedFault) -> None:
        match armed.fault:
            case Fault.NONE:
                self._disarm()
            case Fault.DROP:
                self._drop(armed)
            case Fault.RECONNECT:
                self._gateway.ask_to_reconnect()
            case Fault.INVALID_SESSION:
                self._gateway.invalidate_sessions(resumable=armed.details["resumable"])
            case Fault.NARROW_LIMITS:
                self._limits.set_limits(**armed.details)
                self._end(Fault.NARROW_LIMITS)
                self._lasting.append(armed)
            case _:
                chosen = self.on_deliveries if armed.fault in DELIVERIES else self.on_requests
                chosen.append(armed)

    def _drop(self, armed: ArmedFault) -> None:
        self._end(Fault.DROP)
        self._gateway.drop(**armed.details)
        if armed.details["down_seconds"]:
            self._lasting.append(armed)
            self._holding.call_after(armed.details["down_seconds"], lambda: self._up(armed))

    def _up(self, armed: ArmedFault) -> None:
        if armed in self._lasting:
            self._end(Fault.DROP)
            self._world.state_changed()

    def _end(self, fault: Fault) -> None:
        self._lasting = [one for one in self._lasting if one.fault is not fault]

    def _disarm(self) -> None:
        """Let everything be as it is without faults; what is held back goes on at once."""
        self.on_requests.clear()
        self.on_deliveries.clear()
        self._lasting.clear()
        self._limits.set_limits()
        self._gateway.come_up()
        self._holding.let_all_go()

    def take_for_request(self, target: Target) -> ArmedFault | None:
        """Give the fault that a request meets, the first armed first."""
        for armed in self.on_requests:
            if armed.hits(target):
                self._use(armed, self.on_requests)
                return armed
        return None

    def take_for_delivery(self) -> tuple[int, float]:
        """Tell how often the next interaction goes out, and how many seconds later."""
        deliveries, later_seconds = 1, 0.0
        for kind in DELIVERIES:
            armed = next((one for one in self.on_deliveries if one.fault is kind), None)
            if armed is None:
                continue
            self._use(armed, self.on_deliveries)
            if kind is Fault.DELIVER_TWICE:
                deliveries = TWICE
            else:
                later_seconds = armed.details["seconds"]
        return deliveries, later_seconds

    def _use(self, armed: ArmedFault, chosen: list[ArmedFault]) -> None:
        armed.times_left = (armed.times_left or 0) - 1
        if armed.times_left <= 0:
            chosen.remove(armed)
        self._world.state_changed()
