"""The inbox of differences between our members and the carriers'."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.db import NameKey
from agencyhub.lib.keyset import Key
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns, filters, registry
from agencyhub.records.lists.columns import Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from agencyhub.records.lists.lookups import Lookups
from groups.models import EmployerGroup, LineOfCoverage
from integrations.noyo.comparing import COVERAGE, PERSON, PLAN, SSN, VOLUME
from integrations.noyo.models import Difference

State, Kind = Difference.State, Difference.Kind
KINDS: Mapping[str, Any] = dict(Kind.choices)
STATES: Mapping[str, Any] = dict(State.choices)
LINES: Mapping[str, Any] = dict(LineOfCoverage.choices)
VERDICTS: Mapping[str, Any] = dict(Difference.Verdict.choices)
FIELDS: Mapping[str, Any] = {
    PERSON: _("Person"),
    COVERAGE: _("Coverage"),
    PLAN: _("Plan"),
    VOLUME: _("Volume (USD)"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "date_of_birth": _("Date of birth"),
    "gender": _("Gender"),
    "hire_date": _("Hire date"),
    SSN: _("SSN"),
}
KIND_LOOKS = {
    Kind.MISSING_AT_CARRIER: ("danger", "circle-x"),
    Kind.MISSING_HERE: ("warning", "alert-triangle"),
    Kind.FIELD: ("info", "arrows-exchange"),
}
STATE_LOOKS = {
    State.OPEN: ("warning", "clock"),
    State.DISMISSED: ("neutral", "x"),
    State.RESOLVED: ("success", "circle-check"),
}
OURS, THEIRS = ("employee", "dependent"), "member"


def field_words(name: str) -> str:
    """What differs, in words; a field that only Noyo names keeps its name."""
    return str(FIELDS.get(name, name.replace("_", " ")))


def _groups(lookups: Lookups) -> Mapping[Any, str]:
    rows = EmployerGroup.objects.visible_to(lookups.user).filter(noyo_group__isnull=False)
    return dict(rows.order_by("name_key", "pk").values_list("noyo_group", "name"))


def _named(text: str) -> Q:
    key = NameKey(Value(text))
    sides = (*OURS, THEIRS)
    wanted = Q(pk__in=())
    for side in sides:
        wanted |= Q(**{f"{side}__last_name_key__startswith": key})
    return wanted


class DifferenceFilters(ListFilters):
    """What differences are filtered by; the open ones are shown unless somebody asks otherwise."""

    state = filters.Chosen(_("State"), STATES, "state", is_quick=True, default=State.OPEN)
    kind = filters.Chosen(_("Kind"), KINDS, "kind", is_quick=True)
    group = filters.AnyOf(_("Employer group"), _groups, "noyo_group_id", is_quick=True)
    line = filters.Chosen(_("Line of coverage"), LINES, "line")
    verdict = filters.Chosen(_("Which side is right"), VERDICTS, "verdict")
    explained = filters.YesNo(_("Evidence is pending"), lambda: Q(eoi_request_id__isnull=False))
    last_name = filters.Words(_("Last name starts with"), _named, is_private=True)
    batch = filters.Touched(Difference)


def _person(row: Any) -> str:
    for side in (*OURS, THEIRS):
        last, first = getattr(row, f"{side}__last_name"), getattr(row, f"{side}__first_name")
        if last or first:
            return f"{last}, {first}"
    return ""


def _address(row: Any) -> str:
    return f"{columns.page_of('noyo:difference_list')}{row.pk}/"


def _kind(_drawing: Drawing) -> Write:
    drawn = {str(key): ui.badge(KINDS[key], *look) for key, look in KIND_LOOKS.items()}
    return lambda row: drawn[row.kind]


def _state(_drawing: Drawing) -> Write:
    drawn = {str(key): ui.badge(STATES[key], *look) for key, look in STATE_LOOKS.items()}
    return lambda row: drawn[row.state]


def _field(row: Any) -> str:
    line = LINES.get(row.line)
    return f"{field_words(row.field)} · {line}" if line else field_words(row.field)


_NAMES = tuple(f"{side}__{part}_name" for side in (*OURS, THEIRS) for part in ("first", "last"))

DIFFERENCES = registry.register(
    ListKind(
        key="noyo_differences",
        title=_("Differences with carriers"),
        noun=_("difference"),
        nouns=_("differences"),
        model=Difference,
        url_name="noyo:difference_list",
        view_permission="noyo.view_difference",
        change_permission="noyo.change_difference",
        visible=Difference.objects.visible_to,
        title_column="person",
        columns=(
            columns.link(
                "person", _("Person"), _address, _person, *_NAMES, "noyo_group__group__name",
                sub=lambda row: row.noyo_group__group__name or "",
            ),
            columns.choice("kind", _("Kind"), Kind.choices, draw=_kind),
            columns.value("what", _("What"), _field, "field", "line"),
            columns.text("ours", _("Here"), "our_value"),
            columns.text("theirs", _("At the carrier"), "carrier_value"),
            columns.value(
                "evidence", _("Evidence"),
                lambda row: str(_("pending")) if row.eoi_request_id else "", "eoi_request_id",
            ),
            columns.choice("state", _("State"), State.choices, draw=_state),
            columns.choice("verdict", _("Which side is right"), Difference.Verdict.choices),
            columns.day("since", _("Since"), "first_seen_at", sort="since"),
            columns.text("note", _("Note"), "note"),
        ),
        default_columns=(
            "person", "kind", "what", "ours", "theirs", "evidence", "state", "since",
        ),
        filters=DifferenceFilters,
        sorts=(
            Sort(
                "since", _("Newest first"), _("Oldest first"),
                (Key("first_seen_at", descending=True), Key("pk", descending=True)),
            ),
        ),
        default_sort="since",
        icon="arrows-exchange",
        empty_text=_("Differences are found when a group’s members have been read and linked."),
    )
)  # fmt: skip
