"""Mail as tests need it: fixed and dull."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from agencyhub.mailing import addresses
from agencyhub.mailing.models import OutgoingMail

WRITTEN_AT = datetime(2026, 11, 23, 15, tzinfo=UTC)


class OutgoingMailFactory(DjangoModelFactory[OutgoingMail]):
    """A mail of the kind ``test`` that waits since the morning of 23 November 2026."""

    class Meta:
        model = OutgoingMail

    kind = "test"
    dedupe_key = factory.Sequence(lambda n: f"test:{n}")
    to = "ana@example.com"
    to_index = factory.LazyAttribute(lambda mail: addresses.index_of(mail.to))
    from_name = "Rosa Vale"
    language = "en"
    subject = "Your first payment"
    text = "Hello"
    html = "<p>Hello</p>"
    created_at = WRITTEN_AT
    next_attempt_at = WRITTEN_AT
    expires_at = datetime(2026, 11, 24, 2, tzinfo=UTC)
