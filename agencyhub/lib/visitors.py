"""Who sends a request, seen through the proxies in front of us."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The sender's address: the hop that the outermost of our own proxies saw.

    Each proxy adds the address it was called from to the end of ``X-Forwarded-For``; everything
    before the entries of our ``TRUSTED_PROXIES`` is the sender's own word. When the header has
    fewer entries than that, or no address there, the one that opened the connection counts.
    """
    connected = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    if not 0 < settings.TRUSTED_PROXIES <= len(hops):
        return connected
    try:
        return str(ip_address(hops[-settings.TRUSTED_PROXIES]))
    except ValueError:
        return connected
