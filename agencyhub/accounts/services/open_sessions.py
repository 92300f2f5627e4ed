"""The open sessions of a user: knowing them, and ending them from another one."""

from importlib import import_module

from django.conf import settings
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import AccessEvent, OpenSession, User
from agencyhub.accounts.services import access
from agencyhub.lib.visitors import Visit

FROM_ANOTHER = gettext_noop("Ended from another session.")


def enlist(*, user: User, session_key: str, visit: Visit) -> None:
    """Remember whose a session is; doing it again changes nothing."""
    OpenSession.objects.get_or_create(
        session_id=session_key,
        defaults={"user": user, "address": visit.address, "browser": visit.browser},
    )


def end(*, user: User, session_id: int, visit: Visit) -> bool:
    """End one session of the user, at the server; False when there is no such one any more.

    ``session_id`` is the key of the ``OpenSession``. ``visit`` is that of who ends it.
    """
    found = OpenSession.objects.filter(user=user, pk=session_id).first()
    if found is None:
        return False
    _end(found, visit)
    return True


def end_others(*, user: User, but: str, visit: Visit) -> int:
    """End every session of the user but the one with this key; answer how many there were."""
    others = list(OpenSession.objects.filter(user=user).exclude(session_id=but).order_by("pk"))
    for one in others:
        _end(one, visit)
    return len(others)


def _end(one: OpenSession, visit: Visit) -> None:
    """The line of the log first: a session that ended without one would be worse."""
    access.note(AccessEvent.Kind.SIGNED_OUT, user=one.user, visit=visit, detail=FROM_ANOTHER)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store(one.session_id).delete()
    one.delete()
