"""What is forgotten of old mail, and what machines without a mail server do with new mail."""

from datetime import timedelta

import pytest
from django.core.mail import send_mail

from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import keeping, sending
from tests.factories.mailing import WRITTEN_AT as AT
from tests.factories.mailing import OutgoingMailFactory

pytestmark = pytest.mark.django_db

KEEPING = "agencyhub.mailing.backends.KeepingBackend"


class TestEmpty:
    def test_forgets_addresses_and_texts_of_old_mail(self):
        old = OutgoingMailFactory(state="sent", reply_to="rosa@example.com")
        waiting = OutgoingMailFactory()
        young = OutgoingMailFactory(state="sent", created_at=AT + timedelta(days=1))

        assert keeping.empty(before=AT + timedelta(seconds=1), at=AT) == 1

        old.refresh_from_db()
        texts = (old.to, old.from_name, old.reply_to, old.subject, old.text, old.html)
        assert texts == ("",) * 6
        assert old.emptied_at == AT
        for kept in (waiting, young):
            kept.refresh_from_db()
            assert kept.to == "ana@example.com"


class TestKeepingBackend:
    def test_keeps_what_is_not_of_the_outbox(self, settings):
        settings.EMAIL_BACKEND = KEEPING

        assert send_mail("Hello", "Open <this>", None, ["ana@example.com"]) == 1

        mail = OutgoingMail.objects.get()
        assert (mail.kind, mail.state, mail.subject) == ("account", "sent", "Hello")
        assert mail.html == "<pre>Open &lt;this&gt;</pre>"

    @pytest.mark.usefixtures("kind")
    def test_keeps_mail_of_the_outbox_once(self, settings):
        settings.EMAIL_BACKEND = KEEPING
        mail = OutgoingMailFactory()

        sending.send_due(at=AT)

        assert OutgoingMail.objects.get() == mail
