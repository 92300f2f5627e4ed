"""The log's line about somebody whose attempts are no longer looked at."""

from django.core.cache import cache
from django.http import HttpRequest

from agencyhub.accounts import throttle
from agencyhub.accounts.models import AccessEvent, User
from agencyhub.accounts.services import access
from agencyhub.lib.visitors import visit_of


def note(request: HttpRequest, username: str) -> None:
    """Add one line for each address and quarter of an hour, however often somebody tries."""
    user = User.objects.filter(username__iexact=username.strip()).first()
    visit = visit_of(request)
    key = f"locked-out:{user.pk if user else 0}:{visit.address}"
    if user is not None and cache.add(key, 1, throttle.WINDOW):
        access.note(AccessEvent.Kind.LOCKED_OUT, user=user, visit=visit)
