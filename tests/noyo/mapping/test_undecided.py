"""What the list of mappings says is to be decided: the numbers of the studio."""

import re
from datetime import date

from django.urls import reverse

from integrations.noyo.models import Link
from integrations.noyo.selectors import studio as selectors
from integrations.noyo.selectors.undecided import undecided
from tests.factories.accounts import UserFactory
from tests.factories.groups import BenefitClassFactory
from tests.factories.noyo import MappingFactory, PlanLinkFactory
from tests.noyo.mapping.conftest import Studio
from tests.noyo.mapping.test_mapping import refresh

State = Link.State


def said_by_the_studio(studio: Studio) -> int:
    units = sum(one.waiting for one in selectors.category_panes(studio.mapping))
    return selectors.plan_pane(studio.mapping).waiting + units


def test_plans_without_any_suggestion_wait(client, studio: Studio) -> None:
    for name in ("Dental PPO", "Dental HMO"):
        studio.ours(name)
    client.force_login(UserFactory(owner=True))

    assert undecided([studio.mapping.pk]) == {studio.mapping.pk: 2}
    assert said_by_the_studio(studio) == 2
    page = client.get(reverse("noyo:mapping_list")).text
    assert re.search(r'<td data-label="To decide" class="cell-num">(<div>)?2<', page)


def test_counts_as_the_studio_does(studio: Studio) -> None:
    plans = [studio.ours(f"Dental {number}") for number in range(6)]
    guard = studio.theirs()
    states = (State.CONFIRMED, State.MISSING, State.STALE, State.SUGGESTED, State.REJECTED)
    for plan, state in zip(plans, states, strict=False):
        theirs = None if state == State.MISSING else guard
        PlanLinkFactory(mapping=studio.mapping, plan=plan, carrier_plan=theirs, state=state)
    BenefitClassFactory(group=studio.mapping.group, name="Executives")
    studio.option("Executives", "0001")
    studio.option("Others", "0002")
    refresh(studio)

    assert said_by_the_studio(studio) > 1
    assert undecided([studio.mapping.pk]) == {studio.mapping.pk: said_by_the_studio(studio)}


def test_every_mapping_has_the_plans_of_its_own_year(studio: Studio) -> None:
    this = studio.mapping
    following = MappingFactory(
        noyo_group=this.group.noyo_group,
        carrier=this.carrier,
        start_date=date(2027, 1, 1),
        end_date=None,
    )
    other = MappingFactory()
    studio.ours("Old", effective_date=date(2026, 1, 1), termination_date=date(2026, 12, 31))
    studio.ours("Both", effective_date=date(2026, 1, 1))
    studio.ours("New", effective_date=date(2027, 1, 1))
    studio.ours("Newer", effective_date=date(2027, 1, 1))

    assert undecided([this.pk, following.pk, other.pk]) == {this.pk: 2, following.pk: 3}
