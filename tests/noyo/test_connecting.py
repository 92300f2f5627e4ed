"""Connecting groups with carriers, and which group at Noyo is which of ours."""

import pytest
from django.urls import reverse
from django.utils import timezone

from integrations.noyo import client as calls
from integrations.noyo.models import (
    Account,
    GroupConnection,
    Mapping,
    NoyoCarrier,
    NoyoGroup,
    SyncRun,
)
from integrations.noyo.selectors import joining
from integrations.noyo.services import accounts, connecting, reading, runs
from sandbox.noyo import samples, scenarios
from tests.factories.accounts import UserFactory
from tests.factories.groups import EmployerGroupFactory
from tests.factories.noyo import NoyoCarrierFactory

Status = GroupConnection.Status


@pytest.fixture
def person(db):
    return UserFactory(is_superuser=True)


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


def ask(group, person, number="NEW-1"):
    carrier = NoyoCarrier.objects.get(noyo_id=samples.GUARDIAN)
    return connecting.ask(
        group=group, carrier=carrier, number=number, user=person, at=timezone.now()
    )


@pytest.mark.usefixtures("account")
class TestConnecting:
    @pytest.fixture(autouse=True)
    def _carrier(self, db):
        NoyoCarrierFactory(noyo_id=samples.GUARDIAN)

    def test_from_the_request_to_a_mapping(self, fake, person):
        group = EmployerGroupFactory(federal_ein="123456789")

        connection = ask(group, person)

        assert (connection.status, connection.noyo_group.group) == (Status.CREATED, group)
        fake.wish("set_connection", connection=connection.noyo_id, status="completed")
        assert reading.read_due(at=timezone.now()) == 1
        connection.refresh_from_db()
        assert connection.status == Status.COMPLETED
        assert Mapping.objects.filter(group=group, carrier=connection.carrier).exists()

    def test_an_answer_that_is_lost_is_found_again(self, fake, person, monkeypatch):
        group = EmployerGroupFactory(federal_ein="123456789")
        kept = calls.Noyo.create

        def loses(self, path, body):
            kept(self, path, body)
            raise connecting.PartnerUnavailableError("no answer")

        monkeypatch.setattr(calls.Noyo, "create", loses)
        connection = ask(group, person)
        assert (connection.noyo_id, connection.message) == ("", connecting.LOST)

        run = runs.start_run(user=None, at=timezone.now())
        reading.work(run_id=run.pk, seconds=float("inf"))

        connection.refresh_from_db()
        assert connection.noyo_id
        assert connection.noyo_group.group == group

    def test_a_refusal_leaves_nothing(self, fake, person):
        fake.control(manners={"fail_next": [422]})
        with pytest.raises(connecting.ConnectingError):
            ask(EmployerGroupFactory(federal_ein="123456789"), person)
        assert not GroupConnection.objects.exists()

    def test_the_same_number_twice(self, person):
        group = EmployerGroupFactory(federal_ein="123456789")
        ask(group, person)
        with pytest.raises(connecting.ConnectingError):
            ask(group, person)

    def test_pages(self, signed_in, fake):
        group = EmployerGroupFactory(federal_ein="123456789")
        carrier = NoyoCarrier.objects.get()
        url = reverse("noyo:connection_add", args=[group.pk])
        assert signed_in.get(url).status_code == 200

        answer = signed_in.post(url, {"carrier": carrier.pk, "number": "0042"})

        assert answer.status_code == 302
        one = GroupConnection.objects.get(carrier_group_id="0042")
        again = reverse("noyo:connection_again", args=[one.pk])
        assert signed_in.get(again).status_code == 200
        fake.wish("set_connection", connection=one.noyo_id, status="unable_to_connect")
        assert signed_in.post(again, {"number": "0043"}).status_code == 302
        one.refresh_from_db()
        assert one.carrier_group_id == "0043"


@pytest.mark.usefixtures("account")
class TestJoining:
    def test_a_group_is_suggested_by_ein_and_linked_by_a_person(self, signed_in, person):
        run = runs.start_run(user=None, at=timezone.now())
        reading.work(run_id=run.pk, seconds=float("inf"))
        noyo_group = NoyoGroup.objects.get(noyo_id=scenarios.LARGE.id)
        group = EmployerGroupFactory(name="Heartland", federal_ein=noyo_group.federal_ein)

        (found,) = joining.candidates(noyo_group, user=person)
        assert (found.group, found.reasons) == (group, ("same EIN",))
        url = reverse("noyo:group_join", args=[noyo_group.pk])
        assert signed_in.get(url).status_code == 200
        assert signed_in.get(reverse("noyo:group_list")).status_code == 200
        assert signed_in.post(url, {"group": group.pk}).status_code == 302

        assert Mapping.objects.filter(group=group).exists()
        assert signed_in.get(reverse("noyo:group_carriers", args=[group.pk])).status_code == 200
        answer = signed_in.post(reverse("noyo:group_part", args=[noyo_group.pk]), follow=True)
        assert "mapped already" in answer.content.decode()


class TestAccount:
    FORM = {
        "client_id": "sandbox-noyo", "client_secret": "wrong", "webhooks_sign": "either",
        "sync_time": "02:00", "renewal_days": "90",
    }  # fmt: skip

    def test_settings_are_kept_and_tested(self, signed_in, fake):
        url = reverse("noyo:account_detail")
        assert signed_in.get(url).status_code == 200
        form = self.FORM | {
            "fulfillment_url": f"{fake.url}/noyo/fulfillment",
            "tracking_url": f"{fake.url}/noyo/tracking",
            "token_url": f"{fake.url}/noyo/auth/public/token",
        }

        answer = signed_in.post(url, form | {"test": "1"}, follow=True)
        assert "The test failed" in answer.content.decode()
        form["client_secret"] = "a-secret-of-the-sandbox"
        answer = signed_in.post(url, form | {"test": "1"}, follow=True)
        assert "Noyo answers" in answer.content.decode()

        form["fulfillment_url"] = "https://elsewhere.example.com"
        answer = signed_in.post(url, form | {"client_id": "", "client_secret": ""})
        assert answer.status_code == 422
        assert signed_in.post(url, form | {"tracking_url": "http://x.example"}).status_code == 422
        assert signed_in.get(reverse("integrations:health")).status_code == 200
        assert signed_in.get(reverse("integrations:integration_list")).status_code == 200

    def test_it_is_active_only_with_credentials(self, person):
        Account.objects.create(pk=1)
        with pytest.raises(accounts.NotSetUpError):
            accounts.activate(user=person, at=timezone.now())

    def test_its_page_looks_again_while_a_reading_waits(self, signed_in, account):
        page = reverse("noyo:account_detail")
        assert "every 2s" not in signed_in.get(page).content.decode()

        answer = signed_in.post(reverse("noyo:run_start"), follow=True)

        assert "Reading from Noyo now." in answer.content.decode()
        assert "every 2s" in answer.content.decode()

    def test_nothing_is_read_while_it_is_not_active(self, signed_in):
        Account.objects.create(pk=1)

        answer = signed_in.post(reverse("noyo:run_start"), follow=True)

        assert "Noyo is not active." in answer.content.decode()
        assert not SyncRun.objects.exists()
