"""Options of account structures, which every carrier builds otherwise. Pure.

Where Noyo says which fields matter, those lists are read; else every list of objects is one
category. What identifies an option and what names it is told by the endings of its fields.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from integrations.noyo.reader import as_text
from integrations.noyo.told import MappedField, Record

ID_ENDINGS = ("identifier", "number", "key", "id", "code")
LABEL_ENDINGS = ("name", "description", "label")
STATUS_ENDINGS = ("status",)
CLOSED = ("closed", "inactive", "terminated", "discontinued", "canceled", "cancelled")
ACCOUNT_STRUCTURE = "account_structure"
LONGEST_KEY, LONGEST_LABEL, LONGEST_CATEGORY = 400, 200, 80


@dataclass(frozen=True)
class Option:
    """One option of a category; see ``CarrierOption``."""

    category: str
    key: str
    identifiers: Mapping[str, str]
    label: str
    parts: Mapping[str, str]
    is_open: bool


def read_options(structure: Record, fields: Sequence[MappedField]) -> list[Option]:
    """Every option once, in the carrier's order; two with the same IDs are told apart by name."""
    found: dict[tuple[str, str], Option] = {}
    for category, items, ids in _categories(structure, fields):
        for item in items:
            option = _option(category, item, ids)
            known = found.get((category, option.key))
            if known is not None and known.parts != option.parts:
                option = _option(category, item, [*ids, *_with(item, LABEL_ENDINGS)])
            found.setdefault((category, option.key), option)
    return list(found.values())


def read_values(structure: Record) -> dict[str, str]:
    """What is told once for the whole group, such as the master agreement number."""
    return {
        name: as_text(value)
        for name, value in structure.items()
        if not isinstance(value, list | dict)
    }


def _categories(
    structure: Record, fields: Sequence[MappedField]
) -> Iterator[tuple[str, list[Record], list[str]]]:
    """Each category with its items, and the fields that Noyo names as theirs."""
    mapped: dict[str, list[str]] = {}
    for field in fields:
        if field.mapping_type == ACCOUNT_STRUCTURE:
            mapped.setdefault(field.object_name, []).append(field.mapped_field)
    for name, told in structure.items():
        if mapped and name not in mapped:
            continue
        items = told if isinstance(told, list) else [told] if isinstance(told, dict) else []
        # A list of bare texts is a list of IDs.
        objects: list[Record] = [
            item if isinstance(item, dict) else {f"{name}_id": item} for item in items
        ]
        if objects:
            yield name[:LONGEST_CATEGORY], objects, mapped.get(name, [])


def _option(category: str, item: Record, ids: Sequence[str]) -> Option:
    parts = {
        name: json.dumps(value, sort_keys=True)
        if isinstance(value, list | dict)
        else as_text(value)
        for name, value in item.items()
    }
    names = dict.fromkeys([*(name for name in ids if name in parts), *_with(item, ID_ENDINGS)])
    labels = [parts[name] for name in _with(item, LABEL_ENDINGS) if parts[name]]
    identifiers = {name: parts[name] for name in names}
    states = [parts[name].lower() for name in _with(item, STATUS_ENDINGS)]
    return Option(
        category=category,
        key=_key(identifiers or {"label": labels[0] if labels else json.dumps(parts)}),
        identifiers=identifiers,
        label=(labels or [""])[0][:LONGEST_LABEL],
        parts=parts,
        is_open=not any(state in CLOSED for state in states),
    )


def _key(identifiers: Mapping[str, str]) -> str:
    """All IDs in one text. A blank one counts only where all are: new fields begin blank."""
    told = {name: value for name, value in identifiers.items() if value} or dict(identifiers)
    key = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _with(item: Record, endings: Sequence[str]) -> list[str]:
    """The item's fields with one of the endings, in the order of the endings."""
    return [
        name for ending in endings for name in item if name == ending or name.endswith(f"_{ending}")
    ]
