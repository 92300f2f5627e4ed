"""Whether somebody signs in with a device that they signed in with before.

A device is known by a signed cookie that a sign-in leaves in it, or by the log of sign-ins: the
same kind of browser from the same network. Nothing is kept for this besides the log. A new
password makes every device a new one, but for that in which it was changed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from agencyhub.accounts.marks import Mark
from agencyhub.accounts.models import AccessEvent, User
from agencyhub.lib.visitors import Visit

DEVICE = Mark("device", "agencyhub.accounts.device")
KNOWN_FOR = timedelta(days=180)
# Lines of the log, and mails, about one user within a day: more tell nothing new.
MOST_A_DAY = 5
# Bits of an address that a household or an office keeps: a provider changes the rest.
NETWORK = {4: 24, 6: 48}
Kind = AccessEvent.Kind
NEW_PASSWORDS = (Kind.PASSWORD_CHANGED, Kind.PASSWORD_RESET, Kind.PASSWORD_GIVEN)
Handler = Callable[[HttpRequest], HttpResponse]
_MARK = "_device_of"


class DeviceMiddleware:
    """Leave the cookie in a browser in which somebody has just signed in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user: User | None = getattr(request, _MARK, None)
        if user is not None:
            DEVICE.put(response, request, user, of=user.pk, lasts=KNOWN_FOR)
        return response


def keep(request: HttpRequest, user: User) -> None:
    """Know this device from now on, once the request is answered."""
    setattr(request, _MARK, user)


def is_new(request: HttpRequest, user: User, *, visit: Visit, at: datetime) -> bool:
    """Whether the user should hear of a sign-in that is not in the log yet.

    They do not of the first one ever, nor of one without an address (a command's, a test's), nor
    when they have heard of ``MOST_A_DAY`` within a day.
    """
    events = AccessEvent.objects.filter(user=user)
    if visit.address is None or not events.filter(kind=Kind.SIGNED_IN).exists():
        return False
    if DEVICE.is_on(request, user, of=user.pk, lasts=KNOWN_FOR) or _was_here(events, visit, at=at):
        return False
    told = events.filter(kind=Kind.NEW_DEVICE, at__gt=at - timedelta(days=1))
    return told.count() < MOST_A_DAY


def _was_here(events: QuerySet[AccessEvent], visit: Visit, *, at: datetime) -> bool:
    """Whether the log has a sign-in like this one since the last new password."""
    address = ip_address(visit.address or "")
    network = ip_network((address, NETWORK[address.version]), strict=False)
    since = at - KNOWN_FOR
    passwords = events.filter(kind__in=NEW_PASSWORDS, at__gt=since)
    changed_at = passwords.order_by("-pk").values_list("at", flat=True).first()
    alike = events.filter(
        kind=Kind.SIGNED_IN,
        browser=visit.browser,
        address__range=(str(network[0]), str(network[-1])),
        at__gt=max(since, changed_at or since),
    )
    return alike.exists()
