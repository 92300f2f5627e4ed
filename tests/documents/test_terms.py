"""How long a Scope of Appointment holds and is kept."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import terms


@pytest.mark.parametrize(
    ("signed", "last", "until"),
    [
        (date(2026, 11, 23), date(2027, 11, 22), date(2036, 11, 23)),
        (date(2026, 1, 1), date(2026, 12, 31), date(2036, 1, 1)),
        (date(2028, 2, 29), date(2029, 2, 28), date(2038, 3, 1)),
        (date(2027, 3, 1), date(2028, 2, 29), date(2037, 3, 1)),
    ],
)
def test_twelve_months_and_ten_years(signed, last, until):
    assert terms.last_valid_day(signed) == last
    assert terms.kept_until(signed) == until


@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)))
def test_it_is_kept_long_after_it_held(signed):
    assert timedelta(days=364) <= terms.last_valid_day(signed) - signed <= timedelta(days=365)
    assert terms.kept_until(signed) - signed >= timedelta(days=3652)
