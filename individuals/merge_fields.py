"""The fields of two individuals side by side: which value is better, and taking the chosen ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from agencyhub.lib.phones import format_phone
from agencyhub.records import custom
from agencyhub.records.models import CustomField
from individuals import merging
from individuals.merging import Side
from individuals.models import Individual

FIELDS = (
    "title", "first_name", "middle_name", "last_name", "suffix", "nickname", "date_of_birth",
    "gender", "language", "deceased_date", "home_phone", "cell_phone", "business_phone", "email",
    "mbi", "part_a_effective_date", "part_b_effective_date", "type", "status", "servicing_agent",
)  # fmt: skip
MEANINGS = {"client": 2, "lead": 1}
MBI_COLUMNS = ("mbi", "mbi_index", "mbi_tail")


@dataclass(frozen=True)
class FieldRow:
    """One field of both as ``components/compare.html`` draws it; no ``name``: nothing to choose."""

    label: str
    left: str
    right: str
    is_different: bool
    name: str = ""
    chosen: str = ""


def rows(
    left: Individual,
    right: Individual,
    *,
    custom_fields: Iterable[CustomField],
    chosen: Mapping[str, str] | None = None,
) -> list[FieldRow]:
    """Every field that one of the two has a value in; the better value is chosen beforehand."""
    sides = choose(left, right, custom_fields=custom_fields, wishes=chosen or {})
    found = []
    for name in FIELDS:
        label = str(Individual._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        texts = (_text(left, name), _text(right, name))
        is_different = not _are_equal(name, left, right)
        found.append(_row(label, texts, name, sides.get(name), is_different=is_different))
    for field in custom_fields:
        texts = tuple(custom.show(field, one.custom.get(field.key)) for one in (left, right))  # type: ignore[assignment]
        name = custom.PREFIX + field.key
        found.append(
            _row(field.label, texts, name, sides.get(name), is_different=texts[0] != texts[1])
        )
    return [row for row in found if row.left or row.right]


def _row(
    label: str, texts: tuple[str, str], name: str, side: Side | None, *, is_different: bool
) -> FieldRow:
    words = label[:1].upper() + label[1:]
    if not is_different:
        return FieldRow(words, *texts, is_different=False)
    return FieldRow(words, *texts, is_different=True, name=name, chosen=side or Side.LEFT)


def choose(
    left: Individual,
    right: Individual,
    *,
    custom_fields: Iterable[CustomField],
    wishes: Mapping[str, str],
) -> dict[str, Side]:
    """Which side each differing field comes from: what somebody wished, else the better value.

    Custom values of fields that are not in ``custom_fields`` go by the rule, whatever is wished.
    """
    is_newer = right.updated_at > left.updated_at
    offered = {*FIELDS, *(custom.PREFIX + field.key for field in custom_fields)}
    sides = {}
    for name in FIELDS:
        if not _are_equal(name, left, right):
            better = _RULES.get(name, _better)
            sides[name] = better(name, left, right, right_is_newer=is_newer)
    for key in sorted({*left.custom, *right.custom}):
        values = left.custom.get(key), right.custom.get(key)
        if values[0] != values[1]:
            sides[custom.PREFIX + key] = merging.better(*values, right_is_newer=is_newer)
    wished = {name: Side(side) for name, side in wishes.items() if side in set(Side)}
    return {
        name: wished.get(name, side) if name in offered else side for name, side in sides.items()
    }


def take(left: Individual, right: Individual, sides: Mapping[str, Side]) -> list[str]:
    """Put the chosen values of ``right`` into ``left`` (not saved); answer the columns changed."""
    columns: list[str] = []
    values = dict(left.custom)
    for name, side in sides.items():
        if side is Side.LEFT:
            continue
        if name in FIELDS:
            for column in MBI_COLUMNS if name == "mbi" else (_column(name),):
                setattr(left, column, getattr(right, column))
                columns.append(column)
            continue
        key = name.removeprefix(custom.PREFIX)
        values.pop(key, None)
        if key in right.custom:
            values[key] = right.custom[key]
    if values != left.custom:
        left.custom = values
        columns.append("custom")
    return columns


def _better(name: str, left: Individual, right: Individual, *, right_is_newer: bool) -> Side:
    values = getattr(left, _column(name)), getattr(right, _column(name))
    return merging.better(*values, right_is_newer=right_is_newer)


def _better_type(name: str, left: Individual, right: Individual, *, right_is_newer: bool) -> Side:
    """A client is a client, whatever a newer record says."""
    ranks = [MEANINGS.get(one.type.meaning, 0) if one.type else -1 for one in (left, right)]
    if ranks[0] != ranks[1]:
        return Side.RIGHT if ranks[1] > ranks[0] else Side.LEFT
    return _better(name, left, right, right_is_newer=right_is_newer)


def _better_mbi(_name: str, left: Individual, right: Individual, *, right_is_newer: bool) -> Side:
    """A full MBI is better than its last characters."""
    if bool(left.mbi) != bool(right.mbi):
        return Side.RIGHT if right.mbi else Side.LEFT
    return merging.better(left.mbi_tail, right.mbi_tail, right_is_newer=right_is_newer)


_RULES = {"mbi": _better_mbi, "type": _better_type}


def _are_equal(name: str, left: Individual, right: Individual) -> bool:
    if name == "mbi":
        if left.mbi_index is not None and right.mbi_index is not None:
            return bytes(left.mbi_index) == bytes(right.mbi_index)
        return (bool(left.mbi), left.mbi_tail) == (bool(right.mbi), right.mbi_tail)
    return bool(getattr(left, _column(name)) == getattr(right, _column(name)))


def _column(name: str) -> str:
    field: Any = Individual._meta.get_field(name)
    return str(field.attname)


def _text(person: Individual, name: str) -> str:
    """A value as a screen may show it."""
    if name == "mbi":
        return _mbi_text(person)
    value = getattr(person, name)
    field: Any = Individual._meta.get_field(name)
    if value in (None, ""):
        return ""
    if field.choices:
        return str(getattr(person, f"get_{name}_display")())
    if isinstance(value, date):
        return f"{value:%m/%d/%Y}"
    if name.endswith("_phone"):
        return format_phone(value)
    return str(getattr(value, "full_name", value))


def _mbi_text(person: Individual) -> str:
    if not person.mbi_tail:
        return ""
    known = gettext("known in full") if person.mbi else gettext("last characters only")
    return f"{person.masked_mbi} ({known})"
