"""How the sandbox's PlanCompare behaves: its own data and the ways it can misbehave."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

LONGEST_DELAY_SECONDS = 3600
PLAN_YEARS = range(2020, 2101)
BAD_DATA = {
    "none": "Good data",
    "bad_json": "Bad JSON (cut off)",
    "missing_field": "A missing field (plan.carrier_name)",
    "unknown_plan_type": "An unknown plan type",
    "bad_date": "A date that does not exist",
    "too_large": "A 5 MB body",
    "wrong_key": "A wrong X-API-Key",
}
HANDOFF_FIELDS = (
    "partner_id", "username", "record_type", "record_id", "zip", "first_name", "last_name",
    "date_of_birth", "mbi", "part_a_effective_date", "part_b_effective_date", "email", "phone",
    "address_1", "address_2", "city", "state", "plan_year",
)  # fmt: skip


class BehaviourError(ValueError):
    """Settings that make no sense; ``errors`` maps each to what is wrong."""

    def __init__(self, errors: dict[str, str]):
        super().__init__(" ".join(f"{name}: {words}" for name, words in errors.items()))
        self.errors = errors


@dataclass(frozen=True)
class Behaviour:
    """Every setting of the site; the defaults are a partner that behaves."""

    hub: str = "http://127.0.0.1:8000"
    partner_id: str = "SB-PARTNER-1"
    usernames: tuple[str, ...] = ("*.pc",)
    open_years: tuple[int, ...] = (2027, 2026)
    field_map: dict[str, str] = field(default_factory=dict)
    paused: bool = False
    duplicates: int = 0
    duplicates_concurrent: bool = False
    reorder: int = 0
    lost_answers: int = 0
    bad_data: str = "none"
    delay_seconds: float = 0.0
    envelope: bool = False
    envelope_size: int = 10

    def knows_username(self, username: str) -> bool:
        """Say whether an agent may sign in; capitals do not matter, ``*`` is anything."""
        wanted = username.lower()
        return any(fnmatchcase(wanted, pattern.lower()) for pattern in self.usernames)

    def field_name(self, name: str) -> str:
        """Say what a hand-off field is called on the wire."""
        return self.field_map.get(name, name)

    def as_json(self) -> dict[str, Any]:
        """Show the settings as JSON values."""
        return asdict(self) | {
            "usernames": list(self.usernames),
            "open_years": list(self.open_years),
        }


def change(current: Behaviour, changes: Mapping[str, Any]) -> Behaviour:
    """Apply changes given as JSON values; all of them or none.

    Raises:
        BehaviourError: an unknown setting, or a value that makes no sense.
    """
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in changes.items():
        if name not in _READERS:
            errors[name] = f"Unknown setting; there are {', '.join(_READERS)}."
            continue
        try:
            values[name] = _READERS[name](value)
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise BehaviourError(errors)
    return replace(current, **values)


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            msg = f"Give a whole number from {least} to {most}."
            raise ValueError(msg)
        return value

    return read


def _flag(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    msg = "Give true or false."
    raise ValueError(msg)


def _seconds(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0 <= value <= LONGEST_DELAY_SECONDS:
        return float(value)
    msg = f"Give seconds from 0 to {LONGEST_DELAY_SECONDS}."
    raise ValueError(msg)


def _hub(value: Any) -> str:
    parts = urlsplit(value if isinstance(value, str) else "")
    _ = parts.port  # raises ValueError when it is no port
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        msg = "Give an address such as http://127.0.0.1:8000."
        raise ValueError(msg)
    return str(value).rstrip("/")


def _partner_id(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[\w.-]{1,100}", value):
        msg = "Give letters, digits, dots and dashes."
        raise ValueError(msg)
    return value


def _usernames(value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else []
    names = [name.strip() for name in names if isinstance(name, str) and name.strip()]
    if not names:
        msg = "Give at least one username; * stands for anything."
        raise ValueError(msg)
    return tuple(names)


def _years(value: Any) -> tuple[int, ...]:
    years = value if isinstance(value, list) else []
    if not years or any(type(year) is not int or year not in PLAN_YEARS for year in years):
        msg = "Give years such as 2027, 2026."
        raise ValueError(msg)
    return tuple(sorted(set(years), reverse=True))


def _field_map(value: Any) -> dict[str, str]:
    pairs = value.items() if isinstance(value, dict) else [("", value)]
    for ours, theirs in pairs:
        if ours not in HANDOFF_FIELDS or not isinstance(theirs, str) or not theirs.strip():
            msg = f'Give {{"zip": "ZipCode"}} or the like, of {", ".join(HANDOFF_FIELDS)}.'
            raise ValueError(msg)
    wire = [value.get(name, name) for name in HANDOFF_FIELDS]
    if len(set(wire)) < len(wire):
        msg = "Two fields would have the same name."
        raise ValueError(msg)
    return dict(value)


def _bad_data(value: Any) -> str:
    if not isinstance(value, str) or value not in BAD_DATA:
        msg = f"Choose one of {', '.join(BAD_DATA)}."
        raise ValueError(msg)
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "hub": _hub,
    "partner_id": _partner_id,
    "usernames": _usernames,
    "open_years": _years,
    "field_map": _field_map,
    "paused": _flag,
    "duplicates": _whole(0, 20),
    "duplicates_concurrent": _flag,
    "reorder": _whole(0, 500),
    "lost_answers": _whole(0, 20),
    "bad_data": _bad_data,
    "delay_seconds": _seconds,
    "envelope": _flag,
    "envelope_size": _whole(1, 500),
}
