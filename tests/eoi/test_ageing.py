"""Business days, and the bands of the board."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eoi.ageing import BANDS, band_of, business_days, opened_by

FRIDAY = date(2026, 11, 20)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


class TestBusinessDays:
    @pytest.mark.parametrize(
        ("_case", "opened", "today", "age"),
        [
            ("the day itself", FRIDAY, FRIDAY, 0),
            ("over a weekend", FRIDAY, date(2026, 11, 22), 0),
            ("to the Monday", FRIDAY, date(2026, 11, 23), 1),
            ("a week", FRIDAY, date(2026, 11, 27), 5),
            ("opened on a Sunday", date(2026, 11, 22), date(2026, 11, 23), 1),
            ("four weeks", FRIDAY, date(2026, 12, 18), 20),
            ("ahead of today", FRIDAY, date(2026, 11, 2), 0),
        ],
    )
    def test_counts_mondays_to_fridays(self, _case, opened, today, age):
        assert business_days(opened, today) == age

    @given(opened=DAYS, days=st.integers(0, 400))
    def test_agrees_with_counting_one_by_one(self, opened, days):
        passed = (opened + timedelta(days=one) for one in range(1, days + 1))

        assert business_days(opened, opened + timedelta(days=days)) == sum(
            day.weekday() < 5 for day in passed
        )


class TestOpenedBy:
    @given(today=DAYS, age=st.integers(0, 60))
    def test_is_the_last_day_that_is_old_enough(self, today, age):
        day = opened_by(age, today)

        assert business_days(day, today) >= age
        assert age == 0 or business_days(day + timedelta(days=1), today) < age


class TestBandOf:
    @pytest.mark.parametrize(
        ("age", "key"),
        [(0, "0"), (9, "0"), (10, "10"), (14, "10"), (15, "15"), (19, "15"), (20, "20")],
    )
    def test_finds_the_band_of_an_age(self, age, key):
        assert band_of(opened_by(age, FRIDAY), FRIDAY).key == key

    def test_every_band_has_its_tone(self):
        assert [band.tone for band in BANDS] == ["danger", "warning", "info", "neutral"]
