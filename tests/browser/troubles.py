"""What went wrong and was tried again, for pages that the demo has nothing of."""

import uuid

from django.utils import timezone

from agencyhub.accounts.models import User
from integrations.models import InboundMessage, RetriedMessage, Retry
from integrations.plancompare.models import PlanTypeMapping
from tests.factories.integrations import InboundMessageFactory

# As the sandbox writes it when it sends an unknown plan type.
UNKNOWN_PLAN_TYPE = "Hospital Indemnity"


def make_plan_type_unknown() -> None:
    """Enrollments of the sandbox's unknown plan type are held, whoever mapped it before."""
    PlanTypeMapping.objects.filter(plan_type__iexact=UNKNOWN_PLAN_TYPE).delete()


def message_in(state: str) -> InboundMessage:
    """The first message in a state; the demo has few, and journeys may have left none."""
    found = InboundMessage.objects.filter(state=state).order_by("pk").first()
    return found or InboundMessageFactory(state=state, external_id=f"PC-EXAMPLE-{state}")


def a_retry(message: InboundMessage) -> int:
    """The key of a retry that is done: one message, and some that could not be retried."""
    retry, _is_new = Retry.objects.get_or_create(
        token=uuid.UUID(int=1),
        defaults={
            "left_out": {"refused": 2, "undecided": 1},
            "total": 1,
            "started_by": User.objects.get(username="owner"),
            "started_at": timezone.now(),
        },
    )
    RetriedMessage.objects.get_or_create(retry=retry, message=message)
    return retry.pk
