"""The whole way from the sandbox's carriers: push, files over SFTP, and pages of an API."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
import requests
from django.utils import timezone

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey
from agencyhub.imports import tasks as imports
from agencyhub.imports.models import Import
from integrations import registry
from integrations.carriers.models import Connection
from integrations.carriers.services import running
from integrations.premier.models import Delivery, Pull
from integrations.premier.services import feeds, pulling
from integrations.services import processing
from policies.models import Payment, Policy, Standing
from sandbox import enrolled
from sandbox.carriers.partner import Carriers
from sandbox.premier import partner as premier_site
from sandbox.server import Options, Sandbox
from tests.factories.accounts import UserFactory
from tests.factories.carriers import SECRET, ConnectionFactory, CredentialsFactory
from tests.factories.policies import CarrierFactory, PolicyFactory, PremierTermFactory
from tests.factories.premier import FeedFactory
from tests.sandbox.test_enrolled import ANA

START = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _private_carriers(settings, tmp_path):
    settings.PARTNER_TIMEOUT = (30, 60)
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def sandbox(tmp_path, live_server, default_options) -> Iterator[Sandbox]:
    """The sandbox as a process of its own would be, beside a running AgencyHub."""
    options = Options(
        data=tmp_path / "sandbox",
        hub=live_server.url,
        port=0,
        carrier_password=SECRET,
        sftp_port=0,
        timeout_seconds=120,
    )
    with Sandbox(options) as running_sandbox:
        yield running_sandbox


def insure(sandbox: Sandbox, carrier: str, *numbers: str) -> list[Policy]:
    """Enroll people at a carrier of the sandbox, who are known here as well."""
    owner = CarrierFactory(name=carrier)
    PremierTermFactory(carrier=owner, start_date=date(2020, 1, 1))
    first = timezone.localdate().replace(day=1)
    for number in numbers:
        someone = replace(
            ANA, carrier=carrier, confirmation_number=number, effective_date=first,
            premium=Decimal("12.50"),
        )  # fmt: skip
        enrolled.add(sandbox.store, someone)
    return [PolicyFactory(carrier=owner, policy_number=one) for one in numbers]


def control(sandbox: Sandbox, **wish) -> dict[str, object]:
    answer = requests.post(f"{sandbox.url}/premier/control", json=wish, timeout=120)
    assert answer.status_code == 200, answer.text
    return answer.json()


def process() -> list[str]:
    return [one.state for one in processing.process_waiting(partners=registry.PARTNERS)]


@pytest.mark.django_db(transaction=True)
def test_every_door_leads_to_the_same_payments(sandbox):
    pushed, other = insure(sandbox, "Humana", "HS-1", "HS-2")
    feed = FeedFactory(carrier=pushed.carrier, slug="humana")
    key = api_keys.create_key(name="humana", scope=ApiKey.Scope.PREMIER).raw

    told = control(
        sandbox, settings={"humana": {"api_key": key}}, pay={"HS-1": "paid"}, push=["humana"]
    )

    assert [one["status"] for one in told["answers"]] == [202]
    assert process() == ["applied"]
    assert Standing.objects.get(policy=pushed).status == "current"
    assert Standing.objects.get(policy=other).status in ("binder_due", "binder_past_due")
    pushed.refresh_from_db()
    assert pushed.status.label == "Active"
    assert Payment.objects.filter(policy=pushed, source="push").count() == 2

    control(sandbox, pay={"HS-1": "missed"}, push=["humana"])
    process()
    standing = Standing.objects.get(policy=pushed)
    assert (standing.status, standing.past_due_amount) == ("past_due", Decimal("12.50"))
    _asks_the_api(sandbox, feed)
    _fetches_the_file(sandbox)


def _asks_the_api(sandbox, feed) -> None:
    """Page by page, from another worker behind the last page that was stored."""
    control(sandbox, pay={"HS-1": "paid"})
    feed.api_url = f"{sandbox.url}/premier/humana/api/v1/statuses"
    feeds.save(feed=feed, token=SECRET, user=UserFactory(owner=True), at=START)
    pull = pulling.start(feed=feed)
    assert pulling.start(feed=feed).pk == pull.pk
    page_size, premier_site.PAGE = premier_site.PAGE, 1
    try:
        pulling.work(pull_id=pull.pk, seconds=0)
        pull.refresh_from_db()
        assert (pull.state, pull.pages) == ("waiting", 0)
        done = pulling.work(pull_id=pull.pk)
    finally:
        premier_site.PAGE = page_size

    assert (done.state, done.pages, done.rows, done.error) == ("done", 3, 3, "")
    assert Standing.objects.get(policy__policy_number="HS-1").status == "current"
    assert set(Standing.objects.values_list("source", flat=True)) == {"api"}
    assert Delivery.objects.filter(pull=pull).count() == 3


def _fetches_the_file(sandbox) -> None:
    (policy,) = insure(sandbox, "UnitedHealthcare", "UH-1")
    control(sandbox, pay={"UH-1": "ahead"})
    site = next(one for one in sandbox.partners if isinstance(one, Carriers))
    connection = ConnectionFactory(
        carrier=policy.carrier,
        transport=Connection.Transport.SFTP,
        sign_in=Connection.SignIn.PASSWORD,
        base_url="",
        host="127.0.0.1",
        port=site.sftp.port,
        folder="/outbound",
        username="sandbox-agency",
        book_pattern="",
        statement_pattern="",
        status_pattern="UHC_Status_*",
        at=time(4),
    )
    CredentialsFactory(connection=connection, secret=SECRET, place=connection.place)
    today = timezone.localdate()
    run = connection.retrievals.create(since=today, until=today)

    assert running.work(retrieval_id=run.pk).state == "done"
    imported = Import.objects.get(kind="premier_status")
    imports.stage_import(imported.pk)
    imports.import_rows(imported.pk)
    imported.refresh_from_db()

    assert (imported.state, imported.problem) == ("imported", "")
    payments = Payment.objects.filter(policy=policy)
    assert {(one.source, one.import_id) for one in payments} == {("file", imported.pk)}
    assert Standing.objects.get(policy=policy).status == "paid_ahead"


@pytest.mark.django_db
class TestPull:
    def test_starts_once_when_due(self, time_machine):
        time_machine.move_to(datetime(2026, 11, 22, 15, tzinfo=UTC))
        FeedFactory(api_url="https://carrier.example/statuses", asked_since=START)

        pulling.start_due(at=timezone.now())
        pulling.start_due(at=timezone.now())

        assert Pull.objects.count() == 1

    def test_makes_up_for_nothing_before_it_was_set_up(self, time_machine):
        now = datetime(2026, 11, 22, 15, tzinfo=UTC)
        time_machine.move_to(now)
        FeedFactory(api_url="https://carrier.example/statuses", asked_since=now)

        pulling.start_due(at=now)

        assert not Pull.objects.exists()

    def test_says_that_there_is_nothing_to_ask_with(self):
        pull = pulling.start(feed=FeedFactory(api_url="https://carrier.example/statuses"))

        assert pulling.work(pull_id=pull.pk).state == "failed"
