"""Who sends a request, seen through the proxies in front of us."""

from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

# The first that is found counts: every browser also names those it descends from.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """From where somebody comes: an address, if there is one, and the browser in words."""

    address: str | None = None
    browser: str = ""


def visit_of(request: HttpRequest) -> Visit:
    """The address and browser of a request."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return Visit(_readable(address_of(request)), " on ".join(filter(None, (browser, system))))


def _readable(address: str) -> str | None:
    """The address, unless it is none: a request through a socket has no sender."""
    try:
        return str(ip_address(address))
    except ValueError:
        return None


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
