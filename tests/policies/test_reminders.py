"""Reminding clients of the initial payment: from what is stored to the mail."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencyhub.accounts.models import Agent
from agencyhub.mailing import addresses
from agencyhub.mailing.models import MailPreference, MailSettings, OptOut, OutgoingMail
from agencyhub.mailing.services import optouts, sending
from policies.mails import REMINDER
from policies.models import Standing
from policies.services import reminders
from tests.factories.individuals import MBI, option
from tests.factories.policies import CarrierProductFactory, policy_status
from tests.policies.owing import AT, IN_FIVE_DAYS, THIS_MORNING, agent, owing

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> Agent:
    """The agent in whose name is written."""
    return agent("Rosa")


def write(at: datetime = AT) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(pk__in=reminders.write_due(at=at).mails))


def archive(policy):
    policy.subscriber.type = option("individual_type", "X-Client")


def silence(policy):
    policy.subscriber.status = option("individual_status", "Do not contact")


def bury(policy):
    policy.subscriber.deceased_date = date(2026, 11, 1)


def drop_address(policy):
    policy.subscriber.email = ""


def opt_out(policy):
    index = addresses.index_of(policy.subscriber.email)
    optouts.opt_out(to_index=index, kind=REMINDER.key, cause=OptOut.Cause.LINK, at=AT)


def switch_agent_off(policy):
    MailPreference.objects.create(user=policy.servicing_agent.user, sends_reminders=False)


def switch_agency_off(_policy):
    MailSettings.objects.update(sends_reminders=False)


def retire_agent(policy):
    Agent.objects.update(is_active=False)
    policy.servicing_agent.is_active = False


def end(label):
    def change(policy):
        policy.status = policy_status(label)

    return change


def pay_nothing(policy):
    policy.premium = Decimal(0)


def forget_premium(policy):
    policy.premium = None


def stand(**values):
    def change(policy):
        Standing.objects.filter(pk=policy.pk).update(**values)

    return change


CONDITIONS = [
    ("all is well", lambda _policy: None, ""),
    ("the premium is unknown", forget_premium, ""),
    ("the premium is nothing", pay_nothing, "free"),
    ("cancelled", end("Cancelled"), "ended"),
    ("terminated", end("Terminated"), "ended"),
    ("lapsed", end("Lapsed"), "ended"),
    ("archived", archive, "archived"),
    ("not to be contacted", silence, "silent"),
    ("deceased", bury, "silent"),
    ("no address", drop_address, "no_address"),
    ("opted out", opt_out, "opted_out"),
    ("the agent's switch is off", switch_agent_off, "agent_off"),
    ("the agency's switch is off", switch_agency_off, "agency_off"),
    ("the agent has left", retire_agent, "no_agent"),
    ("stale", stand(stale_at=AT), "stale"),
    ("not quite stale", stand(stale_at=AT + timedelta(seconds=1)), ""),
    ("told yesterday", stand(as_of=THIS_MORNING - timedelta(days=1)), "not_todays"),
]


class TestWriteDue:
    @pytest.mark.parametrize(("_case", "change", "expected"), CONDITIONS)
    def test_keeps_to_each_condition(self, rosa, _case, change, expected):
        policy = owing(rosa)
        change(policy)
        policy.subscriber.save()
        policy.save()

        written = reminders.write_due(at=AT)

        assert len(written.mails) == (0 if expected else 1)
        assert dict(written.left_out) == ({expected: 1} if expected else {})

    @pytest.mark.parametrize("status", ["current", "not_required", "binder_past_due", "unknown"])
    def test_writes_to_nobody_without_need(self, rosa, status):
        owing(rosa, status=status)

        assert write() == []

    @pytest.mark.parametrize(
        ("left", "step"), [(16, None), (15, 15), (13, 15), (12, None), (6, None), (5, 5), (4, 5),
                           (2, None), (1, 1), (0, None)],
    )  # fmt: skip
    def test_writes_on_the_days_of_the_steps(self, rosa, left, step):
        owing(rosa, deadline=AT.date() + timedelta(days=left))

        assert [mail.facts["step"] for mail in write()] == ([step] if step else [])

    def test_makes_up_for_a_missed_day_once(self, rosa):
        policy = owing(rosa, deadline=AT.date() + timedelta(days=5))
        (missed,) = write()
        OutgoingMail.objects.update(state=OutgoingMail.State.SUPPRESSED, reason="too_late")
        tomorrow = {"as_of": THIS_MORNING + timedelta(days=1), "stale_at": None}
        Standing.objects.filter(pk=policy.pk).update(**tomorrow)

        (mail,) = write(AT + timedelta(days=1))

        assert mail.facts["step"] == missed.facts["step"] == 5
        assert "4 days" in mail.text
        Standing.objects.update(as_of=AT + timedelta(days=2))
        assert write(AT + timedelta(days=2)) == []

    def test_makes_up_for_no_day_on_which_the_client_was_written_to(self, rosa):
        owing(rosa, deadline=AT.date() + timedelta(days=5), stale_at=None)
        write()
        OutgoingMail.objects.update(state=OutgoingMail.State.SENT)
        Standing.objects.update(as_of=AT + timedelta(days=1))

        assert write(AT + timedelta(days=1)) == []

    def test_tells_from_a_carrier_that_is_no_premier_partner(self, rosa):
        owing(rosa, is_premier=False, source="manual", as_of=AT - timedelta(days=20), stale_at=None)

        assert len(write()) == 1

    def test_writes_one_mail_per_policy_deadline_and_step(self, rosa):
        policy = owing(rosa)

        assert len(write()) == 1
        assert write(AT + timedelta(hours=1)) == []
        standing = Standing.objects.filter(pk=policy.pk)
        standing.update(as_of=AT + timedelta(days=4), stale_at=AT + timedelta(days=9))
        (last,) = write(AT + timedelta(days=4))
        assert last.facts == {"policy": policy.pk, "deadline": "2026-11-28", "step": 1, "days": 1}

    def test_makes_up_for_a_missed_step_on_the_next_day(self, rosa):
        owing(rosa, as_of=AT + timedelta(days=4), stale_at=None)

        days = [len(write(AT + timedelta(days=day))) for day in (1, 2, 3, 4, 5)]

        assert days == [1, 0, 0, 1, 0]

    @pytest.mark.parametrize(
        ("_case", "hour", "expected"),
        [("before eight in Iowa", 13, 0), ("at eight in Iowa", 14, 1), ("at nine there", 27, 0)],
    )
    def test_keeps_the_clients_quiet_hours(self, rosa, _case, hour, expected):
        owing(rosa, as_of=AT + timedelta(days=1), stale_at=None)
        midnight = datetime.combine(AT.date(), time(0), tzinfo=UTC)

        assert len(write(midnight + timedelta(hours=hour))) == expected


class TestLetter:
    def test_comes_in_the_agents_name(self, rosa, mailoutbox):
        MailPreference.objects.create(user=rosa.user, signature="Rosa, your agent in Ames")
        owing(rosa)

        sending.send_due(at=AT, only=[mail.pk for mail in write()])

        (message,) = mailoutbox
        assert message.from_email == "Rosa Vale <agencyhub@localhost>"
        assert message.reply_to == ["rosa@agency.example.com"]
        assert "Rosa, your agent in Ames" in message.body
        assert "https://pay.example.com/first" in message.body
        assert "11/28/2026" in message.subject
        assert "in 5 days" in message.body

    @pytest.mark.parametrize(
        ("_case", "own", "agencys", "overrides", "expected"),
        [
            ("the agent's own", "Own words", "The agency", False, "Own words"),
            ("the agency's, as the agent has none", "", "The agency", False, "The agency"),
            ("the agency's, as it wants its own", "Own words", "The agency", True, "The agency"),
            ("the agent's, as the agency has none", "Own words", "", True, "Own words"),
        ],
    )
    def test_has_a_signature(self, rosa, _case, own, agencys, overrides, expected):
        MailPreference.objects.create(user=rosa.user, signature=own)
        MailSettings.objects.update(signature=agencys, overrides_signatures=overrides)
        owing(rosa)

        (mail,) = write()

        shown = [words for words in ("Own words", "The agency") if words in mail.text]
        assert shown == [expected]

    def test_tells_nothing_about_health(self, rosa):
        product = CarrierProductFactory(name="Prairie Choice Diabetes Care")
        owing(rosa, person={"mbi": MBI}, policy={"product": product, "policy_number": "AZ-4711"})

        (mail,) = write()

        for part in (mail.subject, mail.text, mail.html, mail.dedupe_key):
            for secret in (MBI, "03/14/1958", "1958-03-14", "AZ-4711", "Diabetes", "28.50"):
                assert secret not in part

    def test_says_tomorrow_on_the_last_day_but_one(self, rosa):
        owing(rosa, deadline=date(2026, 11, 24))

        (mail,) = write()

        assert "that is tomorrow" in mail.text

    def test_is_in_the_clients_language(self, rosa):
        owing(rosa, person={"language": "es"})

        (mail,) = write()

        assert mail.language == "es"
        assert '<html lang="es">' in mail.html
        assert mail.subject == "Su primer pago vence el 11/28/2026"

    def test_keeps_other_carriers_words_plain(self, rosa):
        policy = owing(rosa)
        policy.carrier.payment_url, policy.carrier.phone = "", "5155550199"
        policy.carrier.save()

        (mail,) = write()

        assert "call" in mail.text
        assert "(515) 555-0199" in mail.text


class TestStillWanted:
    @pytest.mark.parametrize(("_case", "change", "expected"), CONDITIONS)
    def test_asks_everything_again(self, rosa, mailoutbox, _case, change, expected):
        policy = owing(rosa)
        (mail,) = write()
        change(policy)
        policy.subscriber.save()
        policy.save()

        sending.send_due(at=AT)

        mail.refresh_from_db()
        changed = {"no_address": "address_changed"}.get(expected, expected)
        assert (mail.state, mail.reason) == (("suppressed", changed) if expected else ("sent", ""))
        assert len(mailoutbox) == (0 if expected else 1)

    @pytest.mark.parametrize(
        ("_case", "values", "expected"),
        [
            ("paid", {"status": "current"}, "not_needed"),
            ("deadline moved", {"deadline": IN_FIVE_DAYS + timedelta(days=10)},
             "deadline_changed"),
            ("no deadline any more", {"deadline": None}, "deadline_changed"),
        ],
    )  # fmt: skip
    def test_sees_what_was_told_since(self, rosa, mailoutbox, _case, values, expected):
        policy = owing(rosa)
        (mail,) = write()
        Standing.objects.filter(pk=policy.pk).update(**values)

        sending.send_due(at=AT)

        mail.refresh_from_db()
        assert (mail.state, mail.reason) == ("suppressed", expected)
        assert mailoutbox == []

    def test_does_not_let_it_leave_on_another_day(self, rosa, mailoutbox):
        policy = owing(rosa)
        (mail,) = write()
        OutgoingMail.objects.update(expires_at=AT + timedelta(days=9))
        Standing.objects.filter(pk=policy.pk).update(as_of=AT + timedelta(days=1), stale_at=None)

        sending.send_due(at=AT + timedelta(days=1))

        mail.refresh_from_db()
        assert mail.reason == "other_day"
        assert mailoutbox == []


class TestCommand:
    def test_writes_and_sends_as_of_a_moment(self, rosa, mailoutbox):
        owing(rosa)
        options = {"as_of": "2026-11-23T10:00:00-05:00", "json": True}

        answers = []
        for _time in range(2):
            out = StringIO()
            call_command("send_binder_reminders", **options, stdout=out)
            answers.append(json.loads(out.getvalue()))

        first, second = answers
        assert (first["written"], first["sent"], first["left_out"]) == (1, 1, {})
        assert (second["written"], second["left_out"]) == (0, {"written_before": 1})
        assert len(mailoutbox) == 1

    def test_refuses_what_is_no_moment(self):
        with pytest.raises(CommandError, match="not a moment"):
            call_command("send_binder_reminders", as_of="soon")
