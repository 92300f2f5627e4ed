"""The mapping studio: columns of a file beside the fields that they could fill."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.kinds import Field
from agencyhub.imports.selectors import contents
from agencyhub.imports.services import mapping
from agencyhub.lib.fields import MASK

HINTS = {
    "date": "03/14/1958, 3/14/58, 1958-03-14",
    "money": "$1,234.56",
    "yes_no": _("Yes, No, Y, N, 1, 0"),
    "phone": "(515) 555-0100",
    "zip": "50010, 50010-1234",
    "mbi": "1EG4-TE5-MK73",
    "ssn": "123-45-6789",
    "state": _("IA, Iowa"),
}


FEW = 3


@dataclass(frozen=True)
class Sample:
    """A cell of the file, what it becomes, and what is wrong with it."""

    text: str
    becomes: str = ""
    problem: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether it will look different in the records."""
        return bool(self.becomes) and self.becomes != self.text


@dataclass(frozen=True)
class Column:
    """One column of the file in the studio."""

    index: int
    header: str
    field_key: str
    why: str
    is_renamed: bool
    samples: list[Sample]
    hint: str = ""
    problem: str = ""

    @property
    def name(self) -> str:
        """Of the select that chooses the field."""
        return f"field-{self.index}"


@dataclass(frozen=True)
class Unfinished:
    """A table that some columns fill, though no new record of it can come of them."""

    noun: str
    missing: list[Field]


@dataclass(frozen=True)
class Studio:
    """What the studio shows."""

    columns: list[Column]
    fields: list[Field]
    missing: list[Field]
    ignored: int
    has_problems: bool = field(default=False)
    unfinished: list[Unfinished] = field(default_factory=list)

    @property
    def can_save(self) -> bool:
        """Whether every required field has a column, and no field has two."""
        return not self.missing and not self.has_problems

    def as_columns(self) -> list[dict[str, str]]:
        """The mapping as ``mapping.save`` takes it."""
        return [{"header": one.header, "field": one.field_key} for one in self.columns]


def open_studio(
    kind: kinds.Kind,
    proposal: mapping.Proposal,
    *,
    user: User,
    on: date,
    chosen: Mapping[str, str] | None = None,
) -> Studio:
    """Lay the proposal out, with ``chosen`` (the form as it was sent) in place of its fields.

    ``on`` is today.
    """
    fields = kind.fields_for(user)
    keys = {one.index: _key(one, chosen, fields) for one in proposal.columns}
    taken = [key for key in keys.values() if key]
    columns = [
        _column(one, keys[one.index], fields=fields, taken=taken, user=user, on=on)
        for one in proposal.columns
    ]
    return Studio(
        columns=columns,
        fields=list(fields.values()),
        missing=[one for one in fields.values() if one.required and one.key not in taken],
        ignored=sum(1 for key in keys.values() if not key),
        has_problems=any(one.problem for one in columns),
        unfinished=_unfinished(kind, taken, fields),
    )


def _unfinished(
    kind: kinds.Kind, taken: Collection[str], fields: Mapping[str, Field]
) -> list[Unfinished]:
    """The tables that may only be updated, with the fields that a new record would need."""
    found = []
    for target in kind.targets:
        is_filled = target.may_add and any(key in taken for key in target.field_keys)
        lacking = [fields[key] for key in target.required if key not in taken and key in fields]
        lacking = [one for one in lacking if not one.required]
        if is_filled and lacking:
            found.append(Unfinished(target.noun, lacking))
    return found


def _key(
    one: mapping.ProposedColumn, chosen: Mapping[str, str] | None, fields: Mapping[str, Field]
) -> str:
    key = one.field_key if chosen is None else chosen.get(f"field-{one.index}", "")
    return key if key in fields else ""


def _column(
    one: mapping.ProposedColumn,
    key: str,
    *,
    fields: Mapping[str, Field],
    taken: list[str],
    user: User,
    on: date,
) -> Column:
    samples = [Sample(text) for text in one.samples]
    if key:
        shown = contents.shown(fields[key], one.samples, user=user, on=on)
        samples = [
            _masked(text, becomes)
            if fields[key].type.is_masked
            else Sample(text, becomes.text, becomes.problem)
            for text, becomes in zip(one.samples, shown, strict=True)
        ]
    is_twice = bool(key) and taken.count(key) > 1
    return Column(
        index=one.index,
        header=one.header,
        field_key=key,
        why=one.why if key == one.field_key else "",
        is_renamed=one.is_renamed and key == one.field_key,
        samples=_telling(samples),
        hint=str(HINTS.get(fields[key].type.name, "")) if key else "",
        problem=gettext("Two columns fill “%(label)s”. Keep one of them.")
        % {"label": fields[key].label}
        if is_twice
        else "",
    )


def _masked(text: str, becomes: contents.Shown) -> Sample:
    """A number that people see the last four of; what cannot be read is no such number."""
    return Sample(text if becomes.problem else MASK + text[-4:], "", becomes.problem)


def _telling(samples: list[Sample]) -> list[Sample]:
    """The first few cells, and of the others those that cannot be read."""
    bad = [one for one in samples[FEW:] if one.problem]
    return [*samples[:FEW], *bad[:FEW]]
