"""The list of individuals."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.records.lists import changes, columns, filters, masking, registry
from agencyhub.records.lists.kinds import ListKind
from agencyhub.records.lists.lookups import options
from agencyhub.records.models import CustomField, Option
from individuals import selectors
from individuals.lists import people
from individuals.models import Address, Individual, IndividualAgent, Look
from individuals.services import looks

HOME = ("individual_id", "line_1", "line_2", "city", "state", "zip_code", "county")


def _primary_addresses(pks: Sequence[int]) -> dict[int, Any]:
    found = Address.objects.filter(individual_id__in=pks, is_primary=True)
    return {home.individual_id: home for home in found.values_list(*HOME, named=True)}


def _additional_agents(pks: Sequence[int]) -> dict[int, str]:
    named = IndividualAgent.objects.filter(individual_id__in=pks).select_related("agent")
    found: dict[int, list[str]] = {}
    for one in named.order_by("individual_id", "agent__last_name", "agent__first_name", "pk"):
        found.setdefault(one.individual_id, []).append(one.agent.full_name)
    return {pk: ", ".join(names) for pk, names in found.items()}


COLUMNS = (
    people.title("individual"),
    *people.PERSON,
    columns.fetched(
        "place", _("City, state"), _primary_addresses,
        lambda home: selectors.place(home.city, home.state), mask=masking.city_and_state,
    ),
    columns.fetched(
        "line_1", _("Address line 1"), _primary_addresses, lambda home: home.line_1,
        mask=masking.everything,
    ),
    columns.fetched(
        "line_2", _("Address line 2"), _primary_addresses, lambda home: home.line_2,
        mask=masking.everything,
    ),
    columns.fetched("city", _("City"), _primary_addresses, lambda home: home.city,
                    mask=masking.everything),
    columns.fetched("state", _("State"), _primary_addresses, lambda home: home.state),
    columns.fetched("zip_code", _("ZIP code"), _primary_addresses, lambda home: home.zip_code,
                    mask=masking.everything),
    columns.fetched("county", _("County"), _primary_addresses, lambda home: home.county),
    columns.chip(
        "type", _("Type"), "type_id", options(Option.List.INDIVIDUAL_TYPE), people.chip
    ),
    columns.named("status", _("Status"), "status_id", options(Option.List.INDIVIDUAL_STATUS)),
    columns.agent("agent", _("Servicing agent"), "servicing_agent_id"),
    columns.fetched("additional_agents", _("Additional agents"), _additional_agents),
    columns.day("deceased", _("Deceased"), "deceased_date"),
    *people.KEPT,
)  # fmt: skip


def _lives_in(states: Sequence[str]) -> Q:
    homes = Address.objects.filter(individual=OuterRef("pk"), is_primary=True, state__in=states)
    return Q(Exists(homes))


class IndividualFilters(people.PersonFilters):
    """What individuals are filtered by; policies add whether one is in force."""

    type = filters.AnyOf(
        _("Type"), options(Option.List.INDIVIDUAL_TYPE), "type_id", nobody=_("None"), is_quick=True
    )
    status = filters.AnyOf(
        _("Status"), options(Option.List.INDIVIDUAL_STATUS), "status_id", nobody=_("None"),
        is_quick=True,
    )  # fmt: skip
    agent = filters.OfAgent(_("Servicing agent"), "servicing_agent_id", is_quick=True)
    state = people.state(_lives_in)
    deceased = filters.YesNo(_("Deceased"), lambda: Q(deceased_date__isnull=False))
    batch = filters.Touched(Individual)


def _note_export(user: User, pks: Sequence[int]) -> None:
    looks.record(user=user, individual_ids=pks, how=Look.How.EXPORT)


INDIVIDUALS = registry.register(
    ListKind(
        key="individuals",
        title=_("Individuals"),
        noun=_("Individual"),
        nouns=_("Individuals"),
        model=Individual,
        url_name="individuals:individual_list",
        view_permission="individuals.view_individual",
        change_permission="individuals.change_individual",
        visible=Individual.objects.visible_to,
        is_reach=True,
        title_column="name",
        columns=COLUMNS,
        default_columns=("name", "born", "phone", "place", "type", "status", "agent"),
        filters=IndividualFilters,
        sorts=(replace(people.BY_NAME, is_by_agent=True), people.BY_AGE),
        default_sort="name",
        bulk=(
            changes.set_key(
                "agent", _("Servicing agent"), "servicing_agent_id",
                changes.or_none(changes.active_agents, _("Nobody")),
                refuse=changes.not_twice(IndividualAgent, "individual"),
            ),
            changes.set_key(
                "type", _("Type"), "type_id", changes.active_options(Option.List.INDIVIDUAL_TYPE)
            ),
            changes.set_key(
                "status", _("Status"), "status_id",
                changes.active_options(Option.List.INDIVIDUAL_STATUS),
            ),
            changes.add_agent(
                IndividualAgent, "individual", column="additional_agents",
                servicing="servicing_agent_id", key_of_servicing="agent",
            ),
            changes.remove_agent(IndividualAgent, "individual", column="additional_agents"),
        ),
        custom_target=CustomField.Target.INDIVIDUAL,
        icon="users",
        empty_text=_("Add the first one, convert a Sales Record, or let an import bring them in."),
        create_label=_("New Individual"),
        create_url_name="individuals:individual_create",
        create_permission="individuals.add_individual",
        on_export=_note_export,
    )
)  # fmt: skip
