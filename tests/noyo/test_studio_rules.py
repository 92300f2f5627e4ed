"""Rules of the studio, its history and its members: what they offer, take back and refuse."""

from datetime import date

import pytest
from django.urls import reverse

from agencyhub.records.models import Batch
from integrations.noyo.models import ClassRule, Link, Mapping, MemberLink
from integrations.noyo.services import members
from tests.factories.accounts import UserFactory
from tests.factories.groups import BenefitClassFactory, EmployeeFactory
from tests.factories.noyo import (
    CarrierOptionFactory,
    ClassRuleFactory,
    MappingFactory,
    PlanLinkFactory,
    RuleConditionFactory,
)
from tests.factories.noyo_people import NoyoMemberFactory

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


class TestRules:
    def test_are_written_previewed_ranked_and_deleted(self, client, owner, mapping):
        option = CarrierOptionFactory(
            noyo_group=mapping.group.noyo_group, carrier=mapping.carrier, label="Executives"
        )
        EmployeeFactory(group=mapping.group, job_title="Director")
        EmployeeFactory(group=mapping.group, job_title="Clerk")
        EmployeeFactory(group=mapping.group, job_title="President", termination_date=GONE)
        EmployeeFactory(group=mapping.group, job_title="president")
        said = {
            "name": "Directors", "option": option.pk, "joins": "AND", "is_active": "on",
            "conditions-TOTAL_FORMS": "1", "conditions-INITIAL_FORMS": "0",
            "conditions-0-field": "job_title", "conditions-0-operator": "is_one_of",
            "conditions-0-chosen": ["Director", "president"],
        }  # fmt: skip
        category = "?category=benefit_classes"

        preview = client.post(url("rule_preview", mapping) + category, said, headers=HTMX).text
        assert "decide for <strong>2</strong> employees" in preview
        assert not ClassRule.objects.exists()
        client.post(url("rule_create", mapping) + category, said)
        client.post(url("rule_create", mapping) + category, {**said, "name": "Again"})

        first, again = ClassRule.objects.order_by("rank")
        assert first.conditions.get().values == ["Director", "president"]
        page = client.get(url("mapping_rules", mapping)).text
        assert "Never decides: “Directors” comes first" in page
        client.post(url("rule_move", mapping, again.pk), {"way": "up"})
        assert ClassRule.objects.earliest("rank") == again
        client.post(url("rule_delete", mapping, again.pk))
        client.post(url("rule_default", mapping), {"option": option.pk})
        assert ClassRule.objects.get(is_default=True).option == option

    def test_are_edited_in_their_place(self, client, owner, mapping):
        rule = ClassRuleFactory(mapping=mapping)
        RuleConditionFactory(rule=rule)
        edit = url("rule_edit", mapping, rule.pk)

        assert "Executive" in client.get(edit).text
        said = {
            "name": "Bosses", "option": rule.option_id, "joins": "OR", "is_active": "on",
            "conditions-TOTAL_FORMS": "1", "conditions-INITIAL_FORMS": "1",
            "conditions-0-field": "salary", "conditions-0-operator": "contains",
            "conditions-0-values": "100000",
        }  # fmt: skip
        refused = client.post(edit, said)
        assert refused.status_code == 422
        client.post(edit, {**said, "conditions-0-operator": "greater_than"})

        rule.refresh_from_db()
        assert (rule.name, rule.joins) == ("Bosses", "OR")

    def test_offer_what_the_group_has_with_counts(self, client, owner, mapping):
        rule = ClassRuleFactory(mapping=mapping)
        RuleConditionFactory(
            rule=rule, field="benefit_class", operator="is_one_of", values=["ft", "OLD"]
        )
        full = BenefitClassFactory(group=mapping.group, code="FT", name="Full time")
        BenefitClassFactory(group=mapping.group, code="PT", name="Part time")
        EmployeeFactory.create_batch(2, group=mapping.group, benefit_class=full)

        page = client.get(url("rule_edit", mapping, rule.pk)).text

        assert "Full time (FT) · 2 employees" in page
        assert "Part time (PT) · 0 employees" in page
        assert "OLD · nobody anymore" in page
        for value, is_ticked in (("FT", True), ("OLD", True), ("PT", False)):
            box = page[page.index(f'value="{value}"') :].partition(">")[0]
            assert ("checked" in box) == is_ticked

    def test_another_field_has_other_values(self, client, owner, mapping):
        CarrierOptionFactory(noyo_group=mapping.group.noyo_group, carrier=mapping.carrier)
        EmployeeFactory(group=mapping.group, job_title="Director", location=None)
        create = url("rule_create", mapping) + "?category=benefit_classes"
        said = {
            "conditions-TOTAL_FORMS": "2", "conditions-INITIAL_FORMS": "0",
            "conditions-0-field": "job_title", "conditions-0-operator": "greater_than",
            "conditions-0-chosen": ["FT"],
            "conditions-1-field": "salary", "conditions-1-operator": "is",
            "conditions-1-DELETE": "on",
        }  # fmt: skip

        part = client.post(create, said, headers=HTMX).text
        typed = client.post(create, {**said, "conditions-0-field": "salary"}, headers=HTMX).text

        assert "<html" not in part
        assert "Director · 1 employee" in part
        assert "nobody anymore" not in part
        assert "Choose at least one" not in part
        assert 'name="conditions-1-field"' not in part
        assert 'name="conditions-0-values"' in typed
        assert 'value="greater_than" selected' in typed
        assert not ClassRule.objects.exists()

    def test_several_that_are_chosen_are_a_list(self, client, owner, mapping):
        option = CarrierOptionFactory(noyo_group=mapping.group.noyo_group, carrier=mapping.carrier)
        for code in ("FT", "PT"):
            BenefitClassFactory(group=mapping.group, code=code)
        create = url("rule_create", mapping) + "?category=benefit_classes"
        said = {
            "name": "All", "option": option.pk, "joins": "AND", "is_active": "on",
            "conditions-TOTAL_FORMS": "1", "conditions-INITIAL_FORMS": "0",
            "conditions-0-field": "benefit_class", "conditions-0-operator": "is",
        }  # fmt: skip

        nothing = client.post(create, said)
        client.post(create, {**said, "conditions-0-chosen": ["FT", "PT"]})

        assert nothing.status_code == 422
        assert "Choose at least one." in nothing.text
        condition = ClassRule.objects.get().conditions.get()
        assert (condition.operator, condition.values) == ("is_one_of", ["FT", "PT"])

    def test_name_the_unmapped(self, client, owner, mapping):
        CarrierOptionFactory(noyo_group=mapping.group.noyo_group, carrier=mapping.carrier)
        employee = EmployeeFactory(group=mapping.group)

        page = client.get(
            url("mapping_who", mapping) + "?category=benefit_classes&option=none"
        ).text

        assert employee.full_name in page


class TestHistory:
    def test_acts_are_taken_back_and_done_again(self, client, owner, mapping):
        link = PlanLinkFactory(mapping=mapping)
        client.post(url("mapping_decide", mapping, "plans"), {"do": f"accept:{link.pk}"})
        act = Batch.objects.get(user=owner)
        undo = url("act_undo", mapping, act.pk)

        page = client.get(url("mapping_history", mapping)).text
        answer = client.post(undo, follow=True).text

        assert undo in page
        assert "Taken back" in answer
        assert "Redo" in answer
        link.refresh_from_db()
        assert link.state == Link.State.SUGGESTED
        assert client.post(url("act_undo", mapping, 10**9)).status_code == 404

    def test_nothing_in_what_is_marked_as_mapped(self, client, owner, mapping):
        link = PlanLinkFactory(mapping=mapping)
        client.post(url("mapping_decide", mapping, "plans"), {"do": f"accept:{link.pk}"})
        act = Batch.objects.get(user=owner)
        Mapping.objects.update(status=Mapping.Status.READY)

        answer = client.post(url("act_undo", mapping, act.pk), follow=True).text

        assert "Open it again before you change it." in answer
        link.refresh_from_db()
        assert link.state == Link.State.CONFIRMED


class TestMembersTab:
    def test_stays_under_the_tabs_of_the_mapping(self, client, owner, mapping):
        group = mapping.group.noyo_group
        EmployeeFactory(group=mapping.group)
        both = [NoyoMemberFactory(noyo_group=group) for _ in range(2)]
        alone = NoyoMemberFactory(noyo_group=group, first_name="Zoe", last_name="Zane")
        members.link_members(noyo_group=group)
        page = client.get(url("mapping_members", mapping)).text

        link = MemberLink.objects.get(member=both[0])
        answer = client.post(
            reverse("noyo:link_decide", args=[link.pk]), {"answer": "link", "mapping": mapping.pk}
        )

        pair = reverse("noyo:member_pair", args=[alone.pk]) + f"?mapping={mapping.pk}"
        assert pair in page
        assert url("mapping_members", mapping) in client.get(pair).text
        assert url("mapping_history", mapping) in page
        assert "May be one person" in page
        assert 'data-key="a"' in page
        assert answer.url == url("mapping_members", mapping)

    def test_not_without_the_right(self, client, mapping):
        client.force_login(UserFactory(may=["noyo.view_mapping"]))

        assert client.get(url("mapping_members", mapping)).status_code == 403
        assert (
            url("mapping_members", mapping) not in client.get(url("mapping_detail", mapping)).text
        )
