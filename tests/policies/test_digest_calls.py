"""Calls that are due, in the daily mail to agents."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from agencyhub.accounts.models import Agent, Role, User
from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import sending
from policies.models import Policy, Risk
from policies.services import digests
from tests.factories.accounts import RoleFactory
from tests.factories.policies import PolicyFactory, RiskFactory
from tests.policies.owing import AT, agent, at_risk

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
BOARD = "http://127.0.0.1:8000/at-risk/"
NOTE = "Her son Pablo, 5155550177"


def let(user: User) -> None:
    """Let somebody see the board."""
    user.groups.add(RoleFactory(permissions=["policies.view_risk"], scope=Role.Scope.OWN))


@pytest.fixture
def rosa() -> Agent:
    found = agent("Rosa")
    let(found.user)
    return found


@pytest.fixture
def luis() -> Agent:
    found = agent("Luis")
    let(found.user)
    return found


def to_call(of: Agent | None, day: date | None, **values: object) -> Policy:
    """A policy at risk about whose payment no mail tells, with the day of its next call."""
    policy = PolicyFactory(servicing_agent=of)
    RiskFactory(policy=policy, calls=1, last_call="promised", call_on=day, call_note=NOTE, **values)
    return policy


def write(at=AT) -> dict[int, OutgoingMail]:
    """The mails by their reader."""
    mails = OutgoingMail.objects.filter(pk__in=digests.write_due(at=at).mails)
    return {mail.user_id: mail for mail in mails}


def mail_to(reader: Agent) -> OutgoingMail:
    return write()[reader.user_id]


class TestCalls:
    def test_counts_today_and_overdue_with_a_link_to_them(self, rosa):
        for back in (0, 0, 1, 40, 200):
            to_call(rosa, TODAY - timedelta(days=back))
        to_call(rosa, TODAY + timedelta(days=1))
        to_call(rosa, None)

        mail = mail_to(rosa)

        said = "2 calls are due today, 3 calls are overdue"
        assert f"{said}: {BOARD}?next_call=due\n" in mail.text
        assert f'<a href="{BOARD}?next_call=due">{said}</a>' in mail.html
        assert mail.subject == "5 calls to make"
        assert mail.facts["calls"] == 5

    @pytest.mark.parametrize(
        ("day", "said", "other"),
        [
            (TODAY, "1 call is due today:", "overdue"),
            (TODAY - timedelta(days=1), "1 call is overdue:", "due today"),
        ],
    )
    def test_says_only_what_there_is(self, rosa, day, said, other):
        to_call(rosa, day)

        text = mail_to(rosa).text

        assert said in text
        assert other not in text
        assert "with a payment due" not in text

    def test_stands_beside_the_payments(self, rosa):
        at_risk(rosa)
        to_call(rosa, TODAY)

        mail = mail_to(rosa)

        assert mail.subject == "1 policy needs a payment, 1 call to make"
        assert "with a payment due or past due" in mail.text
        assert "1 call is due today" in mail.text

    def test_is_silent_without_any(self, rosa):
        at_risk(rosa)
        to_call(rosa, TODAY + timedelta(days=1))

        mail = mail_to(rosa)

        assert mail.subject == "1 policy needs a payment"
        assert "call" not in mail.text
        assert mail.facts["calls"] == 0

    def test_counts_what_the_link_shows(self, rosa, luis, client):
        rosa.user.accessible_agents.add(luis)
        to_call(rosa, TODAY)
        to_call(rosa, TODAY - timedelta(days=3))
        to_call(luis, TODAY)
        to_call(None, TODAY)

        mail = mail_to(rosa)

        link = f"{BOARD}?next_call=due&agent={rosa.pk}"
        assert f"1 call is due today, 1 call is overdue: {link}\n" in mail.text
        assert link in unescape(mail.html)

    def test_says_nothing_of_anybody(self, rosa):
        policy = to_call(rosa, TODAY)
        person = policy.subscriber

        mail = mail_to(rosa)

        for part in (mail.subject, mail.text, mail.html, str(mail.facts)):
            for secret in (person.first_name, person.last_name, "Pablo", "5155550177", "promised"):
                assert secret not in part

    def test_counts_no_closed_risk(self, rosa):
        to_call(rosa, TODAY)
        Risk.objects.update(closed_at=AT, outcome="lost")

        assert write() == {}

    def test_goes_by_the_readers_day(self, rosa):
        User.objects.filter(pk=rosa.user_id).update(time_zone="Pacific/Auckland")
        to_call(rosa, date(2026, 11, 24))

        mail = write(AT + timedelta(hours=8))[rosa.user_id]

        assert mail.facts["day"] == "2026-11-24"
        assert "1 call is due today" in mail.text


class TestRights:
    def test_tells_nothing_to_who_may_not_see_the_board(self):
        reader = agent("Mia")
        to_call(reader, TODAY)

        assert write() == {}

    def test_tells_each_of_their_own(self, rosa, luis):
        to_call(rosa, TODAY)
        to_call(luis, TODAY)
        to_call(luis, TODAY)

        counts = {reader: mail.facts["calls"] for reader, mail in write().items()}

        assert counts == {rosa.user_id: 1, luis.user_id: 2}

    def test_leaves_out_a_book_that_one_may_merely_open(self, rosa, luis):
        rosa.user.accessible_agents.add(luis)
        to_call(luis, TODAY)

        assert rosa.user_id not in write()

    def test_is_held_back_when_the_right_is_gone(self, rosa, mailoutbox):
        to_call(rosa, TODAY)
        mail = mail_to(rosa)
        rosa.user.groups.clear()

        sending.send_due(at=AT)

        mail.refresh_from_db()
        assert (mail.state, mail.reason) == ("suppressed", "out_of_reach")
        assert mailoutbox == []

    def test_leaves_with_the_right(self, rosa, mailoutbox):
        to_call(rosa, TODAY)
        write()

        sending.send_due(at=AT)

        assert [one.subject for one in mailoutbox] == ["1 call to make"]

    def test_link_opens_exactly_these(self, rosa, client):
        due = to_call(rosa, date(2020, 1, 1))
        to_call(rosa, date.max)
        client.force_login(rosa.user)

        answer = client.get(f"{reverse('policies:risk_list')}?next_call=due")

        assert [row.policy_id for row in answer.context["page"].cut] == [due.pk]


class TestNextDay:
    def test_calls_alone_do_not_make_a_payment_new_again(self, rosa):
        at_risk(rosa)
        to_call(rosa, TODAY)
        sending.send_due(at=AT, only=[mail.pk for mail in write().values()])

        (mail,) = write(AT + timedelta(days=1)).values()

        assert "(New)" not in mail.text
        assert "1 call is overdue" in mail.text
