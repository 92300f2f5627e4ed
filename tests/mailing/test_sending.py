"""Handing mail over: once each, and what each answer of a mail server means."""

from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

import pytest

from agencyhub.mailing import addresses, kinds
from agencyhub.mailing.models import MailSettings, OptOut, OutgoingMail
from agencyhub.mailing.services import optouts, outbox, sending
from tests.factories.mailing import WRITTEN_AT as AT
from tests.factories.mailing import OutgoingMailFactory
from tests.mailing.backends import FailingBackend, raises

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kind")]

FAILING = "tests.mailing.backends.FailingBackend"
MINUTE = timedelta(minutes=1)
LETTER = outbox.Letter("ana@example.com", "en", "Hello", "Hello", "<p>Hello</p>")


@pytest.fixture
def server(monkeypatch, settings) -> type[FailingBackend]:
    """A mail server that does what a test says."""
    settings.EMAIL_BACKEND = FAILING
    monkeypatch.setattr(FailingBackend, "on_open", lambda: None)
    monkeypatch.setattr(FailingBackend, "on_send", lambda: None)
    return FailingBackend


def state_of(mail: OutgoingMail) -> tuple[str, str]:
    mail.refresh_from_db()
    return mail.state, mail.reason


class TestWrite:
    def test_writes_each_key_once(self, kind):
        values = {"kind": kind, "dedupe_key": "x:1", "at": AT, "expires_at": AT + MINUTE}

        first = outbox.write(letter=LETTER, **values)
        second = outbox.write(letter=LETTER, **values)

        assert first is not None
        assert second is None
        assert OutgoingMail.objects.count() == 1


class TestSendDue:
    def test_hands_a_mail_over_once(self, mailoutbox):
        mail = OutgoingMailFactory()

        first = sending.send_due(at=AT)
        second = sending.send_due(at=AT + MINUTE)

        assert (first, second) == ({"sent": 1}, {})
        assert state_of(mail) == ("sent", "")
        (message,) = mailoutbox
        assert message.to == ["ana@example.com"]
        assert message.from_email == "Rosa Vale <agencyhub@localhost>"
        assert message.alternatives[0][1] == "text/html"

    def test_offers_a_way_out_without_personal_data(self, mailoutbox):
        OutgoingMailFactory()

        sending.send_due(at=AT)

        headers = mailoutbox[0].extra_headers
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert headers["List-Unsubscribe"].startswith("<http://127.0.0.1:8000/mail/unsubscribe/")
        assert "ana" not in headers["List-Unsubscribe"].rpartition("/unsubscribe/")[0]
        assert "example" not in headers["List-Unsubscribe"]

    def test_leaves_later_mail_for_later(self, mailoutbox):
        OutgoingMailFactory(next_attempt_at=AT + MINUTE)

        assert sending.send_due(at=AT) == {}
        assert mailoutbox == []

    def test_keeps_to_the_pace_of_the_mail_server(self, mailoutbox):
        MailSettings.objects.update(most_per_minute=2)
        OutgoingMailFactory.create_batch(5)

        sent = [sending.send_due(at=AT + MINUTE * step / 2).total() for step in range(5)]

        assert sent == [2, 0, 2, 0, 1]
        assert len(mailoutbox) == 5

    def test_sends_only_what_is_named(self, mailoutbox):
        wanted, other = OutgoingMailFactory.create_batch(2)

        sending.send_due(at=AT, only=[wanted.pk])

        assert state_of(wanted)[0] == "sent"
        assert state_of(other)[0] == "waiting"

    @pytest.mark.parametrize(
        ("_case", "error", "expected", "code", "is_dead"),
        [
            ("no such mailbox", SMTPRecipientsRefused({"ana@example.com": (550, b"")}),
             ("failed", "refused"), 550, True),
            ("refused for another reason", SMTPRecipientsRefused({"ana@example.com": (554, b"")}),
             ("failed", "refused"), 554, False),
            ("mailbox is full for now", SMTPRecipientsRefused({"ana@example.com": (452, b"")}),
             ("waiting", "no_answer"), 452, False),
            ("we are refused", SMTPSenderRefused(553, b"", "a@b"), ("failed", "sender_refused"),
             553, False),
            ("we are put off", SMTPSenderRefused(421, b"", "a@b"), ("waiting", "no_answer"), 421,
             False),
            ("the text is refused", SMTPDataError(554, b""), ("failed", "message_refused"), 554,
             False),
            ("the text is put off", SMTPDataError(451, b""), ("waiting", "no_answer"), 451, False),
            ("silence in the middle", SMTPServerDisconnected("gone"), ("unsure", "cut_off"), None,
             False),
            ("time is up in the middle", TimeoutError(), ("unsure", "cut_off"), None, False),
        ],
    )  # fmt: skip
    def test_knows_what_an_answer_means(self, server, _case, error, expected, code, is_dead):
        server.on_send = raises(error)
        mail = OutgoingMailFactory()

        sending.send_due(at=AT)

        assert state_of(mail) == expected
        assert mail.reply_code == code
        assert OptOut.objects.filter(cause=OptOut.Cause.REFUSED).exists() is is_dead

    @pytest.mark.parametrize(
        "error",
        [ConnectionRefusedError(), SMTPConnectError(421, b""), SMTPAuthenticationError(535, b"")],
    )
    def test_waits_longer_each_time_a_server_is_away(self, server, error):
        server.on_open = raises(error)
        mail = OutgoingMailFactory(expires_at=AT + timedelta(days=2))
        at, waits = AT, []

        for _attempt in range(9):
            sending.send_due(at=at)
            mail.refresh_from_db()
            waits.append(mail.next_attempt_at - at)
            at = mail.next_attempt_at

        assert waits == [MINUTE * minutes for minutes in (1, 2, 4, 8, 16, 32, 60, 60, 60)]
        assert state_of(mail) == ("waiting", "no_answer")
        sending.send_due(at=at)
        assert state_of(mail) == ("failed", "no_answer")

    def test_does_not_try_the_others_while_a_server_is_away(self, server):
        server.on_open = raises(ConnectionRefusedError())
        OutgoingMailFactory.create_batch(3)

        assert sending.send_due(at=AT) == {"waiting": 1}

    def test_writes_to_a_dead_address_no_more(self, server):
        server.on_send = raises(SMTPRecipientsRefused({"ana@example.com": (550, b"")}))
        OutgoingMailFactory()
        sending.send_due(at=AT)
        server.on_send = lambda: None
        another = OutgoingMailFactory(to="Ana@example.com")

        sending.send_due(at=AT)

        assert state_of(another) == ("suppressed", "dead_address")

    @pytest.mark.parametrize(
        ("_case", "unwanted", "expected"),
        [
            ("this kind", "test", ("suppressed", "opted_out")),
            ("every kind", "", ("suppressed", "opted_out")),
            ("another kind", "other", ("sent", "")),
        ],
    )
    def test_keeps_to_opt_outs(self, _case, unwanted, expected):
        index = addresses.index_of("ANA@example.com")
        optouts.opt_out(to_index=index, kind=unwanted, cause=OptOut.Cause.LINK, at=AT)
        mail = OutgoingMailFactory()

        sending.send_due(at=AT)

        assert state_of(mail) == expected

    @pytest.mark.parametrize(
        ("_case", "changes", "expected"),
        [
            ("its time is over", {"expires_at": AT}, "too_late"),
            ("its kind is gone", {"kind": "gone"}, "withdrawn"),
        ],
    )
    def test_holds_back_what_nobody_wants(self, mailoutbox, _case, changes, expected):
        mail = OutgoingMailFactory(**changes)

        sending.send_due(at=AT)

        assert state_of(mail) == ("suppressed", expected)
        assert mailoutbox == []

    def test_asks_the_kind_last(self, monkeypatch, mailoutbox):
        unwanted = kinds.Kind("test", "Test mail", lambda _mail, _at: "paid")
        monkeypatch.setitem(kinds._KINDS, "test", unwanted)
        mail = OutgoingMailFactory()

        sending.send_due(at=AT)

        assert state_of(mail) == ("suppressed", "paid")
        assert mailoutbox == []


class TestMarkLost:
    def test_says_unsure_of_what_a_dead_worker_held(self):
        old = OutgoingMailFactory(state="handing", handed_at=AT - timedelta(minutes=11))
        fresh = OutgoingMailFactory(state="handing", handed_at=AT - timedelta(minutes=9))

        assert sending.mark_lost(at=AT) == 1
        assert state_of(old) == ("unsure", "worker_died")
        assert state_of(fresh) == ("handing", "")

    def test_never_sends_it_again_by_itself(self, mailoutbox):
        OutgoingMailFactory(state="handing", handed_at=AT - timedelta(minutes=11))
        sending.mark_lost(at=AT)

        assert sending.send_due(at=AT) == {}
        assert mailoutbox == []


class TestSendAgain:
    @pytest.mark.parametrize("state", ["failed", "unsure"])
    def test_lets_it_leave_once_more(self, mailoutbox, state):
        mail = OutgoingMailFactory(state=state, reason="no_answer", attempts=10, expires_at=AT)

        sending.send_again(mail_id=mail.pk, at=AT)
        sending.send_due(at=AT)

        assert state_of(mail) == ("sent", "")
        assert len(mailoutbox) == 1

    @pytest.mark.parametrize("state", ["waiting", "handing", "sent", "suppressed"])
    def test_refuses_every_other_state(self, state):
        mail = OutgoingMailFactory(state=state, reason="opted_out")

        with pytest.raises(sending.NotToBeSentAgainError):
            sending.send_again(mail_id=mail.pk, at=AT)

        assert state_of(mail)[0] == state
