"""Premiums and deductions, to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.rates import Rate, deduction, premium, shares

OLD, NEW = date(2026, 1, 1), date(2027, 1, 1)
RATES = [
    Rate(OLD, per_thousand=Decimal("0.2000")),
    Rate(OLD, from_age=50, per_thousand=Decimal("0.4150")),
    Rate(NEW, per_thousand=Decimal("0.2200")),
]
LEVELS = [
    Rate(OLD, level="employee", flat=Decimal("41.50")),
    Rate(OLD, level="family", flat=Decimal("120.00")),
]


@pytest.mark.parametrize(
    ("rates", "volume", "level", "age", "on", "expected"),
    [
        pytest.param(RATES, "100000", "", 46, OLD, "20.00", id="per-thousand"),
        pytest.param(RATES, "100000", "", 50, OLD, "41.50", id="an-age-band"),
        pytest.param(RATES, "100000", "", 50, NEW, "22.00", id="new-rates-replace-all-old-ones"),
        pytest.param(RATES, "12500", "", 50, OLD, "5.19", id="half-a-cent-goes-up"),
        pytest.param(RATES, "100000", "", None, OLD, None, id="age-matters-and-is-unknown"),
        pytest.param(RATES, "100000", "", None, NEW, "22.00", id="age-does-not-matter"),
        pytest.param(RATES, "100000", "", 46, date(2025, 12, 31), None, id="before-all-rates"),
        pytest.param(LEVELS, "0", "family", 46, OLD, "120.00", id="a-level"),
        pytest.param(LEVELS, "0", "employee_spouse", 46, OLD, None, id="a-level-without-a-rate"),
        pytest.param([], "100000", "", 46, OLD, None, id="no-rates"),
    ],
)
def test_premium_is(rates, volume, level, age, on, expected):
    found = premium(rates, volume=Decimal(volume), level=level, age=age, on=on)

    assert found == (None if expected is None else Decimal(expected))


@given(st.decimals(0, 100_000, places=2), st.integers(0, 100))
def test_shares_add_up_to_the_premium(monthly, percent):
    split = shares(monthly, employer_percent=percent)

    assert split.employer + split.employee == monthly
    assert min(split.employer, split.employee) >= 0


@pytest.mark.parametrize(
    ("monthly", "pay_periods", "expected"),
    [("20.00", 12, "20.00"), ("20.00", 24, "10.00"), ("20.00", 26, "9.23"), ("20.00", 52, "4.62")],
)
def test_deduction_spreads_a_year_over_its_pay_periods(monthly, pay_periods, expected):
    assert deduction(Decimal(monthly), pay_periods=pay_periods) == Decimal(expected)
