from datetime import date

import pytest

from agencyhub.lib.years import add_years


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2026, 11, 23), 1, date(2027, 11, 23)),
        (date(2026, 11, 23), -65, date(1961, 11, 23)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
        (date(2028, 2, 29), 1, date(2029, 3, 1)),
        (date(2028, 2, 29), -1, date(2027, 3, 1)),
        (date(2096, 2, 29), 4, date(2100, 3, 1)),
        (date(2027, 2, 28), 1, date(2028, 2, 28)),
        (date(2027, 3, 1), 1, date(2028, 3, 1)),
        (date(2028, 2, 29), 0, date(2028, 2, 29)),
    ],
)
def test_the_same_day_of_another_year(day, years, later):
    assert add_years(day, years) == later
