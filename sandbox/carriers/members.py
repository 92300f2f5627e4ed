"""Who the carriers insure: a fixed set of people, and whoever was enrolled on a site."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sandbox import agents, enrolled
from sandbox.plancompare import catalogue, people
from sandbox.store import Store

FIXED = 36
"""Other members of each carrier: the same ones every day."""
_SEEDS = {"aetna": 4101, "humana": 4102, "uhc": 4103}
_PLANS_OF = {"aetna": "Aetna Medicare", "humana": "Humana", "uhc": "UnitedHealthcare"}
_SPELLINGS = {"aetna": ("aetna",), "humana": ("humana",), "uhc": ("united", "uhc", "aarp")}
_PLAN_YEAR = 2026
_FIRST_MONTH = 2025 * 12
_COUNTIES = ("Polk", "Story", "Lancaster", "Dane", "Olmsted", "Pima")


@dataclass(frozen=True)
class Member:
    """A person insured with a carrier. Blank texts are unknown; ``ended`` is the last day."""

    first_name: str
    middle: str
    last_name: str
    date_of_birth: date
    mbi: str
    gender: str
    phone: str
    email: str
    address: str
    city: str
    state: str
    zip: str
    county: str
    plan_id: str
    plan_name: str
    plan_type: str
    premium: Decimal
    agent: agents.Agent
    application_id: str
    signed: date
    effective: date
    ended: date | None = None
    is_deceased: bool = False
    is_new: bool = False

    @property
    def digits(self) -> int:
        """A number of nine digits that is always the same for an application."""
        digest = hashlib.sha256(self.application_id.encode()).digest()
        return int.from_bytes(digest[:8], "big") % 1_000_000_000

    @property
    def place(self) -> tuple[str, str, str]:
        """Contract, PBP and segment; blank where the plan has none."""
        parts = self.plan_id.split("-")
        is_cms = len(parts) == 3 and parts[1].isdecimal()  # noqa: PLR2004 - H5216-001-000
        return (parts[0], parts[1], parts[2]) if is_cms else ("", "", "")

    def in_force(self, day: date) -> bool:
        """Whether the day is covered."""
        return self.effective <= day and (self.ended is None or day <= self.ended)


def carrier_of(name: str) -> str:
    """Which carrier of the sandbox goes by a site's name for it; blank for none."""
    low = name.lower()
    return next(
        (key for key, words in _SPELLINGS.items() if any(word in low for word in words)), ""
    )


def of_carrier(store: Store, carrier: str) -> list[Member]:
    """Everybody the carrier insures: the fixed ones first, then the enrolled in their order."""
    newcomers = (each for each in enrolled.every(store) if carrier_of(each.carrier) == carrier)
    return [*_fixed(carrier), *(_newcomer(each) for each in newcomers)]


def _fixed(carrier: str) -> Iterator[Member]:
    seed = _SEEDS[carrier]
    plans = [
        plan
        for plan in catalogue.plans_for(_PLAN_YEAR)
        if plan.carrier_name == _PLANS_OF[carrier] and plan.plan_type != "Medicare Supplement"
    ]
    for number in range(FIXED):
        someone = {name: value or "" for name, value in people.person(seed, number).items()}
        month = _FIRST_MONTH + (number * 7) % 20
        effective = date(month // 12, month % 12 + 1, 1)
        plan = plans[number % len(plans)]
        yield Member(
            first_name=someone["first_name"],
            middle="ABCDEJLMRT"[number % 10],
            last_name=someone["last_name"],
            date_of_birth=date.fromisoformat(someone["date_of_birth"]),
            mbi=someone["mbi"],
            gender="FM"[number % 2],
            phone=someone["home_phone"],
            email=someone["email"],
            address=someone["address_1"],
            city=someone["city"],
            state=someone["state"],
            zip=someone["zip"],
            county=_COUNTIES[number % len(_COUNTIES)],
            plan_id=plan.plan_id,
            plan_name=plan.plan_name,
            plan_type=plan.plan_type,
            premium=plan.premium,
            agent=agents.AGENTS[number % len(agents.AGENTS)],
            application_id=f"{carrier.upper()}{seed}{number:04d}",
            signed=effective - timedelta(days=21),
            effective=effective,
            ended=_end(number, effective),
            is_deceased=number == 17,  # noqa: PLR2004 - one of them
        )


def _end(number: int, effective: date) -> date | None:
    """Every ninth left: some within three months, which costs the agent the commission."""
    if number % 9 != 8:  # noqa: PLR2004 - every ninth
        return None
    months = 2 if number % 2 else 7
    last = effective.year * 12 + effective.month - 1 + months
    return date(last // 12, last % 12 + 1, 1) - timedelta(days=1)


def _newcomer(each: enrolled.Enrolled) -> Member:
    agent = agents.by_npn(each.npn) or agents.AGENTS[0]
    return Member(
        first_name=each.first_name,
        middle="",
        last_name=each.last_name,
        date_of_birth=each.date_of_birth,
        mbi=each.mbi,
        gender="",
        phone="",
        email="",
        address="",
        city="",
        state=each.state,
        zip=each.zip[:5],
        county="",
        plan_id=each.plan_id,
        plan_name=each.plan_name,
        plan_type=each.plan_type,
        premium=each.premium,
        agent=agent,
        application_id=each.confirmation_number,
        signed=each.submitted_at.date(),
        effective=each.effective_date,
        is_new=True,
    )
