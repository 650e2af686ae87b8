"""Counts how often an interaction arrived: a gateway that resumes may bring one twice."""

from collections import OrderedDict

# More than arrive while one command is being answered, and little to keep.
_REMEMBERED = 10_000


class Copies:
    """Remembers the latest interactions by their ids."""

    def __init__(self) -> None:
        self._arrivals: OrderedDict[int, int] = OrderedDict()

    def note(self, interaction_id: int) -> None:
        """Count one arrival."""
        self._arrivals[interaction_id] = self._arrivals.get(interaction_id, 0) + 1
        if len(self._arrivals) > _REMEMBERED:
            self._arrivals.popitem(last=False)

    def is_only(self, interaction_id: int) -> bool:
        """Tell whether an interaction arrived just once."""
        return self._arrivals.get(interaction_id, 0) <= 1


# One a process: copies may reach several bots in it, and one of them answers.
COPIES = Copies()
