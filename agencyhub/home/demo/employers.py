"""What the demo's employer groups are and offer: made-up companies, plans and rates."""

from decimal import Decimal
from typing import Any, NamedTuple

from groups.models import Benefit, GroupPlan, LineOfCoverage

SUBSCRIBER, SPOUSE, CHILD = Benefit.Covers.SUBSCRIBER, Benefit.Covers.SPOUSE, Benefit.Covers.CHILD
WHOLE, BY_SALARY = GroupPlan.Basis.NONE, GroupPlan.Basis.MULTIPLE


class Employer(NamedTuple):
    """A company: how many work there, how often it pays, who looks after it."""

    name: str
    external_id: str
    ein: str
    sic_code: str
    state: str
    city: str
    size: int
    pay_periods: int
    agent: int
    carrier: str
    has_supplement: bool = False
    is_test: bool = False


# EINs begin with a prefix that is not given out.
EMPLOYERS = (
    Employer("Heartland Freight Lines", "PS-40211", "000040211", "4213", "IA", "Des Moines",
             168, 26, 0, "Principal", has_supplement=True),
    Employer("Cedar Valley Dairy Cooperative", "PS-40378", "000040378", "2026", "IA", "Waterloo",
             84, 24, 1, "Guardian"),
    Employer("Quad Cities Barge & Terminal", "PS-41090", "000041090", "4491", "IA", "Davenport",
             62, 24, 0, "Unum", has_supplement=True),
    Employer("Loess Hills Brewing", "PS-41417", "000041417", "2082", "NE", "Omaha",
             38, 26, 4, "Guardian"),
    Employer("North Shore Robotics", "PS-41802", "000041802", "3569", "MN", "Minneapolis",
             26, 24, 5, "Principal", has_supplement=True),
    Employer("Blue Heron Dental", "PS-42015", "000042015", "8021", "IA", "Ames",
             12, 24, 1, "Guardian"),
    Employer("Prairie Rose Bakery", "PS-42266", "000042266", "2051", "IA", "Iowa City",
             7, 52, 0, "Unum"),
    Employer("Partner Test Company", "PS-TEST-1", "000000001", "7372", "IA", "Des Moines",
             5, 12, 3, "Principal", is_test=True),
)  # fmt: skip


class Offer(NamedTuple):
    """A benefit with the plan behind it: guaranteed issues and rates are by age.

    ``wanted`` is the share of those who may choose it and do.
    """

    code: str
    name: str
    line: str
    covers: str
    wanted: float
    plan: str
    facts: dict[str, Any]
    guaranteed: tuple[tuple[int, int | None, int | None], ...] = ()
    per_thousand: tuple[tuple[int, str], ...] = ()
    flat: tuple[tuple[str, str], ...] = ()


_LEVELS = ("employee", "employee_spouse", "employee_children", "family")
_BY_AGE = (
    (0, "0.0600"), (30, "0.0800"), (40, "0.1200"), (50, "0.2900"), (60, "0.7400"), (70, "2.0600"),
)  # fmt: skip


def _levels(*prices: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(_LEVELS, prices, strict=True))


def _up_to(thousands: int, *, step: int, least: int = 10) -> dict[str, Any]:
    return {
        "increment": Decimal(step * 1000),
        "minimum_volume": Decimal(least * 1000),
        "maximum_volume": Decimal(thousands * 1000),
    }


MEDICAL = Offer(
    "subscriber_medical", "Medical", LineOfCoverage.MEDICAL, SUBSCRIBER, 0.78, "Choice PPO 1500",
    {"basis": WHOLE, "needs_eoi": False, "employer_percent": 75},
    flat=_levels("612.40", "1286.00", "1163.50", "1745.30"),
)  # fmt: skip
DENTAL = Offer(
    "subscriber_dental", "Dental", LineOfCoverage.DENTAL, SUBSCRIBER, 0.7, "Dental 1000",
    {"basis": WHOLE, "needs_eoi": False, "employer_percent": 50},
    flat=_levels("34.10", "68.20", "79.90", "114.60"),
)  # fmt: skip
BASIC_LIFE = Offer(
    "subscriber_basic_life", "Basic Life", LineOfCoverage.LIFE, SUBSCRIBER, 1.0, "Basic Life 1x",
    _up_to(50, step=1, least=0)
    | {"basis": BY_SALARY, "maximum_multiple": Decimal(1), "needs_eoi": False}
    | {"employer_percent": 100},
    per_thousand=((0, "0.1100"),),
)  # fmt: skip
LIFE = Offer(
    "subscriber_life", "Voluntary Employee Life", LineOfCoverage.LIFE, SUBSCRIBER, 0.55,
    "Voluntary Life 500", _up_to(500, step=10) | {"step_up_volume": Decimal(10_000)},
    guaranteed=((0, 100_000, None), (60, 50_000, None), (70, 0, None)), per_thousand=_BY_AGE,
)  # fmt: skip
SPOUSE_LIFE = Offer(
    "spouse_life", "Voluntary Spouse Life", LineOfCoverage.LIFE, SPOUSE, 0.35,
    "Voluntary Spouse Life 250", _up_to(250, step=5) | {"spouse_percent": 50},
    guaranteed=((0, 30_000, None), (60, 10_000, None)), per_thousand=_BY_AGE,
)  # fmt: skip
CHILD_LIFE = Offer(
    "child_life", "Child Life", LineOfCoverage.LIFE, CHILD, 0.4, "Child Life 20",
    _up_to(20, step=5, least=5) | {"needs_eoi": False}, per_thousand=((0, "0.1500"),),
)  # fmt: skip
DISABILITY = Offer(
    "subscriber_ltd", "Long-Term Disability", LineOfCoverage.LTD, SUBSCRIBER, 0.3, "LTD 60",
    {"basis": WHOLE}, flat=(("employee", "31.80"),),
)  # fmt: skip
SUPPLEMENT = Offer(
    "subscriber_supp_life", "Supplemental Life", LineOfCoverage.LIFE, SUBSCRIBER, 0.25,
    "Supplemental Life 5x",
    _up_to(600, step=1, least=0)
    | {"basis": BY_SALARY, "maximum_multiple": Decimal(5)}
    | {"takes_effect": GroupPlan.Takes.DECISION},
    guaranteed=((0, 150_000, 2), (65, 50_000, 1)), per_thousand=_BY_AGE,
)  # fmt: skip
OFFERS = (MEDICAL, DENTAL, BASIC_LIFE, LIFE, SPOUSE_LIFE, CHILD_LIFE, DISABILITY, SUPPLEMENT)
DIVISIONS = (("010", "Operations"), ("020", "Office"), ("030", "Maintenance"))
CLASSES = (("EXEC", "Executives"), ("FT", "Full time"), ("PT", "Part time"))
