"""A carrier says "paid" while the sender is at it: nobody is written to who had paid before."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import ClassVar

import polars as pl
import psycopg
import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from agencyhub.mailing.messages import MARK
from agencyhub.mailing.models import MailSettings, OutgoingMail
from agencyhub.mailing.services import sending
from individuals.models import Individual
from policies.models import Policy, Standing, Told
from policies.services import payments
from tests.factories.mailing import OutgoingMailFactory
from tests.policies.owing import AT, IN_FIVE_DAYS, agent, owing

pytestmark = [
    pytest.mark.load,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("default_options"),
]

MOST = 500
LATER = AT + timedelta(minutes=1)


class WatchingBackend(BaseEmailBackend):
    """Looks, at the moment of handing over and over its own connection, who has paid."""

    policies: ClassVar[dict[str, int]] = {}
    eyes: ClassVar[psycopg.Connection]
    handed: ClassVar[list[str]] = []
    had_paid: ClassVar[list[str]] = []

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            mail = message.extra_headers[MARK]
            asked = "SELECT status FROM policies_standing WHERE policy_id = %s"
            ((status,),) = self.eyes.execute(asked, [self.policies[mail]]).fetchall()
            self.handed.append(mail)
            if status != "binder_due":
                self.had_paid.append(mail)
        return len(email_messages)


@pytest.fixture
def watched(monkeypatch, settings):
    """The backend, with eyes of its own."""
    settings.EMAIL_BACKEND = f"{__name__}.WatchingBackend"
    monkeypatch.setattr(WatchingBackend, "handed", [])
    monkeypatch.setattr(WatchingBackend, "had_paid", [])
    params = {**connection.get_connection_params(), "autocommit": True}
    names = ("dbname", "user", "password", "host", "port", "autocommit")
    with psycopg.connect(**{name: params[name] for name in names if name in params}) as eyes:
        monkeypatch.setattr(WatchingBackend, "eyes", eyes, raising=False)
        yield WatchingBackend


def update(numbers: Sequence[str]) -> None:
    """What any feed comes down to: one transaction that changes standings."""
    Standing.objects.filter(policy__policy_number__in=numbers).update(status="current")


def apply(numbers: Sequence[str]) -> None:
    """A statement of the carrier, with all that it brings about."""
    carrier_id = Policy.objects.order_by("pk").values_list("carrier_id", flat=True)[0]
    payments.apply(_paid(numbers), carrier_id=carrier_id, source=Told.Source.PUSH, at=LATER)


@pytest.mark.parametrize(
    ("tell", "rounds", "at_once"), [(update, MOST, 1), (apply, 12, 5)], ids=["feed", "statement"]
)
def test_nobody_who_has_paid_before_is_written_to(watched, tell, rounds, at_once):
    waiting = _waiting(rounds * at_once)
    numbers = dict(Policy.objects.values_list("pk", "policy_number"))
    watched.policies = {str(mail.pk): mail.facts["policy"] for mail in waiting}
    pieces = [waiting[cut : cut + at_once] for cut in range(0, len(waiting), at_once)]
    start = Barrier(2)

    def feed() -> None:
        for piece in pieces:
            paid = [numbers[mail.facts["policy"]] for mail in piece]
            start.wait(timeout=60)
            tell(paid)
        connection.close()

    def send() -> None:
        for piece in pieces:
            start.wait(timeout=60)
            for mail in piece:
                sending.send_due(at=LATER, only=[mail.pk])
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(feed), pool.submit(send)]:
            done.result(timeout=300)

    states = Counter(OutgoingMail.objects.values_list("state", flat=True))
    assert watched.had_paid == []
    assert len(watched.handed) == len(set(watched.handed)) == states["sent"]
    assert states["sent"] + states["suppressed"] == len(waiting)
    assert states["suppressed"], "the sender was always first: this was no race"
    assert not Standing.objects.filter(status="binder_due").exists()


def _waiting(count: int) -> list[OutgoingMail]:
    """Reminders to as many clients of one carrier, written and not yet sent."""
    MailSettings.objects.update_or_create(pk=1, defaults={"most_per_minute": 6000})
    policy = owing(agent())
    standing, person = Standing.objects.get(pk=policy.pk), policy.subscriber
    people = Individual.objects.bulk_create(_copies(person, count - 1))
    policies = _copies(policy, count - 1)
    for number, (one, subscriber) in enumerate(zip(policies, people, strict=True)):
        one.policy_number, one.subscriber = f"RACE-{number}", subscriber
    standings = _copies(standing, count - 1)
    for one, copied in zip(standings, Policy.objects.bulk_create(policies), strict=True):
        one.policy = copied
    Standing.objects.bulk_create(standings)
    keys = Standing.objects.order_by("pk").values_list("pk", flat=True)
    facts = {"deadline": IN_FIVE_DAYS.isoformat(), "step": 5, "days": 5}
    mails = [OutgoingMailFactory.build(kind="binder_reminder", created_at=AT) for _key in keys]
    for mail, key in zip(mails, keys, strict=True):
        mail.facts = {"policy": key, **facts}
    return OutgoingMail.objects.bulk_create(mails)


def _copies(row, count):
    """Unsaved copies of a stored row."""
    names = [
        field.attname
        for field in row._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    return [type(row)(**{name: getattr(row, name) for name in names}) for _each in range(count)]


def _paid(numbers: Sequence[str]) -> pl.DataFrame:
    rows = [
        {
            "row": row,
            "policy_number": number,
            "as_of": AT,
            "month": AT.date().replace(day=1),
            "is_binder": True,
            "status": "current",
            "carrier_status": "Paid",
        }
        for row, number in enumerate(numbers, start=1)
    ]
    return pl.DataFrame(rows, schema_overrides={name: payments.ROWS[name] for name in rows[0]})
