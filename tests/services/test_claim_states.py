"""The table of what leads a claim from one state to the next."""

import pytest

from bot.services.claim_states import (
    FIRST_OF,
    LEADS_TO,
    OPEN_STATES,
    ClaimAction,
    ClaimState,
    next_state,
)


def test_every_state_is_reached_and_every_action_leads_somewhere() -> None:
    assert set(LEADS_TO.values()) == set(ClaimState)
    assert {action for _, action in LEADS_TO} == set(ClaimAction)


def test_nothing_leads_on_from_where_the_diamonds_are_locked_no_more() -> None:
    assert {state for state, _ in LEADS_TO if state is not None} == OPEN_STATES


def test_only_an_approval_opens_the_way_to_money() -> None:
    pays = {ClaimAction.PAY, ClaimAction.BEGIN_SENDING}
    assert {state for state, action in LEADS_TO if action in pays} == {ClaimState.APPROVED}
    assert {
        (state, action) for (state, action), to in LEADS_TO.items() if to is ClaimState.APPROVED
    } == {
        (ClaimState.REQUESTED, ClaimAction.APPROVE),
        (ClaimState.APPROVED, ClaimAction.PAY_PART),
        (ClaimState.SENDING, ClaimAction.SENT_PART),
        (ClaimState.SENDING, ClaimAction.NOT_SENT),
    }


@pytest.mark.parametrize("whole", FIRST_OF)
def test_a_part_is_allowed_exactly_where_its_whole_is(whole: ClaimAction) -> None:
    part = FIRST_OF[whole]
    assert part.whole is whole
    for state in (None, *ClaimState):
        assert (next_state(state, part) is None) == (next_state(state, whole) is None)
