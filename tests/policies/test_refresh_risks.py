"""Refreshing risks: what opens, changes, closes and stays; together with other runs and people."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from agencyhub.records.models import Change
from policies.models import Risk, Standing
from policies.services import outcomes, risks
from policies.services.risks import refresh
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory, PremierTermFactory, StandingFactory

NOW = datetime(2026, 10, 16, 15, 0, tzinfo=UTC)
WAIT = 60


@pytest.fixture
def past_due():
    """A policy of a Premier Partner, past due as of this morning."""
    policy = PolicyFactory(premium=Decimal("30.00"))
    PremierTermFactory(carrier=policy.carrier)
    StandingFactory(
        policy=policy,
        status="past_due",
        month=date(2026, 10, 1),
        deadline=date(2026, 11, 30),
        past_due_amount=Decimal("30.00"),
        as_of=NOW - timedelta(hours=5),
        stale_at=NOW + timedelta(hours=30),
    )
    return policy


def tell(policy, *, at, **values):
    """A newer statement."""
    told = {"as_of": at - timedelta(hours=1), "stale_at": at + timedelta(hours=30), **values}
    Standing.objects.filter(pk=policy.pk).update(**told)


@pytest.mark.django_db
class TestRefresh:
    def test_opens_what_is_at_risk(self, past_due):
        PolicyFactory(carrier=past_due.carrier)

        assert refresh(policy_ids=None, at=NOW) == 1

        risk = Risk.objects.get()
        assert risk.policy == past_due
        assert (risk.kind, risk.severity, risk.deadline) == ("past_due", 3, date(2026, 11, 30))
        assert risk.premium_at_stake == Decimal("30.00")
        assert risk.as_of == NOW - timedelta(hours=5)
        assert (risk.opened_at, risk.closed_at) == (NOW, None)

    def test_changes_nothing_the_second_time(self, past_due):
        refresh(policy_ids=[past_due.pk], at=NOW)
        changes = Change.objects.count()

        assert refresh(policy_ids=None, at=NOW + timedelta(hours=1)) == 0
        tell(past_due, at=NOW + timedelta(hours=2))
        assert refresh(policy_ids=[past_due.pk], at=NOW + timedelta(hours=2)) == 0
        assert Change.objects.count() == changes

    def test_becomes_graver_as_days_pass(self, past_due):
        tell(past_due, at=NOW, status="in_grace", deadline=date(2026, 11, 30), stale_at=None)
        refresh(policy_ids=None, at=NOW)
        assert Risk.objects.get().kind == "in_grace"

        assert refresh(policy_ids=None, at=datetime(2026, 10, 31, 15, tzinfo=UTC)) == 1
        assert Risk.objects.get().kind == "coverage"

    def test_becomes_unknown_when_the_promise_ends(self, past_due):
        refresh(policy_ids=None, at=NOW)

        assert refresh(policy_ids=None, at=NOW + timedelta(hours=30)) == 1
        risk = Risk.objects.get()
        assert (risk.kind, risk.reasons) == ("unknown", [{"code": "stale", "said": "past_due"}])

    @pytest.mark.parametrize(
        ("_case", "told", "of_policy"),
        [
            ("paid", {"status": "current"}, {}),
            ("costs nothing", {}, {"premium": 0}),
            ("its last day is over", {}, {"termination_date": date(2026, 10, 15)}),
        ],
    )
    def test_closes_as_passed_what_is_no_risk_any_more(self, past_due, _case, told, of_policy):
        refresh(policy_ids=None, at=NOW)
        tell(past_due, at=NOW, **told)
        type(past_due).objects.filter(pk=past_due.pk).update(**of_policy)

        assert refresh(policy_ids=[past_due.pk], at=NOW) == 1
        risk = Risk.objects.get()
        assert (risk.outcome, risk.closed_at, risk.closed_by) == ("passed", NOW, None)

    def test_leaves_what_a_person_said_until_something_newer_contradicts_it(self, past_due):
        user = UserFactory(owner=True)
        refresh(policy_ids=None, at=NOW)
        said = {"outcome": "saved", "why": "", "user": user}
        outcomes.log_outcome(risk_id=Risk.objects.get().pk, at=NOW, **said)

        assert refresh(policy_ids=None, at=NOW + timedelta(days=1)) == 0
        tell(past_due, at=NOW + timedelta(days=1))
        assert refresh(policy_ids=None, at=NOW + timedelta(days=1)) == 0
        tell(past_due, at=NOW + timedelta(days=2), status="in_grace")
        assert refresh(policy_ids=None, at=NOW + timedelta(days=2)) == 1
        assert list(Risk.objects.order_by("pk").values_list("kind", "outcome")) == [
            ("past_due", "saved"), ("in_grace", ""),
        ]  # fmt: skip

    def test_asks_as_often_for_many_policies_as_for_one(
        self, past_due, django_assert_max_num_queries
    ):
        for _ in range(8):
            policy = PolicyFactory(carrier=past_due.carrier)
            StandingFactory(policy=policy, status="past_due")

        with django_assert_max_num_queries(25):
            assert refresh(policy_ids=None, at=NOW) == 9


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("default_options")
class TestRefreshTogether:
    def test_opens_one_risk_however_many_run_at_once(self, past_due):
        def run(_number):
            try:
                return refresh(policy_ids=[past_due.pk], at=NOW)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(run, range(8), timeout=WAIT)) == 1
        assert Risk.objects.open().count() == 1

    def test_waits_for_a_statement_that_is_being_written(self, past_due):
        def run():
            try:
                return refresh(policy_ids=None, at=NOW)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                tell(past_due, at=NOW, status="current")
                waiting = pool.submit(run)
                _until_somebody_waits()
                risks.refresh(policy_ids=[past_due.pk], at=NOW)
            assert waiting.result(timeout=WAIT) == 0
        assert not Risk.objects.exists()


def _until_somebody_waits() -> None:
    for _ in range(WAIT * 20):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.05)")
    pytest.fail("nobody waited")
