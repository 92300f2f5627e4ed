"""The law of scope for what leaves by itself or is counted: webhooks, figures, report mails."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from agencyhub.home.reports.registry import REPORTS
from agencyhub.home.subscriptions import services, writing
from agencyhub.mailing.models import OutgoingMail
from commissions.models import Application, BookRow, CommissionLine
from integrations.outgoing.found import Found
from integrations.outgoing.models import Delivery, Endpoint, Event
from integrations.outgoing.services import telling
from policies.models import Policy, PolicyAgent
from tests.factories.outgoing import EndpointFactory
from tests.scope import world
from tests.scope.test_same_rows import QUICK, people
from tests.scope.world import Reader

pytestmark = [pytest.mark.load, pytest.mark.django_db]
# A Monday, 8:00 AM in New York, and the day before.
NOW = datetime(2026, 11, 16, 13, tzinfo=UTC)
BEFORE = datetime(2026, 11, 15, 20, tzinfo=UTC)
# The world's kinds, as webhooks name them.
KINDS = {
    "individual": "individual",
    "salesrecord": "sales_record",
    "policy": "policy",
    "application": "application",
}
COUNTED = {
    "policy": Policy,
    "application": Application,
    "bookrow": BookRow,
    "commissionline": CommissionLine,
}
"""What reports count; nothing else refers to these rows here."""
EXAMPLES = (
    Reader(frozenset(), 0, frozenset({1})),
    Reader(frozenset({"own"}), 3, frozenset({0})),
    Reader(frozenset({"own", "own_and_unassigned"}), 1, frozenset()),
    Reader(frozenset(), None, frozenset(), is_superuser=True),
)


@pytest.fixture
def agency():
    return world.build()


@contextmanager
def as_if():
    """Whatever happens here has never happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def figures(user):
    """Every number of every report that a user may read, without the addresses behind them."""
    today = timezone.localdate()
    found = {}
    for key, report in REPORTS.items():
        if not report.is_for(user):
            continue
        form = report.form({})
        form.is_valid()
        counted = report.count(user, form.cleaned_data, today)
        lines = [*counted.lines, *([counted.total] if counted.total else [])]
        found[key] = [(line.label, [cell.value for cell in line.cells]) for line in lines]
    return found


def without(agency, reader, look):
    """What ``look`` finds when the rows that a reader does not see are not there at all."""
    with as_if():
        seen = agency.visible(reader, "policy")
        PolicyAgent.objects.exclude(policy_id__in=seen).delete()
        for kind, model in COUNTED.items():
            hidden = set(agency.rows[kind]) - agency.visible(reader, kind)
            model.objects.filter(pk__in=hidden)._raw_delete("default")
        return look()


@QUICK
@given(reader=people, seed=st.integers(0, 2**32))
@example(reader=EXAMPLES[0], seed=1)
@example(reader=EXAMPLES[1], seed=2)
@example(reader=EXAMPLES[2], seed=4)
@example(reader=EXAMPLES[3], seed=5)
def test_webhooks_tell_exactly_of_what_their_owner_sees(agency, reader, seed):
    agency.deal(seed)
    user = agency.enter(reader)
    Endpoint.objects.all().delete()
    Event.objects.all().delete()
    verbs = ("created", "updated", "deleted")
    EndpointFactory(owner=user, types=[f"{k}.{v}" for k in KINDS.values() for v in verbs])
    found = [
        Found(named, verb, pk, NOW, "change", number)
        for kind, named in KINDS.items()
        for verb in verbs
        for number, pk in enumerate(agency.rows[kind])
    ]

    telling.tell(found, at=NOW)

    told = set(Delivery.objects.values_list("event__type", "event__record_id"))
    sees_all = reader.is_superuser or "all" in reader.scopes
    for kind, named in KINDS.items():
        lawful = agency.visible(reader, kind)
        for verb in verbs[:2]:
            assert {pk for name, pk in told if name == f"{named}.{verb}"} == lawful
        gone = {pk for name, pk in told if name == f"{named}.deleted"}
        assert gone == (set(agency.rows[kind]) if sees_all else set())


@QUICK
@given(reader=people, seed=st.integers(0, 2**32))
@example(reader=EXAMPLES[0], seed=1)
@example(reader=EXAMPLES[1], seed=2)
@example(reader=EXAMPLES[2], seed=4)
def test_figures_are_as_if_the_rows_of_others_were_not_there(agency, reader, seed):
    agency.deal(seed)
    user = agency.enter(reader)

    seen = figures(user)

    assert seen
    assert seen == without(agency, reader, lambda: figures(user))


@pytest.mark.parametrize("reader", EXAMPLES[:3])
def test_a_mail_with_a_report_says_nothing_of_the_rows_of_others(agency, reader):
    agency.deal(6)
    user = agency.enter(reader)
    key = next(key for key, report in REPORTS.items() if report.is_for(user))
    values = {"title": "Mine", "frequency": "daily"}
    made = services.subscribe(user=user, report=REPORTS[key], query="", values=values, at=BEFORE)

    @time_machine.travel(NOW, tick=False)  # the mail says to the minute when it counted
    def mailed():
        cache.clear()  # what was counted a moment ago is remembered
        mail = writing.write_one(subscription_id=made.pk, at=NOW)
        return mail and (mail.text, mail.html)

    with as_if():
        with_others = mailed()

    assert with_others
    assert with_others == without(agency, reader, mailed)
    assert not OutgoingMail.objects.exists()
