"""Mail to people who are to become users, and what is forgotten of sign-ins."""

from smtplib import SMTPException
from typing import Any

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from agencyhub.accounts.models import Invitation
from agencyhub.accounts.services import invitations, retention


@shared_task(
    autoretry_for=(OSError, SMTPException), retry_backoff=30, max_retries=6, acks_late=True
)
def send_invitation(*, invitation_id: int, origin: str) -> str:
    """Mail the link of an open invitation; ``origin`` is where the product lives."""
    invitation = Invitation.objects.select_related("invited_by").get(pk=invitation_id)
    if not invitation.is_open(at=timezone.now()):
        return "ended"
    context = {"invitation": invitation, "link": f"{origin}{path_of(invitation)}"}
    with translation.override(invitation.language):
        subject = render_to_string("accounts/invitation_subject.txt", context).strip()
        text = render_to_string("accounts/invitation_email.txt", context)
    send_mail(subject, text, None, [invitation.email])
    return "sent"


def path_of(invitation: Invitation) -> str:
    """Where the link sent last leads."""
    return reverse("accounts:invitation_accept", args=[invitations.token_of(invitation)])


@shared_task
def purge_access(**_newer_arguments: Any) -> int:
    """Delete sessions that ended, invitations nobody used, and old lines of the log of sign-ins."""
    at = timezone.now()
    return (
        retention.purge_sessions(at=at)
        + retention.purge_invitations(at=at)
        + retention.purge_sign_ins(at=at, keep_days=settings.SIGN_IN_KEEP_DAYS)
    )
