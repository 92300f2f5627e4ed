"""Telling people by mail of a new device, or of a new password, second factor or address.

The log of sign-ins is what is read: whichever way something was changed, a line of it was written
in the same transaction. Each line is told of once, because its key is that of the mail.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import AccessEvent, User
from agencyhub.mailing import letters, selectors, unsubscribing
from agencyhub.mailing.kinds import Words
from agencyhub.mailing.mails import ACCOUNT_CHANGED
from agencyhub.mailing.models import OutgoingMail
from agencyhub.mailing.services import outbox

Kind = AccessEvent.Kind
# What is older was told of, or nobody could be told for a whole day.
LOOKED_BACK = timedelta(days=1)
MOST_IN_A_ROUND = 200
LEAVES_WITHIN = timedelta(days=3)
SUBJECTS: dict[str, Words] = {
    Kind.PASSWORD_CHANGED: _("Your password was changed"),
    Kind.PASSWORD_RESET: _("Your password was reset"),
    Kind.PASSWORD_GIVEN: _("Somebody set a new password for you"),
    Kind.EMAIL_CHANGED: _("Your email address was changed"),
    Kind.FACTOR_ADDED: _("A second factor was set up"),
    Kind.FACTOR_REMOVED: _("Your second factor was removed"),
    Kind.CODES_RENEWED: _("You have new recovery codes"),
    Kind.NEW_DEVICE: _("A sign-in with a new device"),
}


def write_due(*, at: datetime) -> list[int]:
    """Write a mail of every change that nobody was told of yet; answer their keys."""
    written = [_write(event, at=at) for event in _untold(at=at)]
    return [mail.pk for mail in written if mail]


def _untold(*, at: datetime) -> QuerySet[AccessEvent]:
    """The changes of the last day whose user has an address and no mail about them."""
    key = Concat(Value(f"{ACCOUNT_CHANGED.key}:"), Cast(OuterRef("pk"), CharField()))
    told = OutgoingMail.objects.filter(dedupe_key=key)
    has_address = ~Q(user__email="") | Q(kind=Kind.EMAIL_CHANGED)
    events = AccessEvent.objects.filter(
        has_address, ~Exists(told), kind__in=AccessEvent.TOLD, at__gt=at - LOOKED_BACK
    )
    rows = events.exclude(user=None).select_related("user", "actor")
    return rows.order_by("pk")[:MOST_IN_A_ROUND]


def _write(event: AccessEvent, *, at: datetime) -> OutgoingMail | None:
    user = event.user
    if user is None:
        return None
    return outbox.write(
        kind=ACCOUNT_CHANGED,
        dedupe_key=f"{ACCOUNT_CHANGED.key}:{event.pk}",
        letter=_letter(event, user),
        at=at,
        expires_at=at + LEAVES_WITHIN,
    )


def _letter(event: AccessEvent, user: User) -> outbox.Letter:
    """To the address that was the user's when it happened: a new one may be somebody else's."""
    is_new_address = event.kind == Kind.EMAIL_CHANGED
    context = {
        "user": user,
        "event": event,
        "what": SUBJECTS[event.kind],
        "is_new_address": is_new_address,
        "site": settings.PUBLIC_URL.rstrip("/"),
        "reset_url": unsubscribing.public_url(reverse("accounts:password_reset")),
        "sessions_url": unsubscribing.public_url(reverse("accounts:session_list")),
    }
    texts = letters.render(
        ACCOUNT_CHANGED.key, context, language=user.language, zone=user.time_zone
    )
    return outbox.Letter(
        to=event.detail if is_new_address else user.email,
        language=user.language,
        subject=texts.subject,
        text=texts.text,
        html=texts.html,
        from_name=selectors.mail_settings().agency_name or "AgencyHub",
        user=user,
        facts={"event": event.pk},
    )
