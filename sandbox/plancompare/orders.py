"""Read what generated enrollments are wished for. Pure rules."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.plancompare import catalogue, profile
from sandbox.plancompare.behaviour import PLAN_YEARS, BehaviourError
from sandbox.plancompare.enrollments import Order, default_effective_date

MOST_AT_ONCE = 20_000
SITES = ("broker", "call_center")
NAMES = (
    "count", "seed", "first", "username", "site", "plan_year", "plan_type",
    "submission_date", "application_effective_date", "overrides",
)  # fmt: skip


def read_order(wish: Mapping[str, Any], *, plan_year: int, today: date) -> Order:
    """Check a wish, filling in what it leaves open.

    Raises:
        BehaviourError: naming every value that makes no sense.
    """
    errors = {name: f"Unknown; there are {', '.join(NAMES)}." for name in set(wish) - set(NAMES)}
    year = wish.get("plan_year", plan_year)
    texts = {
        "username": wish.get("username", "agent1.pc"),
        "submission_date": wish.get("submission_date", today.isoformat()),
    }
    errors |= _number_errors(dict(wish) | {"plan_year": year})
    errors |= {n: "Give a text." for n, text in texts.items() if not isinstance(text, str)}
    if wish.get("site", "broker") not in SITES:
        errors["site"] = f"Choose one of {', '.join(SITES)}."
    if wish.get("plan_type", "") not in ("", *catalogue.PLAN_TYPES):
        errors["plan_type"] = f"Choose one of {', '.join(catalogue.PLAN_TYPES)}."
    overrides = wish.get("overrides", {})
    if not isinstance(overrides, dict):
        errors["overrides"] = "Give an object laid over every enrollment."
    elif any(not isinstance(overrides.get(name, {}), dict) for name in ("beneficiary", "plan")):
        errors["overrides"] = "Beneficiary and plan must stay objects."
    for name in ("submission_date", "application_effective_date"):
        if name in wish and not (isinstance(wish[name], str) and profile.is_date(wish[name])):
            errors[name] = "Give a date written YYYY-MM-DD; bad ones go into overrides."
    if errors:
        raise BehaviourError(errors)
    effective = wish.get("application_effective_date")
    return Order(
        count=wish.get("count", 1),
        seed=wish.get("seed", 1),
        first=wish.get("first", 1),
        username=texts["username"],
        site=wish.get("site", "broker"),
        plan_year=year,
        plan_type=wish.get("plan_type", ""),
        submission_date=date.fromisoformat(texts["submission_date"]),
        effective_date=(
            date.fromisoformat(effective) if effective else default_effective_date(year, today)
        ),
        overrides=wish.get("overrides", {}),
    )


def _number_errors(wish: Mapping[str, Any]) -> dict[str, str]:
    limits = {
        "count": (1, MOST_AT_ONCE),
        "seed": (0, 10**9),
        "first": (0, 10**9),
        "plan_year": (PLAN_YEARS.start, PLAN_YEARS.stop - 1),
    }
    return {
        name: f"Give a whole number from {least} to {most}."
        for name, (least, most) in limits.items()
        if name in wish and (type(wish[name]) is not int or not least <= wish[name] <= most)
    }
