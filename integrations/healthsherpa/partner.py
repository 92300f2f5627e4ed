"""HealthSherpa as the inbox sees it: what a delivery looks like, and who applies it."""

import json
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import ApiKey
from agencyhub.records.models import Batch
from commissions.services import applications
from integrations import asked
from integrations.healthsherpa.envelopes import open_envelopes
from integrations.healthsherpa.mapping import Submission, read_submission
from integrations.healthsherpa.models import Connection
from integrations.models import InboundMessage
from integrations.partner import Applied, Envelope, OneDoor, Session, Touched

SLUG = "healthsherpa"
TITLE = gettext_noop("HealthSherpa Medicare")
TEST_ID = "agencyhub-test-"
"""How the ids of our own test deliveries begin: they go all the way and make no application."""
TEST_APPLIED = gettext_noop("A test of this connection: it was read and applied to nothing")


@asked.shared
def is_active() -> bool:
    """Whether deliveries are taken."""
    return Connection.objects.filter(is_active=True).exists()


class HealthSherpa(OneDoor):
    """Delivers an enrollment when it is submitted, and again when it changes."""

    slug = SLUG
    title = TITLE
    api_key_scope = ApiKey.Scope.HEALTHSHERPA.value

    def refusal(self) -> str:
        """Why deliveries are refused: the connection is not active."""
        if is_active():
            return ""
        return gettext_noop(
            "%(title)s is not active in this account. Activate it under Settings, Integrations."
        ) % {"title": TITLE}

    def open_delivery(self, payload: Any) -> list[Any]:
        """The submissions of a delivery; a single one stays wrapped, to be kept as it came."""
        found = open_envelopes(payload)
        return [payload] if len(found) == 1 else found

    def read_item(self, item: Any) -> Envelope:
        """Key a submission by application and update."""
        submission = _submission_in(item)
        return Envelope(
            external_id=submission.key, content=item, sameness=repr(_facts(submission)).encode()
        )

    def open_session(self) -> Session:
        """Nothing is read in advance: what an application means is the service's business."""
        return SubmissionSession()

    def remember_hold(self, *, hold_details: dict[str, Any]) -> None:
        """No submission waits for a person."""


class SubmissionSession:
    """Hands submissions on to the application table."""

    def apply(self, *, message: InboundMessage, body: bytes, batch: Batch, at: datetime) -> Applied:
        """Apply one submission; see ``integrations.partner.Session.apply``."""
        submission = _submission_in(json.loads(body.decode("utf-8-sig")))
        if submission.told.external_id.startswith(TEST_ID):
            return Applied(reasons=[TEST_APPLIED], is_ignored=True)
        received = applications.receive(told=submission.told, at=at)
        applied = Applied(
            reasons=list(received.reasons) or [gettext_noop("Nothing new in this update")]
        )
        if received.changed:
            action = "created" if received.is_new else "updated"
            applied.touched.append(Touched("application", received.application_id, action))
        if submission.unread:
            applied.attention.append(_left_out(submission.unread))
        return applied


def _submission_in(item: Any) -> Submission:
    return read_submission(open_envelopes(item)[0])


def _facts(submission: Submission) -> tuple[object, ...]:
    """What a repeated delivery is compared by: its meaning, not its wrapping and spelling."""
    told = vars(submission.told) | {
        "mbi": submission.told.mbi and (submission.told.mbi.full, submission.told.mbi.tail),
        "riders": [vars(rider) for rider in submission.told.riders],
    }
    return tuple(sorted((name, repr(value)) for name, value in told.items()))


def _left_out(unread: tuple[str, ...]) -> str:
    return gettext_noop(
        "HealthSherpa sent values that cannot be read: %(sorted)s. They were "
        "left out. Look them up in HealthSherpa and fill them in on the "
        "application."
    ) % {"sorted": ", ".join(sorted(set(unread)))}
