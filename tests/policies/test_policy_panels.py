"""The card with an individual's policies."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from agencyhub.accounts.models import Role
from policies.templatetags.policy_panels import policy_status
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
MAY = ["policies.view_policy"]


def draw(individual, user) -> str:
    request = RequestFactory().get("/")
    request.user = user
    template = Template("{% load policy_panels %}{% policies_of individual %}")
    return template.render(Context({"request": request, "individual": individual}))


class TestPoliciesOf:
    def test_lists_the_policies_with_the_latest_coverage_first(self):
        old = PolicyFactory(effective_date="2025-01-01", policy_number="OLD")
        PolicyFactory(subscriber=old.subscriber, policy_number="NEW")
        PolicyFactory(policy_number="SOMEBODY ELSE'S")

        card = draw(old.subscriber, UserFactory(may=MAY))

        assert card.index("NEW") < card.index("OLD")
        assert "SOMEBODY" not in card
        assert "Add policy" not in card

    def test_leaves_out_what_is_out_of_reach(self):
        user = UserFactory(may=MAY, may__reach=Role.Scope.OWN)
        own = PolicyFactory(servicing_agent=AgentFactory(user=user), policy_number="OWN")
        PolicyFactory(subscriber=own.subscriber, policy_number="FOREIGN")

        card = draw(own.subscriber, user)

        assert "OWN" in card
        assert "FOREIGN" not in card

    def test_offers_to_add_a_policy(self):
        individual = IndividualFactory()

        card = draw(individual, UserFactory(may=[*MAY, "policies.add_policy"]))

        assert f"/policies/new/?individual={individual.pk}" in card
        assert "No policies yet." in card

    def test_draws_nothing_without_the_right(self):
        assert draw(IndividualFactory(), UserFactory(may=[])).strip() == ""

    def test_costs_the_same_for_12_policies(self, django_assert_max_num_queries):
        user, individual = UserFactory(owner=True), IndividualFactory()
        for _ in range(12):
            PolicyFactory(subscriber=individual)

        with django_assert_max_num_queries(5):
            draw(individual, user)


class TestPolicyStatus:
    @pytest.mark.parametrize(
        ("meaning", "tone", "icon"),
        [
            ("pending", "info", "clock"),
            ("effectuated", "success", "circle-check"),
            ("cancelled", "neutral", "circle-x"),
            ("terminated", "neutral", "shield-off"),
            ("lapsed", "danger", "alert-triangle"),
            ("", "neutral", "tag"),
        ],
    )
    def test_has_words_and_an_icon_by_meaning(self, meaning, tone, icon):
        chip = policy_status("As the agency calls it", meaning)

        assert f"tone-{tone}" in chip
        assert f"#{icon}" in chip
        assert "As the agency calls it" in chip
