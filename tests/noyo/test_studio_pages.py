"""The studio: what its pages show, decide, refuse and undo, and what they cost."""

from datetime import date

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Role
from groups.models import GroupPlan, LineOfCoverage
from integrations.noyo.models import Link, Mapping, PlanLink, UnitLink
from tests.api.conftest import Script
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.groups import BenefitClassFactory, GroupPlanFactory
from tests.factories.noyo import (
    CarrierOptionFactory,
    CarrierPlanFactory,
    GroupConnectionFactory,
    MappingFactory,
    PlanLinkFactory,
    UnitLinkFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
GONE = date(2026, 10, 31)


def url(role, mapping, *args):
    return reverse(f"noyo:{role}", args=[mapping.group_id, mapping.pk, *args])


@pytest.fixture
def owner(client):
    user = UserFactory(owner=True)
    client.force_login(user)
    return user


@pytest.fixture
def mapping(db):
    return MappingFactory()


class TestPlans:
    def test_stand_beside_the_carriers_with_ids_score_and_reasons(self, client, owner, mapping):
        link = PlanLinkFactory(
            mapping=mapping, score="0.870", reasons=[{"code": "name_alike", "values": []}]
        )

        page = client.get(url("mapping_detail", mapping)).text

        assert link.plan.name in page
        assert link.carrier_plan.noyo_id in page
        assert "87 %" in page
        assert "similar name" in page

    def test_are_accepted_in_place_and_undone_with_one_button(self, client, owner, mapping):
        link = PlanLinkFactory(mapping=mapping)
        decide = url("mapping_decide", mapping, "plans")

        answer = client.post(
            decide, {"do": f"accept:{link.pk}", "show": "all", "ours": link.plan_id}, headers=HTMX
        )

        link.refresh_from_db()
        assert (link.state, link.decided_by) == (Link.State.CONFIRMED, owner)
        assert answer.text.strip().startswith('<div id="studio"')
        done = answer.context["done"]
        client.post(url("mapping_undo", mapping, "plans", done.pk))
        link.refresh_from_db()
        assert link.state == Link.State.SUGGESTED

    def test_are_rejected_missing_or_not_offered_with_a_note(self, client, owner, mapping):
        link = PlanLinkFactory(mapping=mapping)
        decide, ours = url("mapping_decide", mapping, "plans"), {"ours": link.plan_id}

        client.post(decide, {"do": f"reject:{link.pk}", **ours})
        assert PlanLink.objects.get(pk=link.pk).state == Link.State.REJECTED
        client.post(decide, {"do": "missing", "note": "Asked on Monday", **ours})
        alone = PlanLink.objects.get(carrier_plan=None)
        assert (alone.state, alone.note) == (Link.State.MISSING, "Asked on Monday")
        client.post(decide, {"do": "not_offered", **ours})
        alone.refresh_from_db()
        assert alone.state == Link.State.NOT_OFFERED
        client.post(decide, {"do": "not_ours", "theirs": link.carrier_plan_id})
        assert PlanLink.objects.filter(plan=None, carrier_plan=link.carrier_plan).exists()

    def test_are_linked_by_hand(self, client, owner, mapping):
        link = PlanLinkFactory(mapping=mapping)
        other = CarrierPlanFactory(
            noyo_group=link.carrier_plan.noyo_group, carrier=mapping.carrier, name="Dental Other"
        )
        decide = url("mapping_decide", mapping, "plans")

        refused = client.post(decide, {"do": "pair", "ours": link.plan_id}, headers=HTMX)
        assert "Choose what it belongs to" in refused.text
        client.post(decide, {"do": "pair", "ours": link.plan_id, "theirs": other.pk})

        assert PlanLink.objects.get(carrier_plan=other).state == Link.State.CONFIRMED

    def test_are_accepted_together_from_a_score_on(self, client, owner, mapping):
        link = PlanLinkFactory(mapping=mapping, score="0.850")
        accept = url("mapping_accept_all", mapping, "plans")

        refused = client.post(accept, {"percent": 90}, headers=HTMX)
        assert "No suggestion is as good as that." in refused.text
        PlanLink.objects.update(score="0.850")
        client.post(accept, {"percent": 80})
        assert PlanLink.objects.get(pk=link.pk).state == Link.State.CONFIRMED

    def test_show_what_changed_at_the_carrier(self, client, owner, mapping):
        change = {"field": "name", "before": "Dental Low", "after": "Dental Basic"}
        PlanLinkFactory(mapping=mapping, state=Link.State.STALE, changes=[change])

        page = client.get(url("mapping_detail", mapping)).text

        assert "Changed at the carrier since it was confirmed" in page
        assert "Dental Low</del>" in page
        assert "Dental Basic</ins>" in page
        assert "Still right" in page

    def test_tell_no_data_yet_from_no_plans(self, client, owner, mapping):
        assert "No data from this carrier yet" in client.get(url("mapping_detail", mapping)).text

        gone = CarrierPlanFactory(
            noyo_group=mapping.group.noyo_group, carrier=mapping.carrier, status="discontinued"
        )
        GroupConnectionFactory(noyo_group=gone.noyo_group, carrier=mapping.carrier)

        assert "has no plans for this plan year" in client.get(url("mapping_detail", mapping)).text


class TestAccountStructure:
    def test_links_classes_and_chooses_by_hand(self, client, owner, mapping):
        unit = BenefitClassFactory(group=mapping.group)
        link = UnitLinkFactory(mapping=mapping, benefit_class=unit, option__code="0001")
        other = CarrierOptionFactory(
            noyo_group=link.option.noyo_group, carrier=mapping.carrier, code="0002"
        )
        row = {"ours": unit.pk, "kind": "benefit_class", "category": "benefit_classes"}
        decide = url("mapping_decide", mapping, "units")

        page = client.get(url("mapping_structure", mapping)).text
        assert "Benefit class identifier: 0001" in page
        client.post(decide, {"do": f"accept:{link.pk}", **row})
        client.post(decide, {"do": "pair", "theirs": other.pk, **row})

        states = dict(UnitLink.objects.values_list("option", "state"))
        assert states == {link.option_id: Link.State.REJECTED, other.pk: Link.State.CONFIRMED}


class TestMarkingAsMapped:
    def test_says_what_still_waits_and_locks_the_mapping(self, client, owner, mapping):
        link = PlanLinkFactory(mapping=mapping)
        client.post(url("mapping_ready", mapping))
        mapping.refresh_from_db()
        assert mapping.status == Mapping.Status.IN_PROGRESS

        decide = url("mapping_decide", mapping, "plans")
        client.post(decide, {"do": f"accept:{link.pk}", "ours": link.plan_id})
        client.post(url("mapping_ready", mapping))
        mapping.refresh_from_db()
        assert mapping.status == Mapping.Status.READY
        answer = client.post(decide, {"do": f"withdraw:{link.pk}"}, headers=HTMX)
        assert "Open it again before you change it" in answer.text
        client.post(url("mapping_reopen", mapping))
        mapping.refresh_from_db()
        assert (mapping.status, mapping.reason) == ("reopened", "person")

    def test_exports_what_is_missing(self, client, owner, mapping):
        plan = PlanLinkFactory(mapping=mapping).plan
        client.post(url("mapping_decide", mapping, "plans"), {"do": "missing", "ours": plan.pk})

        GroupPlan.objects.filter(pk=plan.pk).update(name="=Dental")
        sheet = client.get(url("missing_file", mapping, "csv"))

        assert "'=Dental" in sheet.content.decode()
        assert client.get(url("missing_file", mapping, "xlsx")).status_code == 200


class TestReach:
    def test_is_that_of_the_groups(self, client):
        agent = AgentFactory(user=UserFactory())
        mapping = MappingFactory(noyo_group__group__servicing_agent=agent)
        user = UserFactory(may=["noyo.view_mapping", "noyo.map_groups"], may__reach=Role.Scope.OWN)
        client.force_login(user)

        for role in ("mapping_detail", "mapping_structure", "mapping_rules", "mapping_history"):
            assert client.get(url(role, mapping)).status_code == 404
        assert client.post(url("mapping_decide", mapping, "plans")).status_code == 404

    def test_of_viewers_ends_at_looking(self, client, mapping):
        link = PlanLinkFactory(mapping=mapping)
        client.force_login(UserFactory(may=["noyo.view_mapping"]))

        assert "Accept" not in client.get(url("mapping_detail", mapping)).text
        answer = client.post(url("mapping_decide", mapping, "plans"), {"do": f"accept:{link.pk}"})
        assert answer.status_code == 403


class TestApi:
    def test_tells_links_with_the_carriers_ids(self, mapping):
        link = PlanLinkFactory(mapping=mapping)
        unit = UnitLinkFactory(
            mapping=mapping, benefit_class=BenefitClassFactory(group=mapping.group)
        )
        script = Script(UserFactory(owner=True))

        told = script.get(f"group-mappings/{mapping.pk}/").json()

        assert told["page"] == url("mapping_detail", mapping)
        assert told["plan_links"][0]["noyo_plan_id"] == link.carrier_plan.noyo_id
        assert told["unit_links"][0]["identifiers"] == unit.option.identifiers
        for query, number in (("on=2026-06-30", 1), ("on=2027-01-01", 0), ("status=ready", 0)):
            found = script.get(f"group-mappings/?{query}").json()["results"]
            assert len(found) == number


class TestCost:
    def test_is_the_same_for_twelve_plans(
        self, client, owner, mapping, django_assert_max_num_queries
    ):
        for number in range(12):
            plan = GroupPlanFactory(
                benefit__group=mapping.group, benefit__lookup_code="dental",
                benefit__line=LineOfCoverage.DENTAL, name=f"Dental {number}",
                carrier=mapping.carrier.carrier,
            )  # fmt: skip
            PlanLinkFactory(mapping=mapping, plan=plan)

        with django_assert_max_num_queries(36):
            page = client.get(url("mapping_detail", mapping)).text

        assert "Dental 11" in page
        assert client.get(url("mapping_history", mapping)).status_code == 200
        assert (
            client.get(reverse("noyo:group_carriers", args=[mapping.group_id])).status_code == 200
        )
