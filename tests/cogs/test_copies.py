"""Copies of one interaction are told from an only one, and not kept for ever."""

from cogs.copies import Copies


def test_the_first_is_the_only_one_until_another_comes() -> None:
    copies = Copies()
    copies.arrive(1)
    assert copies.is_only(1)
    copies.arrive(1)
    assert not copies.is_only(1)


def test_others_make_no_copies() -> None:
    copies = Copies()
    copies.arrive(1)
    copies.arrive(2)
    assert copies.is_only(1)
    assert copies.is_untold(2)


def test_the_last_copy_in_hand_tells() -> None:
    copies = Copies()
    copies.arrive(1)
    copies.arrive(1)
    assert not copies.is_untold(1)
    copies.leave(1)
    assert copies.is_untold(1)


def test_what_one_copy_told_no_other_tells() -> None:
    copies = Copies()
    copies.arrive(1)
    copies.tell(1)
    copies.leave(1)
    copies.arrive(1)
    assert not copies.is_untold(1)


def test_old_ones_are_forgotten() -> None:
    copies = Copies()
    copies.arrive(1)
    copies.arrive(1)
    for interaction_id in range(2, 20_000):
        copies.arrive(interaction_id)
    assert copies.is_only(1)
    assert copies.is_untold(1)
    copies.tell(1)
    copies.leave(1)
    assert len(vars(copies)["_known"]) == 10_000
