"""How much anybody may ask of the web server: sizes, times, how many at once."""

from dataclasses import dataclass

MOST_BODY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one server; times in seconds.

    A connection serves one request: `header_seconds` from its begin to the end of the headers,
    then `body_seconds`, then `settle_seconds` to book what the request says.
    """

    body_bytes: int = MOST_BODY_BYTES
    header_seconds: float = 10.0
    body_seconds: float = 10.0
    settle_seconds: float = 20.0
    # Who is refused before the end of the body still wants to read why.
    linger_seconds: float = 1.0
    farewell_seconds: float = 5.0
    # Each may hold a whole body in memory, and the books and Discord need sockets and files too.
    connections: int = 64
    retry_after_seconds: int = 30
