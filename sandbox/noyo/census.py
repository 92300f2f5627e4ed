"""The carriers' members: an employer's census as it once was sent, with what went wrong since.

The file lies in the sandbox's directory, with what carriers are to do later beside the people
(``wishes``): ``{"groups": [{"ein", "employees": [{"number", …,
"coverages": [{"line", "code", "start", "volume"}], "dependents": [{…}]}]}]}``. What differs at the
carrier follows from a person's number, so that it is the same in every run.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sandbox.noyo.records import Entry, Json, known_id
from sandbox.noyo.structures import OPEN_END

FILE = "noyo-census.json"
# Of so many people one each has something that differs.
ONE_OF = 36
MISSING, NICKNAME, BIRTHDAY, LAST_NAME, VOLUME, COVERAGE, HIRED = range(7)
NICKNAMES = {
    "James": "Jim", "Robert": "Bob", "William": "Bill", "Michael": "Mike", "Susan": "Sue",
    "Elizabeth": "Beth", "Margaret": "Peggy", "Patricia": "Pat", "Richard": "Rick",
    "Deborah": "Debbie", "Thomas": "Tom", "Jennifer": "Jen", "Kathleen": "Kathy",
}  # fmt: skip
SSN = re.compile("(?!000)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}")
"""What Noyo takes; others it never got."""
ByCode = dict[tuple[str, str], list[Json]]
"""A carrier's plans by their line and the employer's code."""
RELATIONSHIPS = ("spouse", "child", "domestic-partner")


def members(group_id: str, census: Json, plans: Sequence[Json]) -> Iterator[Entry]:
    """The employees of a group's census with their families and coverages, at the carrier.

    One more is there whom the employer does not know.
    """
    chosen = _by_code(plans)
    people: Iterable[Json] = census.get("employees", [])
    last: Json | None = None
    for person in people:
        last = person
        if _fate(person) != MISSING:
            yield from _employee(group_id, person, chosen)
    if last is not None:
        yield from _employee(group_id, _stranger(last), chosen)


def _employee(group_id: str, person: Json, plans: ByCode) -> Iterator[Entry]:
    own_id = known_id(f"employee:{group_id}:{person['number']}")
    employment: Json = {
        "employment_status": person.get("status", "full-time"),
        "hours_worked": 40,
        "employment_dates": {"hire_date": _hired(person)},
    }
    if person.get("job_title"):
        employment["occupation"] = person["job_title"]
    if person.get("salary"):
        salary = {"amount": person["salary"], "type": "salary", "unit": "annual"}
        employment["salary"] = salary
    content = {"group_id": group_id, "employment": employment, "person": _person(person)}
    yield "employee", own_id, group_id, content
    yield from _coverages(group_id, own_id, person, plans, "employee")
    for dependent in person.get("dependents", []):
        if _fate(dependent) == MISSING:
            continue
        dependent_id = known_id(f"dependent:{group_id}:{dependent['number']}")
        relationship = dependent["relationship"]
        told = relationship if relationship in RELATIONSHIPS else "other"
        body = {"employee_id": own_id, "relationship": told, "person": _person(dependent)}
        yield "dependent", dependent_id, own_id, body
        yield from _coverages(group_id, dependent_id, dependent, plans, told)


def _coverages(
    group_id: str,
    individual_id: str,
    person: Json,
    plans: ByCode,
    member_type: str,
) -> Iterator[Entry]:
    for number, coverage in enumerate(person.get("coverages", [])):
        plan = _fitting(plans.get((coverage["line"], coverage["code"]), []), member_type)
        if plan is None or (_fate(person) == COVERAGE and not number):
            continue
        volume = coverage.get("volume")
        if volume and _fate(person) == VOLUME:
            volume = volume // 2
        content = {
            "individual_id": individual_id,
            "individual_type": "employee" if member_type == "employee" else "dependent",
            "plan_id": plan["id"],
            "group_enrollment_id": plan["group_enrollment_id"],
            "line_of_coverage": coverage["line"],
            "status": "active",
            "effective_start_date": coverage["start"],
            "effective_end_date": OPEN_END,
            "enroll_data": {"volume": volume} if volume else {},
            "cobra_enrollment": {"cobra_enrolled": False},
            "individual_enrollment_configuration": {},
        }
        key = f"coverage:{individual_id}:{coverage['line']}:{coverage['code']}"
        yield "coverage", known_id(key), group_id, content


def _fitting(plans: Sequence[Json], member_type: str) -> Json | None:
    for plan in plans:
        if {"all", member_type} & set(plan["eligible_member_types"]):
            return plan
    return None


def _by_code(plans: Sequence[Json]) -> ByCode:
    found: ByCode = {}
    for plan in plans:
        found.setdefault((plan["line_of_coverage"], plan.get("_ours", "")), []).append(plan)
    return found


def _person(person: Json) -> Json:
    fate = _fate(person)
    first, last = person["first_name"], person["last_name"]
    if fate == NICKNAME:
        first = NICKNAMES.get(first, f"{first} {first[0]}.")
    if fate == LAST_NAME:
        last = f"{last}-Miller"
    told: dict[str, Any] = {
        "first_name": first,
        "last_name": last.upper() if _dice(person)[1] % 3 == 0 else last,
        "date_of_birth": _born(person),
        "sex": person.get("sex") or "U",
        "home_address": None,
        "ssn": person["ssn"] if SSN.fullmatch(person.get("ssn") or "") else None,
    }
    return told


def _born(person: Json) -> str:
    """Day and month changed places where both can be, else a day of it is wrong."""
    born = str(person["date_of_birth"])
    if _fate(person) != BIRTHDAY:
        return born
    year, month, day = born.split("-")
    if int(day) <= 12 and day != month:  # noqa: PLR2004 - months of a year
        return f"{year}-{day}-{month}"
    return f"{year}-{month}-{'11' if day != '11' else '12'}"


def _hired(person: Json) -> str:
    hired = str(person["hire_date"])
    return f"{hired[:8]}01" if _fate(person) == HIRED else hired


def _stranger(person: Json) -> Json:
    changes: Json = {"first_name": "Marion", "last_name": "Albrecht", "ssn": None, "dependents": []}
    return person | changes | {"number": f"{person['number']}-0", "date_of_birth": "1969-05-23"}


def _fate(person: Json) -> int:
    return _dice(person)[0] % ONE_OF


def _dice(person: Json) -> bytes:
    return hashlib.sha256(str(person["number"]).encode()).digest()
