"""EOI requests as lists: those that wait for a decision, and those that are decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.db import AnyOf, NameKey
from agencyhub.lib.keyset import Key
from agencyhub.lib.pks import read_pk
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns, filters, registry
from agencyhub.records.lists.columns import Column, Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from agencyhub.records.lists.lookups import Lookups
from eoi import ageing
from eoi.models import EoiRequest
from eoi.selectors.board import OUTCOME_LOOKS
from groups.models import Benefit, EmployerGroup, GroupPlan
from policies.selectors.carriers import carrier_choices

UNKNOWN = "unknown"
EMPLOYEE, ELECTION = "employee__", "election__"
DEPENDENT = ("election__dependent__first_name", "election__dependent__last_name")
BANDS: Mapping[str, Any] = {band.key: band.label for band in ageing.BANDS}
FORMS: Mapping[str, Any] = dict(EoiRequest.Form.choices)
COVERS: Mapping[str, Any] = dict(Benefit.Covers.choices)
STATUSES: Mapping[str, Any] = dict(EoiRequest.Status.choices)


def in_bands(chosen: Sequence[str]) -> Q:
    """Requests whose age today is in one of these bands."""
    today, wanted = timezone.localdate(), Q(pk__in=())
    for band in ageing.BANDS:
        if band.key in chosen:
            after, until = ageing.opened_between(band, today)
            wanted |= Q(opened_date__gt=after, opened_date__lte=until)
    return wanted


def _of_carriers(chosen: Sequence[Any]) -> Q:
    """Requests that this carrier decides on: of the plan asked for, else of the one in force."""
    plans = _keys(GroupPlan.objects.filter(carrier__in=[one for one in chosen if one != UNKNOWN]))
    asked = Q(AnyOf("election__requested_plan", plans))
    found = asked | Q(AnyOf("election__plan", plans), election__requested_plan__isnull=True)
    if UNKNOWN in chosen:
        found |= Q(election__requested_plan__isnull=True, election__plan__isnull=True)
    return found


def _covering(chosen: Sequence[Any]) -> Q:
    """Requests for coverage of employees, spouses or children."""
    return Q(AnyOf("election__benefit", _keys(Benefit.objects.filter(covers__in=chosen))))


def _keys(rows: QuerySet[Any]) -> list[int]:
    """The keys of a few rows: with them PostgreSQL knows from the start how rare a choice is."""
    return list(rows.values_list("pk", flat=True))


def _groups(lookups: Lookups) -> Mapping[Any, str]:
    rows = EmployerGroup.objects.visible_to(lookups.user).order_by("name_key", "pk")
    return dict(rows.values_list("pk", "name"))


def _carriers(lookups: Lookups) -> Mapping[Any, str]:
    return {**dict(lookups.get(carrier_choices)), UNKNOWN: gettext("Not known")}


def _read_carrier(text: str) -> Any:
    return text if text == UNKNOWN else read_pk(text)


def _last_name(text: str) -> Q:
    return Q(employee__last_name_key__startswith=NameKey(Value(text)))


class EoiFilters(ListFilters):
    """What requests are filtered by, open or not."""

    group = filters.AnyOf(_("Employer group"), _groups, "group_id", is_quick=True)
    carrier = filters.AnyOf(
        _("Carrier"), _carriers, _of_carriers, read=_read_carrier, is_quick=True
    )
    covers = filters.Chosen(_("Coverage of"), COVERS, _covering)
    opened_from = filters.Day(_("Asked for from"), "opened_date", "gte")
    opened_to = filters.Day(_("Asked for to"), "opened_date", "lte")
    last_name = filters.Words(_("Employee’s last name starts with"), _last_name, is_private=True)


class OpenFilters(EoiFilters):
    """What the board is filtered by."""

    age = filters.Chosen(_("Waiting"), BANDS, in_bands)
    form = filters.Chosen(_("Health form"), FORMS, "form_status", is_quick=True)
    expiry = filters.YesNo(_("Expiry proposed"), lambda: Q(is_expiry_proposed=True))


class ClosedFilters(EoiFilters):
    """What decided requests are filtered by."""

    status = filters.Chosen(_("Outcome"), STATUSES, "status", is_quick=True)
    closed_from = filters.Day(_("Decided from"), "closed_at", "gte", is_moment=True)
    closed_to = filters.Day(_("Decided to"), "closed_at", "lte", is_moment=True)


def _employee(row: Any) -> str:
    return f"{row.employee__last_name}, {row.employee__first_name}"


def _dependent(row: Any) -> str:
    names = (row.election__dependent__first_name, row.election__dependent__last_name)
    return " ".join(filter(None, names))


def _address(row: Any) -> str:
    return f"{columns.page_of('eoi:request_list')}{row.pk}/"


def _age(drawing: Drawing) -> Write:
    today = drawing.lookups.today
    return lambda row: str(ageing.business_days(row.opened_date, today))


def _plan(row: Any) -> str:
    return row.election__requested_plan__name or row.election__plan__name or ""


def _amount(key: str, label: Any, name: str) -> Column:
    """An amount of coverage, read along a relation."""

    def read(row: Any) -> str:
        amount = getattr(row, name)
        return "" if amount is None else f"{amount:.2f}"

    draw = lambda _drawing: lambda row: str(ui.usd(getattr(row, name)))  # noqa: E731
    return columns.value(key, label, read, name, draw=draw, css="cell-num", is_number=True)


def _benefit(_drawing: Drawing) -> Write:
    return lambda row: columns.with_sub(row.election__benefit__name, _dependent(row))


def _outcome(_drawing: Drawing) -> Write:
    drawn = {
        str(key): ui.badge(STATUSES[key], tone, icon) for key, (tone, icon) in OUTCOME_LOOKS.items()
    }
    return lambda row: drawn[row.status]


WHO = (
    columns.link(
        "employee", _("Employee"), _address, _employee,
        f"{EMPLOYEE}first_name", f"{EMPLOYEE}last_name", "group__name",
        sub=lambda row: row.group__name,
    ),
    columns.text("subscriber_id", _("Subscriber ID"), f"{EMPLOYEE}external_id"),
    columns.value("request_id", _("Request ID"), lambda row: str(row.pk), "pk"),
    columns.text("group", _("Employer group"), "group__name"),
    columns.value(
        "benefit", _("Benefit"), lambda row: row.election__benefit__name,
        f"{ELECTION}benefit__name", *DEPENDENT, draw=_benefit,
    ),
    columns.value("dependent", _("Covered dependent"), _dependent, *DEPENDENT),
    columns.value(
        "plan", _("Plan"), _plan, f"{ELECTION}requested_plan__name", f"{ELECTION}plan__name"
    ),
)  # fmt: skip
WHEN = (
    columns.day("opened", _("Asked for on"), "opened_date", sort="age"),
    columns.choice("form_status", _("Health form"), EoiRequest.Form.choices),
    columns.day("expiration_date", _("Health form due")),
    columns.text("reference_number", _("Carrier’s reference")),
)
BY_AGE = (
    Sort("age", _("Longest waiting first"), _("Newest first"), (Key("opened_date"), Key("pk"))),
)


def _open(user: User) -> Any:
    return EoiRequest.objects.visible_to(user).open()


def _closed(user: User) -> Any:
    return EoiRequest.objects.visible_to(user).filter(closed_at__isnull=False)


OPEN = registry.register(
    ListKind(
        key="eoi_open",
        title=_("Open EOI"),
        noun=_("open EOI request"),
        nouns=_("open EOI requests"),
        model=EoiRequest,
        url_name="eoi:request_list",
        view_permission="eoi.view_eoirequest",
        change_permission="eoi.decide_eoirequest",
        visible=_open,
        title_column="employee",
        columns=(
            *WHO,
            _amount("volume", _("In force"), f"{ELECTION}volume"),
            _amount("requested", _("Asked for"), f"{ELECTION}requested_volume"),
            _amount("guaranteed", _("Guaranteed"), f"{ELECTION}gi_volume"),
            *WHEN,
            columns.Column("age", _("Business days"), ("opened_date",), _age, is_number=True),
        ),
        default_columns=(
            "employee", "subscriber_id", "group", "benefit", "dependent", "plan", "volume",
            "requested", "opened", "age", "form_status", "expiration_date",
        ),
        filters=OpenFilters,
        sorts=BY_AGE,
        default_sort="age",
        icon="progress-check",
        empty_text=_("Nothing waits for a carrier’s decision."),
    )
)  # fmt: skip

CLOSED = registry.register(
    ListKind(
        key="eoi_closed",
        title=_("Decided EOI"),
        noun=_("decided EOI request"),
        nouns=_("decided EOI requests"),
        model=EoiRequest,
        url_name="eoi:closed_list",
        view_permission="eoi.view_eoirequest",
        change_permission="eoi.decide_eoirequest",
        visible=_closed,
        title_column="employee",
        columns=(
            *WHO,
            columns.choice("status", _("Outcome"), EoiRequest.Status.choices, draw=_outcome),
            _amount("requested", _("Asked for"), "requested_volume"),
            _amount("volume", _("In force"), f"{ELECTION}volume"),
            columns.day("closed", _("Decided"), "closed_at", sort="closed"),
            *WHEN,
        ),
        default_columns=(
            "employee", "benefit", "status", "requested", "volume", "closed",
        ),
        filters=ClosedFilters,
        sorts=(
            Sort(
                "closed", _("Newest decision first"), _("Oldest decision first"),
                (Key("closed_at", descending=True), Key("pk", descending=True)),
            ),
            *BY_AGE,
        ),
        default_sort="closed",
        icon="circle-check",
        empty_text=_("Requests come here when they are decided, expired or withdrawn."),
    )
)  # fmt: skip
