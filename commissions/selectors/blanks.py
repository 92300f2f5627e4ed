"""Important fields that are blank, and why: expected, or for somebody to fill."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commissions.models import Application

LABELS: dict[str, Any] = {
    "carrier": gettext_lazy("Carrier"),
    "agent": gettext_lazy("Agent"),
    "line": gettext_lazy("Sub-line"),
    "last_name": gettext_lazy("Last name"),
    "first_name": gettext_lazy("First name"),
    "date_of_birth": gettext_lazy("Date of birth"),
    "mbi": gettext_lazy("MBI"),
    "plan_id": gettext_lazy("CMS plan ID"),
    "effective_date": gettext_lazy("Effective date"),
    "submitted_at": gettext_lazy("Submitted"),
    "state": gettext_lazy("State"),
    "zip_code": gettext_lazy("ZIP code"),
}
"""The fields that a match or a person needs."""

WITHHELD = {"date_of_birth", "mbi", "email", "phone", "line_1", "city", "state", "zip_code"}
NEEDS = (
    "source", "sharing", "carrier_id", "carrier_name", "agent_id", "agent_name", "agent_npn",
    "agent_number", "plan_type", "mbi_tail", "mbi_index", "line",
)  # fmt: skip
"""The columns that the reasons are made of."""

_TEXTS = ("line", "last_name", "first_name", "plan_id", "state", "zip_code")
_SOURCES: dict[str, Any] = dict(Application.Source.choices)
_NO_CMS_ID = ("med_supp", "other")


def is_blank(name: str) -> Q:
    """The applications in which an important field is blank."""
    if name == "plan_id":
        return Q(plan_id="") & ~Q(line__in=_NO_CMS_ID)
    if name == "mbi":
        return Q(mbi_index__isnull=True)
    return Q(**{name: ""}) if name in _TEXTS else Q(**{f"{name}__isnull": True})


def why_blank(name: str, row: Any) -> str:
    """Say why a field of ``row`` (which has ``NEEDS``) is blank; blank when it need not be told."""
    if name == "plan_id" and row.line in _NO_CMS_ID:
        return ""
    if name in _SPECIAL and (said := _SPECIAL[name](row)):
        return said
    if row.sharing == Application.Sharing.LIMITED and name in WITHHELD:
        return _("Independent agent: the partner withholds it")
    if row.source == Application.Source.MANUAL:
        return _("Not entered")
    return str(_("%s did not tell it") % _SOURCES.get(row.source, row.source))


def _carrier(row: Any) -> str:
    if not row.carrier_name:
        return ""
    return str(_("No carrier goes by “%s” yet") % row.carrier_name)


def _agent(row: Any) -> str:
    told = row.agent_name or row.agent_npn or row.agent_number
    return _("No agent is known as “%s”") % told if told else ""


def _line(row: Any) -> str:
    return _("The plan type “%s” says no line") % row.plan_type if row.plan_type else ""


def _mbi(row: Any) -> str:
    return _("Masked by the source: only the end is known") if row.mbi_tail else ""


_SPECIAL: dict[str, Callable[[Any], str]] = {
    "carrier": _carrier,
    "agent": _agent,
    "line": _line,
    "mbi": _mbi,
}
