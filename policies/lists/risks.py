"""Policies at risk as a list: what the board is filtered, sorted and exported by."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.keyset import Key
from agencyhub.lib.phones import format_phone
from agencyhub.records.lists import columns, filters, masking, registry
from agencyhub.records.lists.columns import Column, Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from agencyhub.records.lists.lookups import options
from agencyhub.records.models import Option
from policies import reasons
from policies.lists.policies import carriers
from policies.models import Risk
from policies.risk import SEVERITY
from policies.selectors.risks import SEE_COMMISSION, premium_left

SUBSCRIBER = "policy__subscriber__"
PHONES = tuple(f"{SUBSCRIBER}{one}_phone" for one in ("home", "cell", "business"))
DUE, LATER, UNPLANNED = "due", "later", "unplanned"
NEXT_CALLS: Mapping[str, Any] = {
    DUE: _("Due today or earlier"),
    LATER: _("Later"),
    UNPLANNED: _("None planned"),
}
KINDS: Mapping[str, Any] = dict(Risk.Kind.choices)
IS_OPEN = Q(closed_at__isnull=True)


def _open(user: User) -> Any:
    return Risk.objects.visible_to(user).filter(IS_OPEN)


def _client(row: Any) -> str:
    return f"{row.policy__subscriber__first_name} {row.policy__subscriber__last_name}"


def _address(row: Any) -> str:
    return f"{columns.page_of('policies:policy_list')}{row.policy_id}/"


def _phone(row: Any) -> str:
    return format_phone(next((number for name in PHONES if (number := getattr(row, name))), ""))


def _days(drawing: Drawing) -> Write:
    today = drawing.lookups.today
    return lambda row: str((row.deadline - today).days) if row.deadline else ""


def _premium_left(drawing: Drawing) -> Write:
    today = drawing.lookups.today

    def write(row: Any) -> str:
        left = premium_left(row.premium_at_stake, row.policy__effective_date, today)
        return "" if left is None else f"{left:.2f}"

    return write


def _of_commission(column: Column) -> Column:
    """The column, blank for those who may not see commissions."""

    def write(drawing: Drawing) -> Write:
        may_see = drawing.lookups.user.has_perm(SEE_COMMISSION)
        return column.write(drawing) if may_see else lambda _row: ""

    return replace(column, write=write, draw=None)


def of_next_call(parts: Sequence[str]) -> Q:
    """By the day of the next call, as of today."""
    today = timezone.localdate()
    found = {
        DUE: Q(call_on__lte=today), LATER: Q(call_on__gt=today), UNPLANNED: Q(call_on__isnull=True),
    }  # fmt: skip
    return Q.create([found[one] for one in parts], Q.OR)


def _of_kinds(kinds: Sequence[str]) -> Q:
    """By their severity, of which each has its own: what the board's index begins with."""
    return Q(severity__in=[SEVERITY[kind] for kind in kinds])


class RiskFilters(ListFilters):
    """What the board is filtered by."""

    kind = filters.Chosen(_("Risk"), KINDS, _of_kinds)
    carrier = filters.AnyOf(_("Carrier"), carriers, "policy__carrier_id", is_quick=True)
    agent = filters.OfAgent(_("Servicing agent"), "policy__servicing_agent_id", is_quick=True)
    next_call = filters.Chosen(_("Next call"), NEXT_CALLS, of_next_call)
    deadline_from = filters.Day(_("Deadline from"), "deadline", "gte")
    deadline_to = filters.Day(_("Deadline to"), "deadline", "lte")
    opened_from = filters.Day(_("At risk from"), "opened_at", "gte", is_moment=True)
    opened_to = filters.Day(_("At risk to"), "opened_at", "lte", is_moment=True)


RISKS = registry.register(
    ListKind(
        key="risks",
        title=_("At risk"),
        noun=_("policy at risk"),
        nouns=_("policies at risk"),
        model=Risk,
        url_name="policies:risk_list",
        view_permission="policies.view_risk",
        change_permission="policies.change_risk",
        visible=_open,
        is_reach=True,
        only=IS_OPEN,
        is_sparse=True,
        title_column="individual",
        columns=(
            columns.link(
                "individual", _("Individual"), _address, _client, "policy_id",
                f"{SUBSCRIBER}first_name", f"{SUBSCRIBER}last_name", css="cell-nowrap",
            ),
            columns.choice("kind", _("Risk"), Risk.Kind.choices),
            columns.value(
                "reasons", _("Why"), lambda row: " ".join(reasons.in_words(row.reasons)), "reasons"
            ),
            columns.day("deadline", _("Deadline"), "deadline"),
            columns.Column("days", _("Days left"), ("deadline",), _days, is_number=True),
            columns.Column(
                "premium_left", _("Premium left this year"),
                ("premium_at_stake", "policy__effective_date"), _premium_left,
                is_number=True, css="cell-num",
            ),
            _of_commission(columns.money("commission_at_stake", _("Annual commission"))),
            _of_commission(columns.day("commission_as_of", _("Commission as of"))),
            columns.named("carrier", _("Carrier"), "policy__carrier_id", carriers),
            columns.named(
                "coverage_type", _("Coverage type"), "policy__coverage_type_id",
                options(Option.List.COVERAGE_TYPE),
            ),
            columns.text("policy_number", _("Policy number"), "policy__policy_number"),
            columns.agent("agent", _("Servicing agent"), "policy__servicing_agent_id"),
            columns.value("phone", _("Phone"), _phone, *PHONES, mask=masking.phone),
            columns.day("as_of", _("As of"), "policy__standing__as_of"),
            columns.day("opened", _("At risk since"), "opened_at"),
            columns.day("call_on", _("Next call"), "call_on"),
            columns.value("calls", _("Calls"), lambda row: str(row.calls or ""), "calls",
                          is_number=True, css="cell-num"),
            columns.choice("last_call", _("Last call"), Risk.Call.choices),
            columns.day("last_called", _("Last called"), "last_called_at"),
            columns.text("call_note", _("Note of the last call")),
        ),
        default_columns=(
            "individual", "kind", "reasons", "deadline", "days", "premium_left",
            "commission_at_stake", "carrier", "policy_number", "agent", "as_of",
            "call_on", "last_call", "last_called",
        ),
        filters=RiskFilters,
        sorts=(
            Sort("severity", _("Most serious first"), _("Least serious first"),
                 (Key("severity"), Key("due"), Key("pk"))),
            Sort("deadline", _("Soonest deadline first"), _("Latest deadline first"),
                 (Key("due"), Key("severity"), Key("pk"))),
        ),
        default_sort="severity",
        icon="alert-triangle",
        empty_text=_("Nothing is at risk."),
    )
)  # fmt: skip
