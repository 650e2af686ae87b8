"""What faults do to requests: refused, held back, served without a word about it."""

from bot.sandbox.fault_rules import REFUSALS, Fault, Target
from bot.sandbox.faults import ArmedFault, Faults
from bot.sandbox.holding import HoldingRoom
from bot.sandbox.interaction_records import (
    FIRST_ANSWER_SECONDS,
    Interaction,
    InteractionKind,
    InteractionRecords,
)
from bot.sandbox.rejections import DiscordError, Refusal
from bot.sandbox.rest import Answer, Call, Rest

SERVER_ERRORS = {
    500: Refusal(500, 0, "500: Internal Server Error"),
    502: Refusal(502, 0, "502: Bad Gateway"),
    503: Refusal(503, 0, "503: Service Unavailable"),
    504: Refusal(504, 0, "504: Gateway Timeout"),
}
# An answer exactly at the deadline would still be in time.
JUST_OVER_SECONDS = 0.001


class RequestFaults:
    """Serves requests while faults are armed."""

    def __init__(
        self, rest: Rest, faults: Faults, holding: HoldingRoom, records: InteractionRecords
    ) -> None:
        self._rest = rest
        self._faults = faults
        self._holding = holding
        self._records = records

    @property
    def armed(self) -> bool:
        """Whether any fault waits for a request."""
        return bool(self._faults.on_requests)

    async def answer(self, call: Call) -> Answer:
        """Serve one request, with the fault that it meets."""
        interaction = self._answered_first(call)
        fault = None
        # What the sandbox does not know is an error of the bot, and uses up no fault.
        if self._rest.knows(call):
            fault = self._faults.take_for_request(target_of(call, interaction))
        if fault is None:
            return self._rest.answer(call)
        return await self._strike(fault, call, interaction)

    async def _strike(
        self, fault: ArmedFault, call: Call, interaction: Interaction | None
    ) -> Answer:
        details = fault.details
        match fault.fault:
            case Fault.RATE_LIMIT:
                seconds, is_global = details["retry_after_seconds"], details["global"]
                call.refused = self._rest.limits.refusal(seconds, is_global=is_global)
            case Fault.SERVER_ERROR if details["after_work"]:
                call.lost = DiscordError(SERVER_ERRORS[details["status"]])
            case Fault.SERVER_ERROR:
                call.refused = DiscordError(SERVER_ERRORS[details["status"]])
            case Fault.REFUSE:
                call.refused = DiscordError(REFUSALS[details["code"]])
            case Fault.SLOW if details["after_work"]:
                answer = self._rest.answer(call)
                await self._holding.wait(details["seconds"])
                return answer
            case Fault.SLOW:
                await self._holding.wait(details["seconds"])
            case _ if interaction is not None:
                over = FIRST_ANSWER_SECONDS + JUST_OVER_SECONDS
                await self._holding.wait_until(interaction.created_at + over)
            case _:
                pass
        return self._rest.answer(call)

    def _answered_first(self, call: Call) -> Interaction | None:
        """Find the interaction that a call is the first answer to."""
        match call.path.strip("/").split("/"):
            case [_, "interactions", interaction_id, _, "callback"]:
                return self._records.by_id(interaction_id)
            case _:
                return None


def target_of(call: Call, interaction: Interaction | None) -> Target:
    """Tell which kind of request a call is."""
    match call.path.strip("/").split("/")[1:]:
        case ["interactions", *_]:
            is_completion = interaction and interaction.kind is InteractionKind.AUTOCOMPLETE
            return Target.CHOICES if is_completion else Target.FIRST_ANSWER
        case ["webhooks", *_]:
            return Target.LATER_ANSWER
        case ["channels", *_] | ["users", "@me", "channels"]:
            return Target.CHANNEL
        case _:
            return Target.OTHER
