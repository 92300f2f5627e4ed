"""Reports by email: from a subscription to the email, and what keeps it from leaving."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.management import call_command
from django.db import connection

from agencyhub.accounts.models import Role, User
from agencyhub.accounts.scope import reach_of
from agencyhub.home import mails, tasks
from agencyhub.home.models import Subscription
from agencyhub.home.reports import registry
from agencyhub.home.subscriptions import selectors, services, writing
from agencyhub.mailing import addresses
from agencyhub.mailing.models import MailPreference, OutgoingMail
from agencyhub.mailing.services import optouts, sending
from tests.factories.accounts import AgentFactory, UserFactory
from tests.factories.individuals import IndividualFactory
from tests.home.reports_by_mail import AT, NEEDS, PEOPLE, subscribe

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _report(monkeypatch):
    monkeypatch.setitem(registry.REPORTS, PEOPLE.key, PEOPLE)


@pytest.fixture
def reader():
    """Somebody who sees everything."""
    return UserFactory(may=[NEEDS])


def written(at=AT):
    return list(OutgoingMail.objects.filter(pk__in=writing.write_due(at=at).mails))


class TestWriteDue:
    def test_writes_figures_within_the_readers_reach(self, reader, mailoutbox):
        own = UserFactory(may=[NEEDS], may__reach=Role.Scope.OWN)
        IndividualFactory(servicing_agent=AgentFactory(user=own))
        IndividualFactory()
        subscribe(reader)
        subscribe(own)

        texts = {mail.user_id: mail.text for mail in written()}
        sending.send_due(at=AT + SOON)

        assert "People: 2, Premium: $1,234.50" in texts[reader.pk]
        assert "People: 1," in texts[own.pk]
        assert len(mailoutbox) == 2
        for message in mailoutbox:
            assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            assert "Lopez" not in message.body + str(message.alternatives)

    def test_links_to_the_report_as_it_was_chosen(self, reader):
        subscribe(reader)

        (mail,) = written()

        assert "/reports/people/?by=month" in mail.text
        assert mail.subject == "My people"

    def test_writes_each_day_once(self, reader):
        subscribe(reader)

        assert len(written()) == 1
        assert written() == written(AT + timedelta(hours=3)) == []
        assert len(written(AT + timedelta(days=1))) == 1

    def test_speaks_the_readers_language_in_the_readers_zone(self, reader):
        User.objects.filter(pk=reader.pk).update(language="es", time_zone="America/Los_Angeles")
        subscribe(reader)

        assert written() == []
        (mail,) = written(AT + timedelta(hours=3))
        assert mail.language == "es"
        assert "5:00 AM PST" in mail.text

    @pytest.mark.parametrize(
        ("_case", "change"),
        [
            ("not active", lambda user: User.objects.update(is_active=False)),
            ("no address", lambda user: User.objects.update(email="")),
            ("stopped", lambda user: services.stop(
                subscription_id=Subscription.objects.get().pk, reason="stopped", at=AT)),
            ("quiet", lambda user: MailPreference.objects.create(
                user=user, quiet_from="07:00", quiet_to="12:00")),
            ("unsubscribed", lambda user: optouts.opt_out(
                to_index=addresses.index_of(user.email), kind="report", cause="link", at=AT)),
        ],
    )  # fmt: skip
    def test_writes_to_nobody_who_does_not_want_it(self, reader, _case, change):
        subscribe(reader)
        change(reader)

        assert written() == []

    def test_the_command_writes_and_hands_over(self, reader, mailoutbox, capsys):
        subscribe(reader)

        call_command("send_reports", "--as-of", AT.isoformat())

        assert capsys.readouterr().out.startswith("1 written, 1 sent")
        assert len(mailoutbox) == 1

    def test_each_has_a_task_of_its_own(self, reader, time_machine, monkeypatch):
        time_machine.move_to(AT, tick=False)
        subscription = subscribe(reader)
        asked = []
        monkeypatch.setattr(tasks.send_report, "delay", lambda **one: asked.append(one))

        assert tasks.send_reports() == 1
        assert asked == [{"subscription_id": subscription.pk}]
        assert [tasks.send_report(**asked[0]), tasks.send_report(**asked[0])] == [True, False]


class TestRights:
    @pytest.mark.parametrize(
        ("_case", "change", "reason"),
        [
            ("the right is gone", lambda role: role.permissions.clear(), "right_gone"),
            ("sees less", lambda role: Role.objects.update(scope="own"), "reach_shrunk"),
            ("no such report", lambda role: registry.REPORTS.pop("people"), "report_gone"),
            ("choices that are refused", lambda role: Subscription.objects.update(
                query="by=week"), "query_refused"),
        ],
    )  # fmt: skip
    def test_says_that_it_ends_and_stops(self, reader, mailoutbox, _case, change, reason):
        IndividualFactory()
        subscription = subscribe(reader)
        change(Role.objects.get())

        (mail,) = written()
        sending.send_due(at=AT + SOON)

        subscription.refresh_from_db()
        assert (subscription.stop_reason, subscription.stopped_at) == (reason, AT)
        assert "is no longer sent" in mail.subject
        assert "People:" not in mail.text + mail.html
        assert len(mailoutbox) == 1
        assert written(AT + timedelta(days=1)) == []

    def test_sees_more_and_then_less_again(self, reader):
        Role.objects.update(scope="own")
        subscription = subscribe(User.objects.get(pk=reader.pk))
        Role.objects.update(scope="all")

        (more,) = written()
        assert more.facts["stopped"] == ""
        Role.objects.update(scope="own")
        (less,) = written(AT + timedelta(days=1))

        subscription.refresh_from_db()
        assert less.facts["stopped"] == subscription.stop_reason == "reach_shrunk"

    @pytest.mark.parametrize(
        ("_case", "change", "reason"),
        [
            ("right", lambda: Role.objects.get().permissions.set([]), "rights_changed"),
            ("reach", lambda: Role.objects.update(scope="own"), "rights_changed"),
            ("stopped", lambda: services.stop(
                subscription_id=Subscription.objects.get().pk, reason="stopped", at=AT),
             "stopped"),
            ("left", lambda: User.objects.update(is_active=False), "reader_left"),
            ("address", lambda: User.objects.update(email="new@example.com"), "address_changed"),
        ],
    )  # fmt: skip
    def test_is_asked_again_before_it_leaves(self, reader, mailoutbox, _case, change, reason):
        subscribe(reader)
        (mail,) = written()
        change()

        sending.send_due(at=AT + SOON)

        mail.refresh_from_db()
        assert (mail.state, mail.reason, mailoutbox) == ("suppressed", reason, [])

    def test_takes_up_again_what_the_reader_may_see_by_now(self, reader):
        subscription = subscribe(reader)
        Role.objects.update(scope="own")
        written()

        services.resume(subscription_id=subscription.pk, at=AT)

        subscription.refresh_from_db()
        assert subscription.stopped_at is None
        assert len(written(AT + timedelta(days=1))) == 1

    def test_refuses_to_take_up_what_may_not_be_read(self, reader):
        subscription = subscribe(reader)
        Role.objects.get().permissions.clear()
        written()

        with pytest.raises(services.NotReadableError):
            services.resume(subscription_id=subscription.pk, at=AT)

        subscription.refresh_from_db()
        assert subscription.stop_reason == "right_gone"

    def test_counts_nothing_for_other_eyes(self, reader):
        """Rights that shrink while it is counted: what was counted does not leave."""
        subscription = subscribe(reader)
        found = selectors.running().get(pk=subscription.pk)
        reach_of(found.user)
        answer = writing._answer(found, day=AT.date(), at=AT)
        Role.objects.update(scope="own")

        mail = writing._store(subscription.pk, answer, at=AT)

        assert mails.report_still_wanted(_as_stored(mail), AT) == "rights_changed"


class TestSubscribe:
    def test_twice_is_once(self, reader):
        assert subscribe(reader).pk == subscribe(reader, title="Again").pk
        assert Subscription.objects.get().title == "Again"

    def test_needs_an_address(self):
        with pytest.raises(services.NobodyToWriteToError):
            subscribe(UserFactory(email=""))
        assert not Subscription.objects.exists()

    def test_refuses_a_rhythm_that_the_same_view_has(self, reader):
        subscribe(reader, frequency="weekly")
        daily = subscribe(reader)

        with pytest.raises(services.TwiceError) as refusal:
            services.change(
                subscription_id=daily.pk, at=AT,
                values={"title": "T", "frequency": "weekly", "hour": daily.hour,
                        "weekday": 0, "month_day": 1},
            )  # fmt: skip

        assert refusal.value.field == "frequency"


@pytest.mark.load
@pytest.mark.django_db(transaction=True)
class TestWorkers:
    def test_two_at_once_write_one_mail(self, monkeypatch):
        subscription = subscribe(UserFactory(owner=True))
        both = Barrier(2)
        answer = writing._answer

        def together(*args, **kwargs):
            found = answer(*args, **kwargs)
            both.wait(timeout=60)
            return found

        monkeypatch.setattr(writing, "_answer", together)

        def work(_number):
            try:
                return writing.write_one(subscription_id=subscription.pk, at=AT)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as workers:
            found = list(workers.map(work, range(2)))

        assert [bool(one) for one in found].count(True) == 1
        assert OutgoingMail.objects.count() == 1

    def test_one_that_dies_between_counting_and_storing_leaves_the_day(
        self, monkeypatch, mailoutbox
    ):
        subscription = subscribe(UserFactory(owner=True))
        with monkeypatch.context() as patch:
            patch.setattr(writing.outbox, "write", _die)
            with pytest.raises(SystemExit):
                writing.write_one(subscription_id=subscription.pk, at=AT)

        subscription.refresh_from_db()
        assert (subscription.done_on, OutgoingMail.objects.count()) == (None, 0)
        assert writing.write_one(subscription_id=subscription.pk, at=AT + SOON)
        sending.send_due(at=AT + 2 * SOON)
        sending.send_due(at=AT + 3 * SOON)
        assert len(mailoutbox) == 1


def _as_stored(mail):
    return OutgoingMail.objects.get(pk=mail.pk)


def _die(**_letter):
    raise SystemExit
