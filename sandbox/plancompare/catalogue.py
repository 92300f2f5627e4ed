"""The plans on sale: carriers' names are real, plans, numbers and premiums are made up."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MA, MAPD, PDP, MEDICARE_SUPPLEMENT = "MA", "MAPD", "PDP", "Medicare Supplement"
PLAN_TYPES = (MAPD, MA, PDP, MEDICARE_SUPPLEMENT)
PLAN_TYPE_WORDS = {
    MA: "Medicare Advantage",
    MAPD: "Medicare Advantage with drugs",
    PDP: "Drug plan",
    MEDICARE_SUPPLEMENT: "Medicare Supplement",
}


@dataclass(frozen=True)
class Plan:
    """A plan as PlanCompare words it."""

    carrier_name: str
    plan_name: str
    plan_id: str
    plan_type: str
    premium: Decimal
    year: int

    @property
    def premium_per_month(self) -> str:
        """The monthly premium in USD, such as ``24.50``."""
        return f"{self.premium:.2f}"


_OCTOBER = 10
_LATEST_YEAR = 2027
_YEARLY_RISE = {MA: "0.00", MAPD: "2.00", PDP: "3.40", MEDICARE_SUPPLEMENT: "7.25"}
_ROWS = (
    ("Aetna Medicare", "Aetna Medicare Premier (HMO-POS)", "H5521-118-000", MAPD, "0.00"),
    ("Aetna Medicare", "Aetna Medicare Choice (PPO)", "H5521-204-000", MAPD, "19.00"),
    ("Aetna Medicare", "Aetna Medicare Eagle (PPO)", "H5521-311-000", MA, "0.00"),
    ("Anthem Blue Cross and Blue Shield", "Anthem Full Dual (HMO D-SNP)", "H3447-021-000",
     MAPD, "0.00"),
    ("Anthem Blue Cross and Blue Shield", "Anthem MediBlue Access (PPO)", "H8343-006-000",
     MAPD, "28.00"),
    ("Anthem Blue Cross and Blue Shield", "Anthem Medicare Supplement Plan G", "ANT-MS-G",
     MEDICARE_SUPPLEMENT, "148.35"),
    ("Cigna Healthcare", "Cigna Preferred Medicare (HMO)", "H4513-061-000", MAPD, "0.00"),
    ("Cigna Healthcare", "Cigna True Choice (PPO)", "H7849-014-002", MAPD, "21.00"),
    ("Cigna Healthcare", "Cigna Courage Medicare (HMO)", "H4513-077-000", MA, "0.00"),
    ("Cigna Healthcare", "Cigna Medicare Supplement Plan N", "CIG-MS-N",
     MEDICARE_SUPPLEMENT, "104.80"),
    ("Devoted Health", "Devoted CORE (HMO)", "H1290-003-000", MAPD, "0.00"),
    ("Devoted Health", "Devoted CHOICE (PPO)", "H9888-001-000", MAPD, "0.00"),
    ("Devoted Health", "Devoted DUAL (HMO D-SNP)", "H1290-025-000", MAPD, "0.00"),
    ("HealthPartners", "HealthPartners Journey Stride (PPO)", "H4882-007-000", MAPD, "34.00"),
    ("HealthPartners", "HealthPartners Journey Pace (PPO)", "H4882-001-000", MA, "16.00"),
    ("Humana", "Humana Gold Plus H5216-001", "H5216-001-000", MAPD, "0.00"),
    ("Humana", "HumanaChoice H5216-156 (PPO)", "H5216-156-000", MAPD, "26.00"),
    ("Humana", "HumanaChoice R1390-002 (Regional PPO)", "R1390-002-000", MAPD, "41.00"),
    ("Humana", "Humana USAA Honor (PPO)", "H5216-243-000", MA, "0.00"),
    ("Humana", "Humana Walmart Value Rx Plan (PDP)", "S5884-189-000", PDP, "38.10"),
    ("Humana", "Humana Medicare Supplement Plan G", "HUM-MS-G", MEDICARE_SUPPLEMENT, "139.60"),
    ("Medica", "Medica Advantage Solution (PPO)", "H8889-002-000", MAPD, "29.00"),
    ("Medica", "Medica Prime Solution Thrift (Cost)", "H2450-018-000", MA, "45.00"),
    ("Mutual of Omaha", "Mutual of Omaha Rx Essential (PDP)", "S7126-082-000", PDP, "22.70"),
    ("Mutual of Omaha", "Mutual of Omaha Plan G", "MOO-MS-G", MEDICARE_SUPPLEMENT, "131.94"),
    ("Mutual of Omaha", "Mutual of Omaha Plan N", "MOO-MS-N", MEDICARE_SUPPLEMENT, "98.12"),
    ("SilverScript", "SilverScript Choice (PDP)", "S5601-014-000", PDP, "47.30"),
    ("SilverScript", "SilverScript SmartSaver (PDP)", "S5601-180-000", PDP, "14.90"),
    ("UnitedHealthcare", "AARP Medicare Advantage Patriot No Rx (HMO-POS)", "H5253-098-000",
     MA, "0.00"),
    ("UnitedHealthcare", "AARP Medicare Advantage from UHC IA-0004 (PPO)", "H2577-004-000",
     MAPD, "0.00"),
    ("UnitedHealthcare", "UHC Complete Care (PPO C-SNP)", "H2577-019-001", MAPD, "12.00"),
    ("UnitedHealthcare", "UHC Dual Complete (PPO D-SNP)", "H0271-055-000", MAPD, "0.00"),
    ("UnitedHealthcare", "AARP Medicare Rx Preferred from UHC (PDP)", "S5820-024-000",
     PDP, "89.40"),
    ("UnitedHealthcare", "AARP Medicare Supplement Plan G", "AARP-MS-G",
     MEDICARE_SUPPLEMENT, "156.20"),
    ("Wellcare", "Wellcare Giveback (HMO)", "H9630-012-000", MAPD, "0.00"),
    ("Wellcare", "Wellcare Simple Open (PPO)", "H0712-031-000", MAPD, "8.00"),
    ("Wellcare", "Wellcare Patriot No Premium (HMO)", "H9630-020-000", MA, "0.00"),
    ("Wellcare", "Wellcare Value Script (PDP)", "S4802-083-000", PDP, "0.00"),
    ("Wellmark Blue Cross and Blue Shield", "MedicareBlue Rx Standard (PDP)", "S5743-001-000",
     PDP, "112.60"),
    ("Wellmark Blue Cross and Blue Shield", "MedicareBlue Supplement Plan G", "WMK-MS-G",
     MEDICARE_SUPPLEMENT, "163.47"),
)  # fmt: skip


def plan_years(on: date) -> tuple[int, int]:
    """The plan years that are sold around a day, the later first: the next one from October on."""
    latest = on.year + (on.month >= _OCTOBER)
    return latest, latest - 1


def plans_for(year: int, plan_type: str = "") -> list[Plan]:
    """List the plans of a year by carrier, of one type or of all; earlier years cost less."""
    years_back = max(0, _LATEST_YEAR - year)
    return [
        Plan(carrier, name, plan_id, kind, _premium(price, kind, years_back), year)
        for carrier, name, plan_id, kind, price in _ROWS
        if plan_type in ("", kind)
    ]


def find_plan(year: int, plan_id: str) -> Plan | None:
    """Find a plan of a year by its id."""
    return next((plan for plan in plans_for(year) if plan.plan_id == plan_id), None)


def _premium(price: str, kind: str, years_back: int) -> Decimal:
    return max(Decimal(price) - years_back * Decimal(_YEARLY_RISE[kind]), Decimal(0))
