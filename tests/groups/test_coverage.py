"""Coverage from day to day: laws over any sequence of choices."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from groups.coverage import DAY, Stretch, best_without_gap, elected, ended, volume_on

BEGIN = date(2027, 1, 1)
days = st.integers(0, 400).map(lambda count: BEGIN + timedelta(days=count))
news = st.builds(
    Stretch,
    start_date=days,
    end_date=st.none(),
    plan_id=st.sampled_from([1, 2]),
    volume=st.integers(1, 9).map(Decimal),
)
histories = st.lists(news, min_size=1, max_size=6)


def choose(history):
    """Any choices one after another, each less or more than the last."""
    stretches = []
    volume = Decimal(0)
    for new in history:
        stretches = elected(stretches, new, is_less=bool(stretches) and new.volume <= volume)
        volume = new.volume
    return stretches


def meet(one, other):
    return one.end_date is None or one.end_date >= other.start_date


@given(histories)
def test_no_two_stretches_meet_and_the_last_goes_on(history):
    stretches = choose(history)

    assert [one.start_date for one in stretches] == sorted(one.start_date for one in stretches)
    assert not any(meet(*pair) for pair in pairwise(stretches))
    assert stretches[-1].end_date is None
    assert all(one.end_date is None or one.start_date <= one.end_date for one in stretches)


@given(histories, news)
def test_the_last_choice_is_what_holds_in_the_end_and_nothing_before_it_changes(history, new):
    before = choose(history)
    after = elected(before, new, is_less=new.volume <= before[-1].volume)

    assert volume_on(after, date(2099, 1, 1)) == new.volume
    for back in (1, 30, 200):
        day = new.start_date - timedelta(days=back)
        assert volume_on(after, day) == volume_on(before, day)


@given(histories, news)
def test_less_never_adds_on_any_day(history, new):
    before = choose(history)
    after = elected(before, new, is_less=True)

    if volume_on(before, new.start_date):
        for count in range(0, 420, 7):
            day = BEGIN + timedelta(days=count)
            assert volume_on(after, day) <= volume_on(before, day)


@given(histories, days)
def test_nothing_holds_after_the_end(history, last_day):
    after = ended(choose(history), last_day)

    assert volume_on(after, last_day + DAY) == 0
    assert volume_on(after, last_day) == volume_on(choose(history), last_day)


def test_a_gap_forgets_what_was_in_force_before_it():
    first = Stretch(BEGIN, BEGIN + 30 * DAY, plan_id=1, volume=Decimal(9))
    joined = Stretch(BEGIN + 31 * DAY, None, plan_id=1, volume=Decimal(2))
    later = Stretch(BEGIN + 60 * DAY, None, plan_id=1, volume=Decimal(2))

    assert best_without_gap([first, joined]) == 9
    assert best_without_gap([first, later]) == 2
