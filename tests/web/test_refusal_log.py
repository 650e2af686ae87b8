"""The log of refusals: a line each, few of many, and none of the words that came in."""

import logging

import pytest

from bot.web.refusal_log import RefusalLog


class Hours:
    """A clock that a test sets (seconds)."""

    now = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def refusals(hours: Hours, caplog: pytest.LogCaptureFixture) -> RefusalLog:
    caplog.set_level(logging.DEBUG)
    return RefusalLog(hours)


def test_a_refusal_is_one_line(refusals: RefusalLog, caplog: pytest.LogCaptureFixture) -> None:
    refusals.refused(400, "The signature is wrong.")
    assert caplog.messages == ["refused a request with 400: The signature is wrong."]


def test_of_a_flood_ten_lines_a_minute_are_kept_and_the_rest_is_counted(
    refusals: RefusalLog, hours: Hours, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(1_000):
        refusals.refused(400, "no")
    assert len(caplog.messages) == 10
    hours.now = 59.9
    refusals.refused(400, "no")
    assert len(caplog.messages) == 10
    hours.now = 60.0
    refusals.refused(400, "no")
    assert caplog.messages[10:] == [
        "refused 991 more requests with 400",
        "refused a request with 400: no",
    ]


def test_a_flood_hides_no_other_status(
    refusals: RefusalLog, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(1_000):
        refusals.refused(400, "no")
    refusals.refused(503, "The books are full.")
    assert caplog.messages[-1] == "refused a request with 503: The books are full."


def test_the_end_says_how_many_were_left_out(
    refusals: RefusalLog, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(12):
        refusals.refused(413, "no")
    refusals.close()
    refusals.close()
    assert caplog.messages[10:] == ["refused 2 more requests with 413"]


def test_a_defect_is_named_by_its_kind_and_place(
    refusals: RefusalLog, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ValueError, match="b") as caught:
        int("the body of a request")
    refusals.failed(caught.value)
    assert caplog.messages[0].startswith("a request failed with ValueError in test_refusal_log.py:")
    assert "body" not in caplog.text
    refusals.failed(ValueError("never raised"))
    assert caplog.messages[1] == "a request failed with ValueError in nowhere"
