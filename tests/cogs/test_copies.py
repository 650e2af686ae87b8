"""Copies of one interaction are told from an only one, and not kept for ever."""

from cogs.copies import Copies


def test_the_first_is_the_only_one_until_another_comes() -> None:
    copies = Copies()
    copies.note(1)
    assert copies.is_only(1)
    copies.note(1)
    assert not copies.is_only(1)


def test_others_make_no_copies() -> None:
    copies = Copies()
    copies.note(1)
    copies.note(2)
    assert copies.is_only(1)
    assert copies.is_only(2)


def test_old_ones_are_forgotten() -> None:
    copies = Copies()
    copies.note(1)
    copies.note(1)
    for interaction_id in range(2, 20_000):
        copies.note(interaction_id)
    assert copies.is_only(1)
    assert len(vars(copies)["_arrivals"]) <= 10_000
