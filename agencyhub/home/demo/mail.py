"""Mail in the demo: what the agency sends, and what lies in its outbox from the first minute."""

from datetime import datetime, time

from django.db import transaction

from agencyhub.accounts.models import User
from agencyhub.mailing.models import MailPreference, MailSettings, OptOut, OutgoingMail
from agencyhub.mailing.services import optouts, sending
from policies.services import digests, reminders

AGENCY = "Midwest Benefits Agency"
SIGNATURE = f"{AGENCY}\n(515) 555-0100"
EVERY_DAY = list(range(7))
MIDNIGHT = time(0)
AT_ANY_HOUR = {"quiet_from": MIDNIGHT, "quiet_to": MIDNIGHT}


@transaction.atomic
def ensure_mail(*, at: datetime) -> int:
    """Write and hand over today's mail once, whatever the hour and the weekday."""
    if OutgoingMail.objects.exists():
        return 0
    usual = {"agency_name": AGENCY, "signature": SIGNATURE}
    MailSettings.objects.update_or_create(pk=1, defaults=usual | AT_ANY_HOUR)
    for user in User.objects.filter(agent__isnull=False):
        MailPreference.objects.create(
            user=user, weekdays=EVERY_DAY, digest_time=MIDNIGHT, **AT_ANY_HOUR
        )
    reminded = reminders.write_due(at=at).mails
    _unsubscribe_one(reminded, at=at)
    digested = digests.write_due(at=at).mails
    sending.send_due(at=at, only=[*reminded, *digested])
    started = MailSettings(pk=1, **usual)
    MailSettings.objects.update(quiet_from=started.quiet_from, quiet_to=started.quiet_to)
    _keep_usual_hours()
    return len(reminded) + len(digested)


def _unsubscribe_one(mails: list[int], *, at: datetime) -> None:
    """One client has unsubscribed before the reminder could leave."""
    first = OutgoingMail.objects.filter(pk__in=mails).order_by("pk").first()
    if first is not None:
        optouts.opt_out(
            to_index=bytes(first.to_index), kind=first.kind, cause=OptOut.Cause.LINK, at=at
        )


def _keep_usual_hours() -> None:
    usual = MailPreference()
    MailPreference.objects.update(
        weekdays=usual.weekdays,
        digest_time=usual.digest_time,
        quiet_from=usual.quiet_from,
        quiet_to=usual.quiet_to,
    )
