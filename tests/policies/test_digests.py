"""The daily mail to agents: from what is stored to the mail."""

import json
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from agencyhub.accounts.models import Agent, User
from agencyhub.mailing.models import MailPreference, MailSettings, OutgoingMail
from agencyhub.mailing.services import sending
from policies.models import Policy, PolicyAgent, Risk, Standing
from policies.services import digests
from tests.factories.accounts import PASSWORD
from tests.factories.individuals import MBI
from tests.factories.policies import CarrierProductFactory
from tests.policies.owing import AT, agent, at_risk, owing

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> Agent:
    return agent("Rosa")


@pytest.fixture
def luis() -> Agent:
    return agent("Luis")


def write(at=AT) -> dict[int, OutgoingMail]:
    """The mails by their reader."""
    mails = OutgoingMail.objects.filter(pk__in=digests.write_due(at=at).mails)
    return {mail.user_id: mail for mail in mails}


def told(mail: OutgoingMail) -> set[int]:
    return {int(pk) for pk in mail.facts["told"]}


class TestWriteDue:
    def test_tells_two_agents_of_their_own_only(self, rosa, luis):
        of_rosa = {at_risk(rosa).pk for _each in range(3)}
        of_luis = {at_risk(luis).pk for _each in range(2)}
        at_risk(None)

        mails = write()

        assert told(mails[rosa.user_id]) == of_rosa
        assert told(mails[luis.user_id]) == of_luis
        assert set(_pages(mails[rosa.user_id])).isdisjoint(_pages(mails[luis.user_id]))

    def test_leaves_out_a_book_that_one_may_merely_open(self, rosa, luis):
        rosa.user.accessible_agents.add(luis)
        at_risk(luis)

        assert rosa.user_id not in write()

    def test_tells_additional_agents_too(self, rosa, luis):
        policy = at_risk(rosa)
        PolicyAgent.objects.create(policy=policy, agent=luis)

        assert {reader: told(mail) for reader, mail in write().items()} == {
            rosa.user_id: {policy.pk},
            luis.user_id: {policy.pk},
        }

    def test_tells_the_subscribers_agent_of_a_policy_without_one(self, rosa, luis):
        policy = at_risk(None, person={"servicing_agent": luis})
        at_risk(rosa, person={"servicing_agent": luis})

        assert told(write()[luis.user_id]) == {policy.pk}

    def test_writes_nothing_when_nothing_qualifies(self, rosa):
        owing(rosa, status="current")
        at_risk(rosa, stale_at=AT)
        owing(rosa)

        written = digests.write_due(at=AT)

        assert (written.mails, dict(written.left_out)) == ([], {"nothing_to_tell": 1})

    def test_looks_after_a_day_once(self, rosa):
        assert write() == {}
        at_risk(rosa)

        assert write(AT + timedelta(hours=2)) == {}
        assert len(write(AT + timedelta(days=1))) == 1

    @pytest.mark.parametrize(
        ("_case", "change"),
        [
            ("the agency's switch is off", lambda _: MailSettings.objects.update(
                sends_digests=False)),
            ("the user's switch is off", lambda one: MailPreference.objects.create(
                user=one.user, gets_digest=False)),
            ("no address", lambda _: User.objects.update(email="")),
            ("no longer active", lambda _: User.objects.update(is_active=False)),
            ("no agent any more", lambda _: Agent.objects.update(is_active=False)),
        ],
    )  # fmt: skip
    def test_writes_to_nobody_who_does_not_want_it(self, rosa, _case, change):
        at_risk(rosa)
        change(rosa)

        assert write() == {}

    def test_keeps_to_the_hour_of_each_zone(self, rosa, luis):
        at_risk(rosa)
        at_risk(luis)
        User.objects.filter(pk=luis.user_id).update(time_zone="America/Los_Angeles")

        assert set(write()) == {rosa.user_id}
        assert set(write(AT + timedelta(hours=1))) == {luis.user_id}

    def test_tells_of_a_closed_risk_no_more(self, rosa):
        at_risk(rosa)
        Risk.objects.update(closed_at=AT, outcome="lost")

        assert write() == {}


class TestLetter:
    def test_puts_what_is_new_first(self, rosa):
        at_risk(rosa, person={"first_name": "Old"})
        sending.send_due(at=AT, only=[mail.pk for mail in write().values()])
        at_risk(rosa, person={"first_name": "Fresh"})
        Standing.objects.update(stale_at=None)

        (mail,) = write(AT + timedelta(days=1)).values()

        assert re.findall(r"^\* (.*)$", mail.text, re.MULTILINE) == ["Fresh L. (New)", "Old L."]

    def test_shows_ten_and_how_many_more(self, rosa):
        for _each in range(12):
            at_risk(rosa)

        (mail,) = write().values()

        assert len(_pages(mail)) == 10
        assert len(told(mail)) == 12
        assert "and 2 more" in mail.text
        assert "http://127.0.0.1:8000/at-risk/" in mail.text
        assert mail.subject == "12 policies need a payment"

    def test_filters_the_board_for_whoever_sees_more(self, rosa, luis):
        rosa.user.accessible_agents.add(luis)
        for _each in range(11):
            at_risk(rosa)

        (mail,) = write().values()

        assert f"http://127.0.0.1:8000/at-risk/?agent={rosa.pk}" in mail.text

    def test_holds_no_health_data(self, rosa):
        product = CarrierProductFactory(name="Prairie Choice Diabetes Care")
        at_risk(
            rosa,
            amount_due="28.50",
            past_due_amount="57.00",
            person={"mbi": MBI, "first_name": "Ana", "last_name": "Lopezgarcia"},
            policy={"product": product, "policy_number": "AZ-4711"},
        )

        (mail,) = write().values()

        secrets = (
            *(MBI, MBI[-4:], "03/14/1958", "1958-03-14", "AZ-4711", "Diabetes", "Prairie"),
            *("28.50", "57.00", "Lopezgarcia", "ana@example.com", "5155550100", "555-0100"),
        )
        for part in (mail.subject, mail.text, mail.html, mail.dedupe_key):
            assert [secret for secret in secrets if secret in part] == []
        assert "Ana L." in mail.text
        assert not re.search(r"\d{2}/\d{2}/\d{4}|\$|Ana", mail.subject)

    def test_is_in_the_readers_language(self, rosa):
        User.objects.update(language="es")
        at_risk(rosa)

        (mail,) = write().values()

        assert mail.language == "es"
        assert '<html lang="es">' in mail.html
        assert mail.subject == "1 póliza necesita un pago"

    def test_links_to_the_client_after_a_sign_in(self, rosa, client):
        policy = at_risk(rosa, person={"servicing_agent": rosa})
        (mail,) = write().values()
        (path,) = _pages(mail)

        asked = client.get(path)
        answer = client.post(
            asked.url, {"username": rosa.user.username, "password": PASSWORD}, follow=True
        )

        assert asked.url == f"/accounts/login/?next={path}"
        assert answer.redirect_chain[-1][0] == path
        assert path == f"/individuals/{policy.subscriber_id}/"
        assert answer.status_code == 200
        assert "Lopez" in answer.text

    def test_links_to_the_policy_where_the_client_is_not_the_agents(self, rosa):
        policy = at_risk(rosa)

        (mail,) = write().values()

        assert f"http://127.0.0.1:8000/policies/{policy.pk}/" in mail.text


class TestStillWanted:
    @pytest.mark.parametrize(
        ("_case", "change", "expected"),
        [
            ("switched off since", lambda: MailPreference.objects.update(gets_digest=False),
             "switched_off"),
            ("agency switched off", lambda: MailSettings.objects.update(sends_digests=False),
             "agency_off"),
            ("reader has left", lambda: User.objects.update(is_active=False), "reader_left"),
            ("reader has another address", lambda: User.objects.update(email="new@example.com"),
             "address_changed"),
        ],
    )  # fmt: skip
    def test_asks_again(self, rosa, mailoutbox, _case, change, expected):
        at_risk(rosa)
        (mail,) = write().values()
        change()

        sending.send_due(at=AT)

        mail.refresh_from_db()
        assert (mail.state, mail.reason) == ("suppressed", expected)
        assert mailoutbox == []

    def test_holds_back_what_its_reader_no_longer_sees(self, rosa, luis, mailoutbox):
        handed_on = at_risk(rosa)
        at_risk(rosa)
        (mail,) = write().values()
        Policy.objects.filter(pk=handed_on.pk).update(servicing_agent=luis)

        sending.send_due(at=AT)

        mail.refresh_from_db()
        assert (mail.state, mail.reason) == ("suppressed", "out_of_reach")
        assert mailoutbox == []


class TestCommand:
    def test_writes_and_sends_as_of_a_moment(self, rosa, mailoutbox):
        at_risk(rosa)
        out = StringIO()

        call_command("send_digests", as_of="2026-11-23T10:00:00", json=True, stdout=out)

        answer = json.loads(out.getvalue())
        assert answer["as_of"] == "2026-11-23T10:00:00-05:00"
        assert (answer["written"], answer["sent"]) == (1, 1)
        assert [message.to for message in mailoutbox] == [[rosa.user.email]]

    def test_says_so_in_words(self, rosa, capsys):
        call_command("send_digests", as_of="2026-11-23T07:00:00-05:00")

        assert "0 written, 0 sent" in capsys.readouterr().out


def _pages(mail: OutgoingMail) -> list[str]:
    return re.findall(
        r"http://127\.0\.0\.1:8000(/(?:individuals|policies)/\d+/)$", mail.text, re.MULTILINE
    )
