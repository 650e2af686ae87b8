"""Text that people typed, made fit to be kept and shown on one line."""

# Invisible, but a rainbow flag and a Persian word are made with them.
_JOINERS = "\u200c\u200d"


def plain(text: str) -> str:
    """Return user text on one line, without control characters or half characters."""
    text = text.encode("utf-8", "ignore").decode()
    kept = "".join(c if c.isprintable() or c in _JOINERS else " " for c in text)
    return " ".join(kept.split()).strip(f"{_JOINERS} ")
