"""When a choice needs evidence: every rule once, and the laws that all of them keep."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.allowed import Refusal, Refused, refusals
from groups.evidence import (
    Choice,
    Code,
    Employees,
    Event,
    Guarantee,
    Reason,
    Standing,
    Terms,
    guaranteed_at,
    rule,
    volume_of,
)
from groups.models import Election
from groups.reasons import as_json, in_words, refusal_in_words

HIRED = date(2026, 10, 1)
AT_ONCE = date(2026, 10, 15)
LATE = date(2027, 11, 15)


def usd(thousands):
    return Decimal(thousands) * 1000


TERMS = Terms(
    maximum=usd(500), guarantees=(Guarantee(volume=usd(100)),), minimum=usd(10), step_up=usd(10)
)
BANDS = replace(
    TERMS,
    guarantees=(
        Guarantee(volume=usd(100)),
        Guarantee(from_age=60, volume=usd(50)),
        Guarantee(from_age=70, volume=usd(0)),
    ),
)
BY_SALARY = Terms(
    by_salary=True,
    increment=usd(1),
    maximum=usd(500),
    maximum_multiple=Decimal(5),
    guarantees=(Guarantee(multiple=Decimal(2), volume=usd(150)),),
)
SPOUSE = replace(TERMS, dependent_percent=50, guarantees=(Guarantee(volume=usd(30)),))
NO_AMOUNT = Terms(has_amount=False)


def asks(thousands=150, event=Event.NEW_HIRE, on=AT_ONCE, **facts):
    defaults = {"age": 46, "salary": usd(60), "eligible_date": HIRED}
    return Choice(event, on, volume=usd(thousands), **(defaults | facts))


def has(thousands, **facts):
    volume = usd(thousands)
    defaults = {"best": volume, "before": volume}
    return Standing(has_coverage=True, volume=volume, **(defaults | facts))


NONE = Standing()
ABOVE = Code.ABOVE_GUARANTEED


@pytest.mark.parametrize(
    ("terms", "standing", "choice", "in_force", "guaranteed", "why"),
    [
        # When first eligible: the guaranteed issue at once, the rest waits.
        pytest.param(TERMS, NONE, asks(100), 100, 100, [], id="exactly-the-guaranteed-issue"),
        pytest.param(TERMS, NONE, asks(110), 100, 100, [ABOVE], id="above-the-guaranteed-issue"),
        pytest.param(TERMS, NONE, asks(80), 80, 80, [], id="below-the-guaranteed-issue"),
        pytest.param(
            replace(TERMS, guarantees=()), NONE, asks(20), 0, 0, [ABOVE], id="nothing-guaranteed"
        ),
        pytest.param(
            replace(TERMS, needs_evidence=False), NONE, asks(500, on=LATE), 500, 500, [],
            id="a-plan-that-asks-for-no-evidence",
        ),
        # Age bands.
        pytest.param(BANDS, NONE, asks(100, age=59), 100, 100, [], id="the-day-before-a-band"),
        pytest.param(BANDS, NONE, asks(100, age=60), 50, 50, [ABOVE], id="in-the-next-band"),
        pytest.param(BANDS, NONE, asks(100, age=75), 0, 0, [ABOVE], id="past-the-last-band"),
        pytest.param(BANDS, NONE, asks(100, age=None), 0, 0, [ABOVE], id="an-unknown-age"),
        # Multiples of the salary, rounded up, and the lower of the two.
        pytest.param(
            BY_SALARY, NONE, asks(180, salary=usd(60)), 120, 120, [ABOVE], id="two-salaries"
        ),
        pytest.param(
            BY_SALARY, NONE, asks(300, salary=usd(100)), 150, 150, [ABOVE], id="the-lower-amount"
        ),
        pytest.param(
            BY_SALARY, NONE, asks(300, salary=None), 0, 0, [ABOVE], id="an-unknown-salary"
        ),
        # Late: any amount.
        pytest.param(
            TERMS, NONE, asks(20, on=date(2026, 11, 1)), 20, 20, [], id="on-the-last-day"
        ),
        pytest.param(
            TERMS, NONE, asks(20, on=date(2026, 11, 2)), 0, 0, [Code.LATE], id="a-day-late"
        ),
        pytest.param(
            TERMS, NONE, asks(20, Event.OPEN_ENROLLMENT, LATE), 0, 0, [Code.LATE],
            id="waived-before",
        ),
        pytest.param(
            TERMS, NONE, asks(20, on=LATE, eligible_date=None), 20, 20, [],
            id="nobody-knows-since-when",
        ),
        pytest.param(
            TERMS, NONE, asks(120, Event.LIFE_EVENT, LATE), 100, 100, [ABOVE],
            id="a-life-event-opens-it-again",
        ),
        # Increases.
        pytest.param(
            TERMS, has(50), asks(60, Event.OPEN_ENROLLMENT, LATE), 60, 60, [], id="one-step"
        ),
        pytest.param(
            TERMS, has(50), asks(80, Event.OPEN_ENROLLMENT, LATE), 60, 60, [Code.ABOVE_STEP],
            id="more-than-a-step",
        ),
        pytest.param(
            TERMS, has(60, before=usd(50)), asks(70, Event.OPEN_ENROLLMENT, LATE), 60, 60,
            [Code.ABOVE_STEP], id="a-second-step-in-one-enrollment",
        ),
        pytest.param(
            TERMS, has(100), asks(110, Event.OPEN_ENROLLMENT, LATE), 100, 100, [Code.ABOVE_STEP],
            id="a-step-ends-at-the-guaranteed-issue",
        ),
        pytest.param(
            TERMS, has(50), asks(60, Event.CORRECTION, LATE), 50, 0, [Code.AFTER_ENROLLMENT],
            id="an-increase-at-any-other-time",
        ),
        pytest.param(
            TERMS, has(50), asks(120, Event.LIFE_EVENT, LATE), 100, 100, [ABOVE],
            id="an-increase-after-a-life-event",
        ),
        # Less, the same, and what was approved before.
        pytest.param(
            TERMS, has(200), asks(150, Event.OPEN_ENROLLMENT, LATE), 150, 100, [], id="less"
        ),
        pytest.param(
            TERMS, has(200), asks(200, Event.OPEN_ENROLLMENT, LATE), 200, 100, [], id="the-same"
        ),
        pytest.param(
            TERMS, has(150, best=usd(200)), asks(200, Event.CORRECTION, LATE), 200, 0, [],
            id="approved-before",
        ),
        pytest.param(
            TERMS, has(150, best=usd(200)), asks(250, Event.CORRECTION, LATE), 200, 0,
            [Code.AFTER_ENROLLMENT], id="more-than-was-approved-before",
        ),
        # A raise asks only for what is beyond the approved amount.
        pytest.param(
            BY_SALARY, has(180), asks(180, Event.SALARY_CHANGE, LATE), 180, 120, [],
            id="a-raise-within-what-was-approved",
        ),
        pytest.param(
            BY_SALARY, has(180), asks(210, Event.SALARY_CHANGE, LATE, salary=usd(70)), 180, 140,
            [ABOVE], id="a-raise-beyond-what-was-approved",
        ),
        pytest.param(
            BY_SALARY, has(100), asks(140, Event.SALARY_CHANGE, LATE, salary=usd(70)), 140, 140,
            [], id="a-raise-within-the-guaranteed-issue",
        ),
        # Beside the employee's own coverage.
        pytest.param(
            SPOUSE, NONE, asks(30, employees=Employees(usd(100), usd(100))), 30, 30, [],
            id="a-spouse-within-everything",
        ),
        pytest.param(
            SPOUSE, NONE, asks(50, employees=Employees(usd(100), usd(100))), 30, 30, [ABOVE],
            id="a-spouse-above-the-guaranteed-issue",
        ),
        pytest.param(
            SPOUSE, NONE, asks(20, employees=Employees(usd(30), usd(100))), 10, 10,
            [Code.AWAITS_EMPLOYEE], id="a-spouse-who-waits-for-the-employee",
        ),
        pytest.param(
            SPOUSE, NONE, asks(50, employees=Employees(usd(40), usd(100))), 20, 20,
            [ABOVE, Code.AWAITS_EMPLOYEE], id="a-spouse-who-waits-for-both",
        ),
        # Without an amount: as a whole.
        pytest.param(NO_AMOUNT, NONE, asks(0), 0, 0, [], id="a-plan-on-time"),
        pytest.param(NO_AMOUNT, NONE, asks(0, on=LATE), 0, 0, [Code.LATE], id="a-plan-late"),
        pytest.param(
            NO_AMOUNT, has(0), asks(0, on=LATE), 0, 0, [Code.OTHER_COVERAGE], id="another-plan"
        ),
        pytest.param(
            NO_AMOUNT, has(0), asks(0, on=LATE, is_other_coverage=False), 0, 0, [],
            id="the-plan-in-force",
        ),
    ],
)  # fmt: skip
def test_grants(terms, standing, choice, in_force, guaranteed, why):
    ruling = rule(terms, standing, choice)

    assert ruling.in_force == usd(in_force)
    assert ruling.guaranteed == usd(guaranteed)
    assert [reason.code for reason in ruling.reasons] == why
    assert ruling.is_waiting == bool(why)


def test_says_up_to_which_amount_no_evidence_is_needed():
    ruling = rule(SPOUSE, NONE, asks(50, employees=Employees(usd(40), usd(100))))

    assert ruling.reasons == (
        Reason(ABOVE, volume=usd(30)),
        Reason(Code.AWAITS_EMPLOYEE, volume=usd(20), percent=50),
    )


@pytest.mark.parametrize(
    ("terms", "standing", "choice", "multiple", "expected"),
    [
        pytest.param(TERMS, NONE, asks(500), None, None, id="the-maximum"),
        pytest.param(TERMS, NONE, asks(510), None, Refused.ABOVE_MAXIMUM, id="above-the-maximum"),
        pytest.param(
            replace(TERMS, minimum=usd(20)), NONE, asks(10), None, Refused.BELOW_MINIMUM,
            id="below-the-minimum",
        ),
        pytest.param(TERMS, NONE, asks(105), None, Refused.OFF_STEP, id="between-two-steps"),
        pytest.param(TERMS, NONE, asks(0), None, Refused.NO_VOLUME, id="nothing"),
        pytest.param(TERMS, has(505), asks(505), None, None, id="what-one-has"),
        pytest.param(BY_SALARY, NONE, asks(300), Decimal(5), None, id="five-salaries"),
        pytest.param(
            BY_SALARY, NONE, asks(300), Decimal(6), Refused.ABOVE_MULTIPLE, id="six-salaries"
        ),
        pytest.param(
            BY_SALARY, NONE, asks(300, salary=None), Decimal(5), Refused.NO_SALARY, id="no-salary"
        ),
        pytest.param(
            SPOUSE, NONE, asks(50, employees=Employees(usd(40), usd(100))), None, None,
            id="a-spouse-who-waits",
        ),
        pytest.param(
            SPOUSE, NONE, asks(60, employees=Employees(usd(40), usd(100))), None,
            Refused.ABOVE_EMPLOYEE, id="a-spouse-above-the-employee",
        ),
        pytest.param(
            replace(SPOUSE, needs_evidence=False), NONE,
            asks(50, employees=Employees(usd(40), usd(100))), None, Refused.ABOVE_EMPLOYEE,
            id="without-evidence-nothing-waits",
        ),
        pytest.param(
            TERMS, has(100, lock=usd(100)), asks(110), None, Refused.LOCKED, id="above-a-lock"
        ),
        pytest.param(TERMS, has(90, lock=usd(100)), asks(100), None, None, id="up-to-a-lock"),
    ],
)  # fmt: skip
def test_refuses(terms, standing, choice, multiple, expected):
    found = refusals(terms, standing, choice, multiple=multiple)

    assert [one.code for one in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("multiple", "salary", "expected"),
    [("2", "60000.00", 120), ("1.5", "60400.00", 91), ("5", "200000.00", 500), ("1", "0.00", 0)],
)
def test_rounds_a_multiple_of_the_salary_up_to_the_increment(multiple, salary, expected):
    assert volume_of(Decimal(multiple), salary=Decimal(salary), terms=BY_SALARY) == usd(expected)


volumes = st.integers(0, 60).map(lambda tens: usd(tens * 10))
terms = st.builds(
    Terms,
    maximum=st.none() | volumes,
    dependent_percent=st.none() | st.sampled_from([25, 50, 100]),
    needs_evidence=st.booleans(),
    late_days=st.sampled_from([0, 31]),
    step_up=volumes,
    guarantees=st.lists(
        st.builds(
            Guarantee,
            from_age=st.sampled_from([0, 60, 70]),
            volume=st.none() | volumes,
            multiple=st.none() | st.decimals(0, 5, places=1),
        ).filter(lambda one: (one.volume, one.multiple) != (None, None)),
        max_size=3,
        unique_by=lambda one: one.from_age,
    ).map(tuple),
)


@st.composite
def standings(draw):
    volume = draw(volumes)
    if not volume:
        return NONE
    best = draw(volumes.filter(lambda one: one >= volume))
    before = draw(volumes.filter(lambda one: one <= best))
    return Standing(has_coverage=True, volume=volume, best=best, before=before)


choices = st.builds(
    Choice,
    event=st.sampled_from(Event),
    elected_date=st.sampled_from([AT_ONCE, LATE]),
    volume=volumes.filter(bool),
    age=st.none() | st.integers(0, 99),
    salary=st.none() | st.integers(0, 300).map(usd),
    eligible_date=st.none() | st.just(HIRED),
    employees=st.none() | st.builds(Employees, volume=volumes, requested=volumes),
)


@given(terms, standings(), choices)
def test_never_grants_more_than_was_asked_approved_or_guaranteed(terms, standing, choice):
    ruling = rule(terms, standing, choice)

    at_most = guaranteed_at(terms, age=choice.age, salary=choice.salary)
    limit = max(standing.best, at_most if terms.needs_evidence else choice.volume)
    assert ruling.guaranteed <= ruling.in_force <= min(limit, ruling.requested)
    assert ruling.requested == choice.volume


@given(terms, standings(), choices)
def test_never_takes_from_what_is_in_force_unless_less_is_asked(terms, standing, choice):
    assert rule(terms, standing, choice).in_force >= min(standing.volume, choice.volume)


@given(terms, standings(), choices)
def test_waits_for_what_is_beyond_and_says_why(terms, standing, choice):
    ruling = rule(terms, standing, choice)

    assert ruling.is_waiting == (ruling.requested > ruling.in_force) == bool(ruling.reasons)


@given(terms, standings(), choices)
def test_grants_the_same_to_who_chooses_the_same_again(terms, standing, choice):
    once = rule(terms, standing, choice)
    now = Standing(
        has_coverage=bool(once.in_force) or standing.has_coverage,
        volume=once.in_force,
        best=max(standing.best, once.in_force) if once.in_force else standing.best,
        before=standing.before,
    )

    twice = rule(terms, now, choice)

    assert twice.in_force == once.in_force


@given(terms, standings(), choices, st.decimals(1, 5, places=1))
def test_a_raise_never_asks_again_for_what_was_approved(terms, standing, choice, growth):
    raised = replace(
        choice,
        event=Event.SALARY_CHANGE,
        employees=None,
        volume=max(standing.volume * growth, Decimal(1)),
    )

    ruling = rule(terms, standing, raised)

    assert ruling.in_force >= min(standing.best, raised.volume)


def test_knows_the_events_of_elections():
    assert {str(one) for one in Event} == set(Election.Event.values)


def test_every_reason_and_every_refusal_has_words():
    reasons = [Reason(code, volume=usd(100), days=31, percent=50) for code in Code]

    said = in_words(as_json(reasons)) + [
        refusal_in_words(Refusal(code, usd(100))) for code in Refused
    ]

    assert len(set(said)) == len(Code) + len(Refused)
    assert not any("%(" in one for one in said)
    assert said[0] == "More than the guaranteed issue of $100,000.00."
