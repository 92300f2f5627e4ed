"""Thousands of groups that are made up as they are asked for: nothing of them is kept."""

import uuid
from collections.abc import Sequence

from sandbox.noyo.records import Json
from sandbox.noyo.samples import GUARDIAN
from sandbox.noyo.structures import Plan, connection_of, plan_of, plan_year_of

LINES = ("medical", "dental", "vision", "life")
KINDS = {"medical": "ppo", "dental": "ppo", "life": "basic"}
PLANS_OF_A_LINE = 5
MOST = 100_000
_GROUP, _PLAN, _YEAR, _CONNECTION, _CONFIGURATION = range(1, 6)
_MADE = 1_767_225_600


class Crowd:
    """So many groups with twenty plans each; a changed one tells new versions."""

    def __init__(self, size: int = 0, year: int = 2026):
        self.size = size
        self._year = year
        self.changed: dict[int, int] = {}

    def number(self, record_id: str) -> int | None:
        """Which group an ID belongs to; ``None``: to none of these."""
        try:
            value = uuid.UUID(record_id).int
        except ValueError:
            return None
        kind, number = value >> 96, (value >> 32) & 0xFFFFFFFF
        return number if _GROUP <= kind <= _CONFIGURATION and number < self.size else None

    def groups(self, offset: int, size: int) -> list[Json]:
        """A part of the groups."""
        return [self.group(one) for one in range(offset, min(offset + size, self.size))]

    def group(self, number: int) -> Json:
        """One group."""
        told = {"name": f"Sample Works {number:05}", "federal_ein": f"{number:09}"}
        return self._stamped(_GROUP, number, 0) | told

    def connections(self, offset: int, size: int) -> list[Json]:
        """A part of the connections: each group has one."""
        return [self._connection(one) for one in range(offset, min(offset + size, self.size))]

    def configurations(self, number: int) -> list[Json]:
        """The account structure of one group."""
        classes = [
            {"benefit_class_name": f"Class {one}", "benefit_class_identifier": f"{one:04}",
             "benefit_subclass_identifier": ""}
            for one in (1, 2)
        ]  # fmt: skip
        told = self._stamped(_CONFIGURATION, number, 0)
        return [
            {
                "id": told["id"],
                "version": told["version"],
                "group_id": _id(_GROUP, number, 0),
                "carrier_id": GUARDIAN,
                "carrier_group_id": f"{number:08}",
                "configuration": {"benefit_classes": classes},
            }
        ]

    def plans(self, number: int) -> list[Json]:
        """The twenty plans of one group."""
        return [
            self._stamped(_PLAN, number, row * PLANS_OF_A_LINE + one)
            | plan_of(
                Plan(line, f"{line.title()} {one + 1}", f"{line[:3].upper()}{one + 1}",
                     KINDS.get(line, "")),
                GUARDIAN, _id(_YEAR, number, row), (f"{self._year - 1}-01-01", "9999-12-31"),
                class_key="benefit_class_identifiers",
            )
            for row, line in enumerate(LINES)
            for one in range(PLANS_OF_A_LINE)
        ]  # fmt: skip

    def plan_years(self, number: int) -> list[Json]:
        """The lines of one group."""
        group_id = _id(_GROUP, number, 0)
        return [
            self._stamped(_YEAR, number, row) | plan_year_of(group_id, GUARDIAN, line, self._year)
            for row, line in enumerate(LINES)
        ]

    def change(self, numbers: Sequence[int]) -> None:
        """Let the carrier change these groups' plans."""
        for number in numbers:
            self.changed[number] = self.changed.get(number, 0) + 1

    def _connection(self, number: int) -> Json:
        group_id, name = _id(_GROUP, number, 0), f"Sample Works {number:05}"
        told = connection_of(group_id, name, GUARDIAN, f"{number:08}", "completed")
        return self._stamped(_CONNECTION, number, 0) | told

    def _stamped(self, kind: int, number: int, part: int) -> Json:
        changes = self.changed.get(number, 0) if kind == _PLAN and not part else 0
        told: Json = {"id": _id(kind, number, part)}
        told["version"] = str(
            uuid.UUID(int=(kind + 16 << 96) | (number << 32) | part << 8 | changes)
        )
        return told | {"created": _MADE, "modified": _MADE + changes}


def _id(kind: int, number: int, part: int) -> str:
    return str(uuid.UUID(int=(kind << 96) | (number << 32) | part))
