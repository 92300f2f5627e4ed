"""How long it is kept who signed in, and what is left of sessions and invitations."""

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q

from agencyhub.accounts.models import AccessEvent, Invitation, OpenSession

# An address that never became a user's is nobody's business any more.
INVITATION_KEPT = timedelta(days=90)
LEAST_DAYS = 90


def purge_sessions(*, at: datetime) -> int:
    """Delete sessions that have ended; answer with how many."""
    ended = Session.objects.filter(expire_date__lt=at)
    count = ended.delete()[1].get(Session._meta.label, 0)
    its_session = Session.objects.filter(pk=OuterRef("session_id"))
    OpenSession.objects.filter(~Exists(its_session)).delete()
    return count


def purge_invitations(*, at: datetime) -> int:
    """Delete invitations that ended unused long ago; answer with how many."""
    end = at - INVITATION_KEPT
    ended = Q(expires_at__lt=end) | Q(revoked_at__lt=end)
    old = Invitation.objects.filter(ended, accepted_at=None)
    count = old.count()
    old.delete()
    return count


def purge_sign_ins(*, at: datetime, keep_days: int) -> int:
    """Delete lines of the log of sign-ins and rights after ``keep_days``; answer with how many.

    The database holds every line of the last ninety days, whatever is asked for.
    """
    kept = timedelta(days=max(keep_days, LEAST_DAYS))
    return AccessEvent.objects.filter(at__lt=at - kept).delete()[0]
