"""The list of employer groups."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from django.db.models import Count, Q, Value
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.db import NameKey
from agencyhub.lib.keyset import Key
from agencyhub.lib.states import STATES
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import changes, columns, filters, registry
from agencyhub.records.lists.columns import Column, Drawing, Fetch
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from groups.models import Election, Employee, EmployerGroup

BY_NAME = Sort("name", _("Name, A to Z"), _("Name, Z to A"), (Key("name_key"), Key("pk")))
Status = EmployerGroup.Status
TONES = {Status.PROSPECT: "info", Status.ACTIVE: "success", Status.ENDED: "neutral"}


def status_badge(status: str) -> str:
    """The status of a group as a chip."""
    return ui.badge(Status(status).label, TONES[Status(status)], "")


def counted(key: str, label: Any, load: Fetch, query: str) -> Column:
    """How many employees of a group the list of employees has, as a link to them."""

    def write(drawing: Drawing) -> columns.Write:
        found = drawing.fetch(load)
        return lambda row: f"{found.get(row.pk, 0):,}"

    def draw(drawing: Drawing) -> columns.Write:
        found, page = drawing.fetch(load), columns.page_of("groups:employee_list")

        def cell(row: Any) -> str:
            number = found.get(row.pk, 0)
            url = escape(f"{page}?{query.format(row.pk)}")
            return f'<a href="{url}">{number:,}</a>' if number else ui.EMPTY

        return cell

    return Column(key, label, (), write, draw, css="cell-num", is_number=True)


def _employees(pks: Sequence[int]) -> Mapping[int, int]:
    rows = Employee.objects.filter(group__in=pks).order_by()
    return dict(rows.values("group").annotate(number=Count("pk")).values_list("group", "number"))


def _waiting(pks: Sequence[int]) -> Mapping[int, int]:
    """How many employees of each group wait for evidence."""
    waiting = Election.objects.waiting().filter(employee__group__in=pks).order_by()
    number = Count("employee", distinct=True)
    counts = waiting.values("employee__group").annotate(number=number)
    return dict(counts.values_list("employee__group", "number"))


def _address(row: Any) -> str:
    return f"{columns.page_of('groups:group_list')}{row.pk}/"


COLUMNS = (
    columns.link(
        "name", _("Group"), _address, lambda row: row.name, "name", "dba_name",
        sub=lambda row: row.dba_name, sort="name",
    ),
    columns.choice(
        "status", _("Status"), Status.choices,
        draw=lambda _drawing: lambda row: status_badge(row.status),
    ),
    counted("employees", _("Employees"), _employees, "group={}"),
    counted("waiting", _("Waiting for EOI"), _waiting, "group={}&waiting=yes"),
    columns.day("renewal", _("Renewal"), "renewal_date"),
    columns.choice("state", _("State"), STATES),
    columns.agent("agent", _("Servicing agent"), "servicing_agent_id"),
    columns.text("external_id", _("Partner’s group ID")),
    columns.text("federal_ein", _("Federal EIN")),
    columns.text("sic_code", _("SIC code")),
    columns.day("created", _("Added"), "created_at"),
    columns.day("updated", _("Changed"), "updated_at"),
)  # fmt: skip


def _named(text: str) -> Q:
    key = NameKey(Value(text))
    return Q(name_key__contains=key) | Q(dba_name__icontains=text)


class GroupFilters(ListFilters):
    """What employer groups are filtered by."""

    name = filters.Words(_("Name"), _named, is_quick=True)
    status = filters.Pick(
        _("Status"), {key: (label, Q(status=key)) for key, label in Status.choices}, is_quick=True
    )
    agent = filters.OfAgent(_("Servicing agent"), "servicing_agent_id", is_quick=True)
    renewal_from = filters.Day(_("Renewal from"), "renewal_date", "gte")
    renewal_to = filters.Day(_("Renewal to"), "renewal_date", "lte")
    test = filters.YesNo(_("Test group"), lambda: Q(is_test=True))
    batch = filters.Touched(EmployerGroup)


GROUPS = registry.register(
    ListKind(
        key="employer_groups",
        title=_("Groups"),
        noun=_("group"),
        nouns=_("groups"),
        model=EmployerGroup,
        url_name="groups:group_list",
        view_permission="groups.view_employergroup",
        change_permission="groups.change_employergroup",
        visible=EmployerGroup.objects.visible_to,
        title_column="name",
        columns=COLUMNS,
        default_columns=("name", "status", "employees", "waiting", "renewal", "state", "agent"),
        filters=GroupFilters,
        sorts=(BY_NAME,),
        default_sort="name",
        bulk=(
            changes.set_key(
                "agent", _("Servicing agent"), "servicing_agent_id",
                changes.or_none(changes.active_agents, _("Nobody")),
            ),
        ),
        icon="building",
        empty_text=_("Add the first employer, then what it offers and who works there."),
        create_label=_("New group"),
        create_url_name="groups:group_create",
        create_permission="groups.add_employergroup",
    )
)  # fmt: skip
