"""The application table, and what applications add to the lists of individuals and policies."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.fields import MASK
from agencyhub.lib.keyset import Key
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import changes, columns, filters, masking, registry
from agencyhub.records.lists.columns import Column, Drawing, Write
from agencyhub.records.lists.filtersets import ListFilters
from agencyhub.records.lists.kinds import ListKind, Sort
from agencyhub.records.lists.lookups import Lookups
from commissions.lists import bulk, cells, sublines
from commissions.models import Application, Line
from commissions.selectors import blanks
from commissions.selectors.results import TONES
from individuals.models import Individual
from individuals.searching import read_query
from policies.lists.payments import marked
from policies.lists.policies import carriers
from policies.models import Policy

SOURCES = dict(Application.Source.choices)
STATES = dict(Application.MatchState.choices)


def _client(row: Any) -> str:
    words = " ".join(filter(None, (row.first_name, row.last_name, row.suffix)))
    return words or str(_("Application %s") % row.pk)


def _address(row: Any) -> str:
    return f"{columns.page_of('commissions:application_list')}{row.pk}/"


def _match(_drawing: Drawing) -> Write:
    drawn = {state: str(ui.badge(STATES[state], *TONES[state])) for state in STATES}
    return lambda row: drawn[row.match_state]


def _mbi(row: Any) -> str:
    return f"{MASK}{row.mbi_tail}" if row.mbi_tail else ""


def _yes_no(key: str, label: Any) -> Column:
    words = {True: _("Yes"), False: _("No")}
    return columns.value(key, label, lambda row: str(words.get(getattr(row, key), "")), key)


def _agents(lookups: Lookups) -> Any:
    return lookups.agents


COLUMNS = (
    columns.link(
        "client", _("Client"), _address, _client, "first_name", "last_name", "suffix"
    ),
    cells.explained(columns.agent("agent", _("Agent"), "agent_id"), "agent"),
    columns.choice("source", _("Source"), Application.Source.choices),
    cells.explained(
        marked(columns.named("carrier", _("Carrier"), "carrier_id", carriers), "carrier_id"),
        "carrier",
    ),
    cells.explained(columns.choice("line", _("Sub-line"), Line.choices), "line"),
    cells.explained(columns.day("effective", _("Effective"), "effective_date"), "effective_date"),
    cells.explained(columns.day("submitted", _("Submitted"), "submitted_at"), "submitted_at"),
    columns.choice("match_state", _("Match"), Application.MatchState.choices, draw=_match),
    cells.explained(
        columns.day("born", _("Date of birth"), "date_of_birth", mask=masking.birth_date),
        "date_of_birth",
    ),
    cells.explained(columns.value("mbi", _("MBI"), _mbi, "mbi_tail", mask=lambda _: ""), "mbi"),
    columns.text("plan_name", _("Plan")),
    cells.explained(columns.text("plan_id", _("CMS plan ID"), css="cell-nowrap"), "plan_id"),
    columns.text("plan_type", _("Plan type")),
    columns.value("plan_year", _("Plan year"), lambda row: str(row.plan_year or ""), "plan_year"),
    columns.text("policy_number", _("Policy number"), css="cell-nowrap"),
    columns.text("confirmation_number", _("Confirmation number"), css="cell-nowrap"),
    columns.money("premium", _("Premium")),
    columns.text("status", _("Status")),
    columns.text("election_code", _("Election period")),
    columns.text("signature", _("Signature")),
    columns.phone("phone", _("Phone"), mask=masking.phone),
    columns.text("email", _("Email"), mask=masking.email),
    columns.text("line_1", _("Address"), mask=masking.everything),
    columns.text("city", _("City"), mask=masking.everything),
    cells.explained(columns.text("state", _("State")), "state"),
    cells.explained(columns.text("zip_code", _("ZIP code")), "zip_code"),
    columns.text("agent_npn", _("Agent NPN")),
    columns.text("agent_number", _("Writing number")),
    columns.text("referring_agent", _("Referring agent")),
    _yes_no("is_new_to_medicare", _("New to Medicare")),
    _yes_no("is_new_client", _("New client")),
    columns.choice("sharing", _("Sharing"), Application.Sharing.choices),
    columns.text("external_id", _("Source’s ID")),
    columns.day("told", _("Source as of"), "source_updated_at"),
    columns.day("matched", _("Matched"), "matched_at"),
    columns.day("created", _("Added"), "created_at", sort="created"),
    columns.day("updated", _("Changed"), "updated_at"),
)  # fmt: skip


def _named(text: str) -> Q:
    """The clients whom a typed name means: both parts in either order, or how one of them begins.

    Source: the search of people (``individuals.searching``); a number is no name.
    """
    return reduce(
        or_,
        (
            Q(last_name_key__startswith=one.last, first_name_key__startswith=one.first)
            if one.first and one.last
            else Q(last_name_key__startswith=one.last)
            if one.last
            else Q(first_name_key__startswith=one.first)
            for one in read_query(text).names
        ),
        Q(pk__in=[]),
    )


class ApplicationFilters(ListFilters):
    """What applications are filtered by."""

    name = filters.Words(_("Client’s name"), _named, is_quick=True, is_private=True)
    match = filters.Chosen(_("Match"), STATES, "match_state", is_quick=True)
    source = filters.Chosen(_("Source"), SOURCES, "source", is_quick=True)
    carrier = filters.AnyOf(
        _("Carrier"), carriers, "carrier_id", nobody=_("Not known"), is_quick=True
    )
    line = sublines.of_line()
    agent = filters.OfAgent(_("Agent"), "agent_id", is_quick=True)
    blank = filters.Chosen(
        _("Blank"),
        blanks.LABELS,
        lambda names: reduce(or_, (blanks.is_blank(name) for name in names), Q()),
    )
    effective_from = filters.Day(_("Effective from"), "effective_date", "gte")
    effective_to = filters.Day(_("Effective to"), "effective_date", "lte")
    submitted_from = filters.Day(_("Submitted from"), "submitted_at", "gte", is_moment=True)
    submitted_to = filters.Day(_("Submitted to"), "submitted_at", "lte", is_moment=True)
    created_from = filters.Day(_("Added from"), "created_at", "gte", is_moment=True)
    created_to = filters.Day(_("Added to"), "created_at", "lte", is_moment=True)
    individual = filters.Named(_("Individual"), "individual_id", Individual)
    policy = filters.Named(_("Policy"), "policy_id", Policy)
    batch = filters.Touched(Application)


APPLICATIONS = registry.register(
    ListKind(
        key="applications",
        title=_("Applications"),
        noun=_("application"),
        nouns=_("applications"),
        model=Application,
        url_name="commissions:application_list",
        view_permission="commissions.view_application",
        change_permission="commissions.change_application",
        visible=Application.objects.visible_to,
        is_reach=True,
        title_column="client",
        columns=COLUMNS,
        default_columns=(
            "client", "agent", "source", "carrier", "line", "effective", "submitted",
            "match_state",
        ),
        filters=ApplicationFilters,
        sorts=(Sort("created", _("Oldest first"), _("Newest first"), (Key("pk"),)),),
        default_sort="-created",
        bulk=(
            bulk.fill_key("agent", _("Agent"), changes.active_agents),
            bulk.fill_key("carrier", _("Carrier"), bulk.active_carriers),
            bulk.fill_line("line", _("Sub-line")),
        ),
        icon="file-text",
        empty_text=_(
            "They come from HealthSherpa, PlanCompare and the API automatically. Earlier ones "
            "are imported, single ones entered by hand."
        ),
        create_label=_("Enter an application"),
        create_url_name="commissions:application_create",
        create_permission="commissions.add_application",
    )
)  # fmt: skip
