"""Incidents: opened once, told once, closed once, whoever looks and dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.urls import reverse

from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import sending
from integrations.models import Incident
from integrations.reports import Report, State, judge, trouble
from integrations.services import incidents
from tests.factories.accounts import UserFactory

AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
MANAGE = "integrations.manage_integrations"


def report(state=State.FAILING, failures=2, **changes) -> Report:
    values = {"key": "carriers:7", "title": "Retrieve: Humana", "url": "/", "icon": "download"}
    return Report(**{**values, **changes}, state=state, failures=failures)


def look(*reports: Report, minutes: int = 0) -> incidents.Round:
    return incidents.review(read=lambda: reports, at=AT + timedelta(minutes=minutes))


WELL = report(State.WORKING, 0)


class TestJudge:
    @pytest.mark.parametrize(
        ("_case", "facts", "state"),
        [
            ("off beats all", {"is_active": False, "failures": 9}, State.OFF),
            ("expired", {"is_active": True, "failures": 9, "is_expired": True}, State.EXPIRED),
            ("two failures", {"is_active": True, "failures": 2}, State.FAILING),
            ("one failure", {"is_active": True, "failures": 1}, State.ATTENTION),
            ("silent", {"is_active": True, "is_silent": True}, State.SILENT),
            ("never ran", {"is_active": True, "has_run": False}, State.NEW),
            ("well", {"is_active": True}, State.WORKING),
        ],
    )
    def test_says_the_worst(self, _case, facts, state):
        assert judge(**facts) == state

    def test_one_failure_opens_nothing_and_keeps_open_what_two_had_opened(self):
        one_left = report(State.ATTENTION, 1)

        assert trouble(one_left, is_known=False) == ""
        assert trouble(one_left, is_known=True) == "failing"
        assert trouble(report(State.OFF, 1), is_known=True) == ""


@pytest.mark.django_db
class TestReview:
    def test_tells_those_who_manage_once_in_their_language(self):
        UserFactory(may=[MANAGE], email="uma@example.com")
        UserFactory(may=[MANAGE], email="pilar@example.com", language="es")
        UserFactory(may=["integrations.review_inbound"])
        UserFactory(may=[MANAGE], is_active=False)

        first, second = look(report()), look(report(failures=3), minutes=1)

        assert (len(first.opened), second.opened, second.closed) == (1, [], [])
        mails = {mail.to: mail for mail in OutgoingMail.objects.all()}
        assert set(mails) == {"uma@example.com", "pilar@example.com"}
        assert mails["uma@example.com"].subject == "Failing: Retrieve: Humana"
        assert "2 tries in a row failed" in mails["uma@example.com"].text
        assert mails["pilar@example.com"].language == "es"

    def test_tells_that_it_is_over_and_then_of_the_next_one(self):
        UserFactory(may=[MANAGE])

        (number,) = look(report()).opened
        closed = look(WELL, minutes=5)
        again = look(WELL, minutes=6)
        anew = look(report(), minutes=7)

        assert (closed.closed, again.closed, len(anew.opened)) == ([number], [], 1)
        assert Incident.objects.get(pk=number).ending == "recovered"
        subjects = OutgoingMail.objects.order_by("pk").values_list("subject", flat=True)
        assert [one.split(":")[0] for one in subjects] == ["Failing", "Works again", "Failing"]

    def test_another_trouble_of_the_same_integration_stays_one_incident(self):
        UserFactory(may=[MANAGE])
        look(report())

        after = look(report(State.EXPIRED), minutes=1)

        assert (after.opened, after.closed) == ([], [])
        assert Incident.objects.get().kind == "expired"
        assert OutgoingMail.objects.count() == 1

    @pytest.mark.parametrize(("_case", "left"), [("off", [report(State.OFF, 0)]), ("gone", [])])
    def test_what_was_turned_off_ends_without_a_mail(self, _case, left):
        UserFactory(may=[MANAGE])
        look(report())

        look(*left, minutes=1)

        assert Incident.objects.get().ending == "turned_off"
        assert OutgoingMail.objects.count() == 1

    def test_a_message_s_reason_stays_out_of_the_mail(self):
        from_inbox = report(error="Another record: Lopez", backlog=object())
        UserFactory(may=[MANAGE])

        look(from_inbox)

        mail = OutgoingMail.objects.get()
        assert "Lopez" not in mail.text + mail.html + Incident.objects.get().text


@pytest.mark.django_db
class TestMail:
    def test_leaves_while_the_incident_is_open_and_tells_the_end(self, mailoutbox):
        UserFactory(may=[MANAGE])
        look(report())
        assert sending.send_due(at=AT) == {"sent": 1}
        look(WELL, minutes=1)

        assert sending.send_due(at=AT + timedelta(minutes=1)) == {"sent": 1}
        assert [one.subject for one in mailoutbox] == [
            "Failing: Retrieve: Humana",
            "Works again: Retrieve: Humana",
        ]

    def test_of_what_was_over_before_it_left_nobody_is_told(self, mailoutbox):
        UserFactory(may=[MANAGE])
        look(report())
        look(WELL, minutes=1)

        assert sending.send_due(at=AT + timedelta(minutes=2)) == {"suppressed": 2}
        reasons = OutgoingMail.objects.order_by("pk").values_list("reason", flat=True)
        assert list(reasons) == ["over", "never_told"]
        assert mailoutbox == []

    def test_is_not_for_those_who_manage_no_more(self):
        user = UserFactory(may=[MANAGE])
        look(report())
        user.groups.clear()

        assert sending.send_due(at=AT) == {"suppressed": 1}


@pytest.mark.django_db(transaction=True)
class TestTwoWorkers:
    def test_open_one_incident_and_write_one_mail(self):
        UserFactory(may=[MANAGE])

        def work(_number: int) -> int:
            try:
                return len(look(report()).opened)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            opened = list(pool.map(work, range(8)))

        assert sum(opened) == 1
        assert (Incident.objects.count(), OutgoingMail.objects.count()) == (1, 1)

    def test_one_that_dies_leaves_nothing_and_the_next_round_tells(self, monkeypatch):
        UserFactory(may=[MANAGE])

        def die(*_arguments, **_names):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(incidents.outbox, "write", die)
            with pytest.raises(KeyboardInterrupt):
                look(report())
        assert not Incident.objects.exists()

        look(report(), minutes=1)

        assert (Incident.objects.count(), OutgoingMail.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_page_shows_open_ones_and_the_history(client):
    client.force_login(UserFactory(may=[MANAGE]))
    look(report(), report(key="comtrack", title="ComTrack"))
    look(report(), minutes=1)

    page = client.get(reverse("integrations:health")).content.decode()

    assert "Retrieve: Humana: Failing" in page
    assert "ComTrack: Failing" in page
    assert "Turned off" in page
