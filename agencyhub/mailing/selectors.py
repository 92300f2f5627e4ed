"""What is set up about mail, what the outbox shows, and who does not want what."""

from datetime import datetime

from django.db.models import Count, QuerySet

from agencyhub.accounts.models import User
from agencyhub.mailing import addresses
from agencyhub.mailing.models import MailPreference, MailSettings, OptOut, OutgoingMail


def mail_settings() -> MailSettings:
    """The agency's rules, or the usual ones where none are stored."""
    return MailSettings.objects.filter(pk=1).first() or MailSettings(pk=1)


def preference_of(user: User) -> MailPreference:
    """What a user wants, or what everybody starts with."""
    return MailPreference.objects.filter(pk=user.pk).first() or MailPreference(user=user)


def mails_for_list(*, state: str = "", kind: str = "") -> QuerySet[OutgoingMail]:
    """The outbox without the texts."""
    mails = OutgoingMail.objects.select_related("user").defer("text", "html")
    if state:
        mails = mails.filter(state=state)
    if kind:
        mails = mails.filter(kind=kind)
    return mails


def counts_by_state() -> dict[str, int]:
    """How many mails stand where; states that none has are left out."""
    rows = OutgoingMail.objects.order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


def open_optout(*, address: str, kind: str) -> OptOut | None:
    """What keeps this kind of mail from an address; the widest reason first."""
    found = OptOut.objects.filter(
        to_index=addresses.index_of(address), kind__in=("", kind), ended_at=None
    )
    return found.order_by("kind", "pk").first()


def optouts_for_list(*, has_ended: bool) -> QuerySet[OptOut]:
    """Opt-outs that hold, or those that do not any more."""
    rows = OptOut.objects.select_related("started_by", "ended_by")
    return rows.filter(ended_at__isnull=not has_ended)


def handed_since(moment: datetime, *, until: datetime) -> int:
    """How many mails were handed over in a while."""
    return OutgoingMail.objects.filter(handed_at__gt=moment, handed_at__lte=until).count()


def optouts_of(user: User) -> QuerySet[OptOut]:
    """What the user's own address takes no more."""
    if not user.email:
        return OptOut.objects.none()
    rows = OptOut.objects.filter(to_index=addresses.index_of(user.email), ended_at=None)
    return rows.order_by("pk")
