"""Knows the copies of an interaction: a gateway that resumes may bring one twice.

Each copy asks for the same, and Discord takes one answer. So of several that fail, the last one in
hand says elsewhere what came of it, unless any was answered.
"""

from collections import OrderedDict
from dataclasses import dataclass

# More than arrive while one command is being answered, and little to keep.
_REMEMBERED = 10_000


@dataclass(slots=True)
class _Known:
    arrived: int = 0
    in_hand: int = 0
    is_told: bool = False


class Copies:
    """Remembers the latest interactions by their ids."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, _Known] = OrderedDict()

    def arrive(self, interaction_id: int) -> None:
        """Count one that arrived and is worked on."""
        known = self._known.setdefault(interaction_id, _Known())
        known.arrived += 1
        known.in_hand += 1
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def leave(self, interaction_id: int) -> None:
        """Count one that is done with, answered or not."""
        if known := self._known.get(interaction_id):
            known.in_hand -= 1

    def is_only(self, interaction_id: int) -> bool:
        """Tell whether an interaction arrived just once."""
        known = self._known.get(interaction_id)
        return known is None or known.arrived == 1

    def tell(self, interaction_id: int) -> None:
        """Note that whoever asked was told, by whichever copy."""
        if known := self._known.get(interaction_id):
            known.is_told = True

    def is_untold(self, interaction_id: int) -> bool:
        """Tell whether nobody was told yet, and no other copy can still do it."""
        known = self._known.get(interaction_id)
        return known is None or (not known.is_told and known.in_hand <= 1)


# One a process: copies may reach several bots in it, and one of them answers.
COPIES = Copies()
