"""Rate limits: a count for every bucket, and what Discord says when one is used up."""

import math
from collections import OrderedDict
from dataclasses import dataclass

from bot.sandbox.rejections import RATE_LIMITED, DiscordError
from bot.sandbox.snowflakes import Clock
from bot.sandbox.wire import Json

# So wide that no client ever waits; a fault makes them narrow for whoever wants to see one wait.
WIDE_LIMIT = 1000
WIDE_PER_SECONDS = 1.0
# Every interaction's token has counts of its own, and a clock that stands ends no window.
KEPT_WINDOWS = 10_000
# Each of these has a count of its own in a bucket (docs: Rate Limits).
MAJOR_PARAMETERS = ("channel_id", "guild_id", "application_id", "interaction_id", "token")


class RateLimited(DiscordError):
    """Too many requests, or a fault says so."""

    def __init__(self, retry_after_seconds: float, now: float, *, is_global: bool = False) -> None:
        super().__init__(RATE_LIMITED)
        self.retry_after_seconds = retry_after_seconds
        self.is_global = is_global
        self.headers = {
            "Retry-After": str(math.ceil(retry_after_seconds)),
            "X-RateLimit-Scope": "global" if is_global else "user",
        }
        if is_global:
            self.headers["X-RateLimit-Global"] = "true"
        else:
            self.headers["X-RateLimit-Remaining"] = "0"
            self.headers["X-RateLimit-Reset"] = f"{now + retry_after_seconds:.3f}"
            self.headers["X-RateLimit-Reset-After"] = f"{retry_after_seconds:.3f}"

    def to_json(self) -> Json:
        """Write the answer's body as Discord does."""
        told: Json = {"retry_after": self.retry_after_seconds, "global": self.is_global}
        return super().to_json() | told


@dataclass(slots=True)
class Window:
    """How often a bucket was used, until when."""

    ends_at: float
    used: int = 0


class RateLimits:
    """Counts requests by bucket, caller and major parameters."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: OrderedDict[tuple[str, ...], Window] = OrderedDict()
        self.limit = WIDE_LIMIT
        self.per_seconds = WIDE_PER_SECONDS

    @property
    def kept(self) -> int:
        """How many windows are remembered."""
        return len(self._windows)

    def set_limits(self, limit: int = WIDE_LIMIT, per_seconds: float = WIDE_PER_SECONDS) -> None:
        """Allow so many requests in so many seconds from now on."""
        self.limit, self.per_seconds = limit, per_seconds
        self._windows.clear()

    def count(
        self, bucket: str, caller: str, parameters: dict[str, str]
    ) -> tuple[dict[str, str], RateLimited | None]:
        """Count a request; give the headers of its answer, and the refusal if it is too many."""
        majors = [parameters[name] for name in MAJOR_PARAMETERS if name in parameters]
        now = self._clock().timestamp()
        window = self._window((bucket, caller, *majors), now)
        window.used += 1
        left_seconds = window.ends_at - now
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(self.limit - window.used, 0)),
            "X-RateLimit-Reset": f"{window.ends_at:.3f}",
            "X-RateLimit-Reset-After": f"{left_seconds:.3f}",
            "X-RateLimit-Bucket": bucket,
        }
        if window.used <= self.limit:
            return headers, None
        # Rounded up, so that who waits just that long is let through.
        return headers, RateLimited(math.ceil(left_seconds * 1000) / 1000, now)

    def refusal(self, retry_after_seconds: float, *, is_global: bool) -> RateLimited:
        """Write the refusal of a request that was not too many, because a fault says so."""
        return RateLimited(retry_after_seconds, self._clock().timestamp(), is_global=is_global)

    def _window(self, key: tuple[str, ...], now: float) -> Window:
        window = self._windows.get(key)
        if window is not None and now < window.ends_at:
            return window
        self._forget(now)
        window = self._windows[key] = Window(now + self.per_seconds)
        return window

    def _forget(self, now: float) -> None:
        """Drop what is over; all are equally long, so the first to start is the first to end."""
        while self._windows:
            key, oldest = next(iter(self._windows.items()))
            if now < oldest.ends_at and len(self._windows) < KEPT_WINDOWS:
                return
            del self._windows[key]
