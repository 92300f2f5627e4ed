"""Ending a policy."""

from datetime import date

import pytest

from agencyhub.records.models import Change
from policies.services.policies import PolicyNotInForceError, terminate_policy
from tests.factories.policies import PolicyFactory, policy_status

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 6, 30)


class TestTerminatePolicy:
    @pytest.mark.parametrize("label", ["Terminated", "Lapsed"])
    def test_ends_coverage_after_the_last_covered_day(self, label):
        policy = PolicyFactory()

        terminate_policy(
            policy_id=policy.pk, termination_date=LAST_DAY, status=policy_status(label)
        )

        policy.refresh_from_db()
        assert policy.status == policy_status(label)
        assert policy.termination_date == LAST_DAY

    def test_allows_the_first_covered_day_to_be_the_last(self):
        policy = PolicyFactory(effective_date=LAST_DAY)

        terminated = policy_status("Terminated")
        terminate_policy(policy_id=policy.pk, termination_date=LAST_DAY, status=terminated)

        policy.refresh_from_db()
        assert policy.termination_date == LAST_DAY

    def test_changes_nothing_the_second_time(self):
        policy, terminated = PolicyFactory(), policy_status("Terminated")
        terminate_policy(policy_id=policy.pk, termination_date=LAST_DAY, status=terminated)
        before = Change.objects.count()

        terminate_policy(policy_id=policy.pk, termination_date=LAST_DAY, status=terminated)

        assert Change.objects.count() == before

    @pytest.mark.parametrize(
        ("_case", "values", "status", "field"),
        [
            ("never took effect", {"cancelled": True}, "Terminated", None),
            (
                "before the first day",
                {"effective_date": date(2026, 7, 1)},
                "Lapsed",
                "termination_date",
            ),
            ("no effective date", {"effective_date": None}, "Terminated", None),
            ("a status that means something else", {}, "Active", "status"),
        ],
    )
    def test_refuses_and_leaves_it_unchanged(self, _case, values, status, field):
        policy = PolicyFactory(**values)
        before = policy.status

        with pytest.raises(PolicyNotInForceError) as refusal:
            terminate_policy(
                policy_id=policy.pk, termination_date=LAST_DAY, status=policy_status(status)
            )

        assert refusal.value.field == field
        policy.refresh_from_db()
        assert (policy.status, policy.termination_date) == (before, None)
