"""What may go wrong with a picture; no command fails of it, so only logs tell of these."""


class CannotDraw(Exception):
    """There is no picture; the answer goes out without it."""


class StudioBusy(CannotDraw):
    """More pictures are waiting than will be drawn in time."""

    def __init__(self) -> None:
        super().__init__("too many pictures are waiting")


class StudioClosed(CannotDraw):
    """The bot is about to leave."""

    def __init__(self) -> None:
        super().__init__("the studio is closed")


class TooSlow(CannotDraw):
    """A picture was not there in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"there was no picture after {seconds:g} seconds")


class Unwritable(CannotDraw):
    """A chart has characters that the pictures' font lacks; they are in `characters`."""

    def __init__(self, characters: str) -> None:
        super().__init__(f"the font has no {characters!r}")
        self.characters = characters
