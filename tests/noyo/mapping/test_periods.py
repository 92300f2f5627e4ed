"""Plan years: which one a day lies in, and when the next begins."""

from datetime import date

import pytest

from integrations.noyo.periods import Period, Told, next_start, plan_year, year_from

ON = date(2026, 11, 22)
Y2026 = Told(date(2026, 1, 1), date(2026, 12, 31))
Y2027 = Told(date(2027, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("told", "renewal", "start", "end"),
    [
        ([Y2026, Y2027], None, date(2026, 1, 1), date(2026, 12, 31)),
        ([Told(date(2020, 1, 1), None)], None, date(2026, 1, 1), date(2026, 12, 31)),
        ([Told(date(2019, 7, 1), None)], None, date(2026, 7, 1), date(2027, 6, 30)),
        ([Told(date(2019, 7, 1), None)], date(2027, 4, 1), date(2026, 4, 1), date(2027, 3, 31)),
        ([Told(date(2020, 2, 29), None)], None, date(2026, 3, 1), date(2027, 2, 28)),
        ([Told(date(2027, 2, 1), None)], None, date(2027, 2, 1), date(2028, 1, 31)),
        ([], None, date(2026, 1, 1), date(2026, 12, 31)),
    ],
    ids=["told", "open", "july", "our_renewal", "leap_day", "to_come", "nothing"],
)
def test_plan_year_of_a_day(told: list[Told], renewal: date | None, start: date, end: date) -> None:
    assert plan_year(told, renewal_date=renewal, on=ON) == Period(start, end)


@pytest.mark.parametrize(
    ("told", "renewal", "expected"),
    [
        ([Y2026, Y2027], None, date(2027, 1, 1)),
        ([Y2026], None, date(2027, 1, 1)),
        ([Y2026], date(2027, 2, 1), date(2027, 2, 1)),
        ([Told(date(2020, 1, 1), None, date(2027, 1, 15))], None, date(2027, 1, 15)),
        ([Told(date(2026, 7, 1), date(2027, 6, 30))], None, None),
        ([Y2026], date(2027, 6, 1), None),
    ],
    ids=["told", "ends", "our_renewal", "their_renewal", "too_early", "our_renewal_too_early"],
)
def test_next_plan_year(told: list[Told], renewal: date | None, expected: date | None) -> None:
    assert next_start(told, renewal_date=renewal, on=ON, days=90) == expected


def test_the_coming_year_ends_as_told_else_after_a_year() -> None:
    short = Told(date(2027, 1, 1), date(2027, 6, 30))

    assert year_from(date(2027, 1, 1), [short]).end == date(2027, 6, 30)
    assert year_from(date(2027, 1, 1), []).end == date(2027, 12, 31)
