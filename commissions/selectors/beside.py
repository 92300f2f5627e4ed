"""An application beside what may belong to it: field by field, with differences marked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from agencyhub.lib.templatetags.ui import us_date, usd
from agencyhub.lib.text import name_key, zip5
from commissions.models import Application, BookRow, CommissionLine
from commissions.models.insured import Insured
from policies.numbers import number_key, read_plan_id

SAME, DIFFERENT, MISSING, NOTHING = "same", "different", "missing", ""
Say = Callable[[Any], str]
Agree = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Cell:
    """What one side says, and how it compares with the application."""

    text: str
    mark: str = NOTHING

    @property
    def is_different(self) -> bool:
        return self.mark == DIFFERENT


@dataclass(frozen=True)
class FieldRow:
    """One field: what the application says, and what each of the others says."""

    label: Any
    own: str
    others: list[Cell]

    @property
    def is_different(self) -> bool:
        """Whether anybody contradicts the application."""
        return any(one.is_different for one in self.others)


@dataclass(frozen=True)
class _Field:
    """How a field is read from the application and from the others, and when the two agree."""

    label: Any
    own: Say
    other: Say
    agree: Agree


def table(application: Application, others: Sequence[Insured]) -> list[FieldRow]:
    """Compare an application with book rows and commission lines; what nobody says is left out."""
    rows = []
    for field in FIELDS:
        own = field.own(application)
        cells = [_cell(field, own, application, one) for one in others]
        if own or any(one.text for one in cells):
            rows.append(FieldRow(field.label, own, cells))
    return rows


def _cell(field: _Field, own: str, application: Application, other: Insured) -> Cell:
    text = field.other(other)
    if not text:
        return Cell("", MISSING if own else NOTHING)
    if not own:
        return Cell(text)
    return Cell(text, SAME if field.agree(application, other) else DIFFERENT)


def _alike(label: Any, say: Say, key: Callable[[Any], Any] | None = None) -> _Field:
    """A field that every side has: its values agree when their keys, else their words, do."""
    of = key or say
    return _Field(label, say, say, lambda one, other: of(one) == of(other))


def _only(label: Any, say: Say) -> _Field:
    """A field that the application has not."""
    return _Field(label, lambda _one: "", say, lambda _one, _other: True)


def _name(one: Insured) -> str:
    return " ".join(filter(None, (one.first_name, one.middle_name, one.last_name, one.suffix)))


def _agent(one: Insured) -> str:
    return one.agent.full_name if one.agent else one.agent_name


def _day(value: date | None) -> str:
    return str(us_date(value)) if value else ""


def _plan(one: Insured) -> str:
    return one.plan_id or one.plan_name


def _numbers(one: Any) -> list[str]:
    """Every number by which a source may call the policy."""
    names = ("policy_number", "confirmation_number", "member_id", "application_number")
    return list(dict.fromkeys(filter(None, (getattr(one, name, "") for name in names))))


def _share_a_number(one: Any, other: Any) -> bool:
    keys = ({number_key(text) for text in _numbers(side)} for side in (one, other))
    return bool(next(keys) & next(keys))


def _status(one: Any) -> str:
    if not isinstance(one, BookRow):
        return ""
    words = str(one.get_status_display())
    return f"{words} (“{one.carrier_status}”)" if one.carrier_status else words


def _termination(one: Any) -> str:
    return _day(one.termination_date) if isinstance(one, BookRow) else ""


def _paid(one: Any) -> str:
    if not isinstance(one, CommissionLine):
        return ""
    when = _day(one.paid_date or one.statement_date)
    return " · ".join(filter(None, (str(usd(one.amount)), str(one.get_kind_display()), when)))


def _said_numbers(one: Any) -> str:
    return ", ".join(_numbers(one))


FIELDS = (
    _alike(_("Name"), _name, lambda one: (one.first_name_key, one.last_name_key)),
    _alike(_("Date of birth"), lambda one: _day(one.date_of_birth)),
    _alike(_("MBI"), lambda one: one.masked_mbi),
    _alike(
        _("Carrier"),
        lambda one: one.carrier_words,
        lambda one: one.carrier_id or name_key(one.carrier_name),
    ),
    _Field(_("Numbers"), _said_numbers, _said_numbers, _share_a_number),
    _alike(_("Plan"), _plan, lambda one: name_key(read_plan_id(_plan(one)))),
    _alike(_("Sub-line"), lambda one: str(one.get_line_display()) if one.line else ""),
    _alike(_("Effective"), lambda one: _day(one.effective_date)),
    _alike(_("State"), lambda one: one.state),
    _alike(_("ZIP code"), lambda one: one.zip_code, lambda one: zip5(one.zip_code)),
    _alike(_("Agent"), _agent, lambda one: one.agent_id or name_key(one.agent_name)),
    _only(_("Carrier’s status"), _status),
    _only(_("Terminates"), _termination),
    _only(_("Paid"), _paid),
)
