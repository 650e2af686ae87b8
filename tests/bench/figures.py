"""How a figure is printed: one line, with its bar and whether it holds."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured ratio and the bar it is held against."""

    name: str
    value: float
    bar: float
    at_least: bool = True

    @property
    def holds(self) -> bool:
        """Tell whether the value reaches its bar."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def line(self) -> str:
        """Return the figure as `make bench` prints it."""
        side = "at_least" if self.at_least else "at_most"
        verdict = "ok" if self.holds else "short"
        return f"figure {self.name} {self.value:.2f} {side} {self.bar:g} {verdict}"


def median_ratio(pairs: Iterable[tuple[float, float]]) -> float:
    """Return the median of a / b over pairs that were measured side by side."""
    return statistics.median(a / b for a, b in pairs)
