"""What can be drawn, as plain values: the caller writes every label in its reader's language."""

import itertools
from dataclasses import dataclass
from typing import Any, Self

# About what stays readable in the width that Discord shows.
MOST_PLACES = 120
MOST_MARKS = 12
MOST_LABEL_CHARACTERS = 60
MOST_BANNER_CHARACTERS = 80
# The books' own ceiling is far below; a picture need not be exact to the coin.
MOST_VALUE = 10**18


@dataclass(frozen=True, slots=True)
class Series:
    """One number for each place of the axis, and what the legend calls them."""

    name: str
    values: tuple[int, ...]

    def __post_init__(self) -> None:
        _check_label(self.name)
        if any(not 0 <= value <= MOST_VALUE for value in self.values):
            raise ValueError("a value is negative or beyond what is drawn")

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return what `dataclasses.asdict` wrote."""
        return cls(data["name"], tuple(data["values"]))


@dataclass(frozen=True, slots=True)
class Mark:
    """A value on an axis of numbers, and how the reader writes it."""

    value: int
    label: str

    def __post_init__(self) -> None:
        _check_label(self.label)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return what `dataclasses.asdict` wrote."""
        return cls(data["value"], data["label"])


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars in time: stacked ones, with others beside them or a line over them.

    `places` has a label for each bar, of which as many are drawn as fit; `axis` says what they are.
    The `line` has a scale of its own on the right, with its own marks. `nothing` is written across
    a chart whose values are all zero.
    """

    places: tuple[str, ...]
    axis: str
    bars: tuple[Series, ...]
    marks: tuple[Mark, ...]
    compared: Series | None = None
    line: Series | None = None
    line_marks: tuple[Mark, ...] = ()
    nothing: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.places) <= MOST_PLACES:
            raise ValueError("a chart has no places, or more than can be told apart")
        if any(len(series.values) != len(self.places) for series in self.all_series):
            raise ValueError("a chart has as many values as places")
        for marks in (self.marks, self.line_marks):
            if len(marks) > MOST_MARKS:
                raise ValueError("a chart has more marks than can be read")
        for label in (*self.places, self.axis, self.nothing):
            _check_label(label)

    @property
    def all_series(self) -> tuple[Series, ...]:
        """Return every series, in the order of the legend."""
        others = (self.compared, self.line)
        return (*self.bars, *(series for series in others if series is not None))

    @property
    def words(self) -> str:
        """Return everything that is written in the picture."""
        names = [series.name for series in self.all_series]
        labels = [mark.label for mark in (*self.marks, *self.line_marks)]
        return "".join([*self.places, self.axis, self.nothing, *names, *labels])

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return what `dataclasses.asdict` wrote."""
        return cls(
            places=tuple(data["places"]),
            axis=data["axis"],
            bars=tuple(map(Series.from_json, data["bars"])),
            marks=tuple(map(Mark.from_json, data["marks"])),
            compared=data["compared"] and Series.from_json(data["compared"]),
            line=data["line"] and Series.from_json(data["line"]),
            line_marks=tuple(map(Mark.from_json, data["line_marks"])),
            nothing=data["nothing"],
        )


@dataclass(frozen=True, slots=True)
class Banner:
    """A wide picture to announce something: a few large words and, if any, a line below."""

    headline: str
    text: str = ""

    def __post_init__(self) -> None:
        if not self.headline.strip():
            raise ValueError("a banner has a headline")
        if max(len(self.headline), len(self.text)) > MOST_BANNER_CHARACTERS:
            raise ValueError("a banner has more words than fit")

    @property
    def words(self) -> str:
        """Return everything that is written in the picture."""
        return self.headline + self.text

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return what `dataclasses.asdict` wrote."""
        return cls(data["headline"], data["text"])


Chart = BarChart | Banner


def even_marks(most: int, count: int = 6) -> tuple[int, ...]:
    """Return round values from 0 to just above `most`, at most `count` of them and at least two."""
    for power in itertools.count():
        for factor in (1, 2, 5):
            step = factor * 10**power
            top = max(-(-most // step), 1)
            if top < count:
                return tuple(step * number for number in range(top + 1))
    raise AssertionError("powers of ten have no end")


def _check_label(label: str) -> None:
    if len(label) > MOST_LABEL_CHARACTERS:
        raise ValueError("a label is longer than can be read")
