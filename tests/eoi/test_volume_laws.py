"""What holds of volumes whatever is decided, in whatever order."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eoi.asked import ACTIONS, NEEDS_VOLUME, Asked, read
from eoi.covering import DAY, Period, covered_from
from eoi.deciding import APPROVING, Coverage, Outcome, State, Terms, floor_of, outcome
from eoi.services import reversing
from groups.models import CoveragePeriod, Election
from tests.eoi.test_decide import AT, ask, decide, waiting
from tests.factories.accounts import UserFactory

TODAY = date(2026, 11, 22)
STEP = Decimal(10_000)
steps = st.integers(0, 50).map(lambda count: STEP * count)


@st.composite
def states(draw: st.DrawFn) -> State:
    """A request that waits for more than what is in force."""
    in_force, beyond = draw(steps), draw(steps.filter(bool))
    requested = in_force + beyond
    caps = st.none() | steps
    terms = Terms(increment=STEP, maximum=draw(caps), lock=draw(caps), cap=draw(caps), percent=50)
    return State(
        status="pending",
        is_waiting=True,
        has_volume=True,
        in_force=Coverage(1 if in_force else None, in_force),
        requested=Coverage(1, requested),
        guaranteed=draw(steps),
        terms=terms,
    )


@st.composite
def asks(draw: st.DrawFn) -> Asked:
    """Any action, with or without a volume that may suit it."""
    volume = draw(st.none() | steps.map(str) | st.sampled_from(["0", "155000", "-10000"]))
    action = draw(st.sampled_from(sorted(ACTIONS)))
    return Asked(row=1, action=action, approved_volume=volume, effective_date="2026-12-01")


def decided(state: State, asked: Asked) -> Outcome | None:
    wanted = read(asked)
    if wanted.problems:
        return None
    found = outcome(state, wanted, today=TODAY)
    return found if isinstance(found, Outcome) else None


@given(states(), asks())
def test_never_puts_more_in_force_than_was_approved_or_granted(state: State, asked: Asked):
    after = decided(state, asked)
    if after is None:
        return
    volume, floor = after.in_force.volume, floor_of(state)

    assert floor <= volume <= state.requested.volume
    if asked.action in NEEDS_VOLUME:
        assert volume == Decimal(str(asked.approved_volume))
    elif asked.action in APPROVING:
        assert volume == state.requested.volume
    else:
        assert volume == floor


@given(states(), asks())
def test_never_approves_beyond_a_limit(state: State, asked: Asked):
    after = decided(state, asked)
    if after is None or asked.action not in APPROVING:
        return
    limits = (state.terms.maximum, state.terms.cap, state.terms.lock)

    assert all(limit is None or after.in_force.volume <= limit for limit in limits)


@given(states(), asks())
def test_keeps_exactly_the_rest_pending_and_nothing_otherwise(state: State, asked: Asked):
    after = decided(state, asked)
    if after is None:
        return
    rest = after.requested.volume - after.in_force.volume

    assert after.is_open == (asked.action == "pend_remaining") == (rest > 0)
    if after.is_open:
        assert after.requested == state.requested


@given(states(), asks())
def test_locks_at_what_was_approved_and_only_then(state: State, asked: Asked):
    after = decided(state, asked)
    if after is None:
        return

    assert (after.lock is not None) == (asked.action == "deny_permanently")
    assert after.lock in (None, after.in_force.volume)


@given(states(), asks(), asks())
def test_decides_once(state: State, first: Asked, second: Asked):
    after = decided(state, first)
    if after is None or after.is_open:
        return
    terms = state.terms
    closed = State(after.status, False, True, after.in_force, after.requested, Decimal(0), terms)
    wanted = read(second)

    problems = outcome(closed, wanted, today=TODAY)

    assert isinstance(problems, tuple)
    assert [problem.code for problem in problems] == ["not_waiting"]


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 50)), max_size=8))
def test_covers_each_day_once_as_the_last_decision_said(decisions: list[tuple[int, int]]):
    periods: list[Period] = []
    expected: dict[int, int] = {}
    for number, (offset, volume) in enumerate(decisions):
        start = TODAY + timedelta(days=offset)
        new = Period(None, Coverage(1, STEP * volume), None, start, None, number)
        expected = {day: held for day, held in expected.items() if day < offset}
        expected |= dict.fromkeys(range(offset, 420), volume)
        before = {id(period) for period in periods}

        periods, touched = covered_from(periods, new)

        assert {id(period) for period in touched} <= before
    for day in range(420):
        on = TODAY + DAY * day
        held = [
            one.coverage.volume / STEP
            for one in periods
            if one.start_date <= on and (one.end_date is None or on <= one.end_date)
        ]
        assert held == ([expected[day]] if day in expected else [])


@pytest.mark.django_db
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(11, 14), st.integers(0, 60)), max_size=4),
    st.sampled_from(sorted(ACTIONS)),
)
def test_reverses_to_what_was_before(parts: list[tuple[int, int]], last: str):
    request, user = waiting(), UserFactory()
    wanted = [("pend_remaining", volume * 10_000, offset) for volume, offset in parts]
    wanted.append((last, 140_000 if last in NEEDS_VOLUME else None, 30))
    done: list[tuple[int | None, Any]] = []
    for action, volume, offset in wanted:
        before = _state(request.election_id)
        day = date(2026, 12, 1) + timedelta(days=offset)
        result = decide(ask(request, action, approved_volume=volume, effective_date=day))
        done += [(one.decision_id, before) for one in result.valid]

    for decision_id, before in reversed(done):
        reversing.reverse(decision_id or 0, "Entered twice", user, AT)
        assert _state(request.election_id) == before


def _state(election_id: int) -> Any:
    election = Election.objects.filter(pk=election_id).values(
        "volume", "waiting_for_eoi", "premium"
    )
    periods = CoveragePeriod.objects.filter(election=election_id).order_by("start_date")
    return list(election), list(periods.values("volume", "start_date", "end_date", "decision_id"))
