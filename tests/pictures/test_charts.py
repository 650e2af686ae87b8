"""Tests of what can be drawn, and of how it gets to whoever draws."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.charts import MOST_VALUE, Banner, BarChart, Chart, Mark, Series, even_marks
from bot.pictures.frames import Look, read_request, written
from tests.pictures.looking import earnings, sales


@given(st.integers(0, MOST_VALUE), st.integers(3, 12))
def test_marks_are_few_even_and_reach_over_the_most(most: int, count: int) -> None:
    marks = even_marks(most, count)
    steps = {after - before for before, after in pairwise(marks)}
    assert marks[0] == 0
    assert marks[-1] >= most
    assert 2 <= len(marks) <= count
    assert len(steps) == 1
    assert str(steps.pop()).rstrip("0") in {"1", "2", "5"}


def test_marks_do_not_leave_half_of_the_picture_empty() -> None:
    assert [even_marks(most)[-1] for most in (0, 1, 7, 50, 101, 4_100)] == [1, 1, 8, 50, 150, 5_000]


@pytest.mark.parametrize(
    "chart", [sales([1, 2], [3, 4]), earnings(3), Banner("+50 %", "“é”"), Banner("×2")]
)
def test_a_chart_arrives_as_it_was_sent(chart: Chart) -> None:
    assert read_request(written(chart)) == chart


def test_a_question_arrives_as_it_was_asked() -> None:
    assert read_request(written(Look("a🎉"))) == Look("a🎉")


def chart_of(places: int, values: int, marks: int = 2) -> BarChart:
    return BarChart(
        places=("",) * places,
        axis="",
        bars=(Series("", (1,) * values),),
        marks=tuple(Mark(value, "") for value in range(marks)),
    )


def test_what_nobody_could_read_is_no_chart() -> None:
    assert chart_of(120, 120)
    for places, values, marks in ((0, 0, 2), (121, 121, 2), (3, 4, 2), (3, 3, 13)):
        with pytest.raises(ValueError, match="a chart"):
            chart_of(places, values, marks)
    with pytest.raises(ValueError, match="negative"):
        Series("", (-1,))
    with pytest.raises(ValueError, match="label"):
        Series("n" * 61, ())
    with pytest.raises(ValueError, match="words than fit"):
        Banner("+50 %", "n" * 81)
    with pytest.raises(ValueError, match="headline"):
        Banner(" ", "words")
