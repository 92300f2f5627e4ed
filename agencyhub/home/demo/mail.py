"""Mail in the demo: what was sent yesterday, so that the outbox is not empty."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from agencyhub.mailing.models import MailSettings, OptOut, OutgoingMail
from agencyhub.mailing.services import optouts, sending
from policies.services import digests, reminders

AGENCY = "Midwest Benefits Agency"
SIGNATURE = f"{AGENCY}\n(515) 555-0100"
MORNING = time(11)
FRIDAY = 4


def ensure_mail(*, at: datetime) -> int:
    """Write and hand over yesterday's mail once; one client had unsubscribed in between."""
    if OutgoingMail.objects.exists():
        return 0
    MailSettings.objects.update_or_create(
        pk=1, defaults={"agency_name": AGENCY, "signature": SIGNATURE, "most_per_minute": 600}
    )
    day = timezone.localdate(at) - timedelta(days=1)
    reminded_at = _morning(day)
    written = reminders.write_due(at=reminded_at).mails
    first = OutgoingMail.objects.filter(pk__in=written).order_by("pk").first()
    if first is not None:
        optouts.opt_out(
            to_index=first.to_index, kind=first.kind, cause=OptOut.Cause.LINK, at=reminded_at
        )
    sending.send_due(at=reminded_at, only=written)
    workday = day - timedelta(days=max(0, day.weekday() - FRIDAY))
    digested_at = _morning(workday)
    digested = digests.write_due(at=digested_at).mails
    sending.send_due(at=digested_at, only=digested)
    return len(written) + len(digested)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, MORNING))
