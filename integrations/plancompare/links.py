"""Quoting links as rules: whether one works on a day, which one to use, where it may lead. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.utils.translation import gettext

EXPIRES_SOON = timedelta(days=30)


class LinkState(StrEnum):
    """Whether a link works."""

    VALID = "valid"
    EXPIRED = "expired"
    UPCOMING = "upcoming"


class InvalidSsoUrlError(ValueError):
    """An address to which nobody's data may be sent."""


@dataclass(frozen=True)
class Link:
    """A quoting link as it stands on one day."""

    pk: int
    label: str
    plan_year: int
    valid_from: date | None
    valid_to: date | None
    state: LinkState
    expires_soon: bool

    @property
    def is_valid(self) -> bool:
        """Whether a hand-off may go through it."""
        return self.state is LinkState.VALID

    @property
    def words(self) -> str:
        """What to know about the dates, or blank for a link that simply works."""
        if self.state is LinkState.EXPIRED:
            return gettext("expired %(valid_to)s") % {"valid_to": f"{self.valid_to:%m/%d/%Y}"}
        if self.state is LinkState.UPCOMING:
            return gettext("from %(valid_from)s") % {"valid_from": f"{self.valid_from:%m/%d/%Y}"}
        return (
            gettext("until %(valid_to)s") % {"valid_to": f"{self.valid_to:%m/%d/%Y}"}
            if self.valid_to
            else ""
        )

    @property
    def tone(self) -> str:
        """The tone of its chip."""
        if self.state is LinkState.EXPIRED:
            return "danger"
        if self.state is LinkState.UPCOMING:
            return "neutral"
        return "warning" if self.expires_soon else "success"


def read_link(
    *,
    pk: int,
    label: str,
    plan_year: int,
    valid_from: date | None,
    valid_to: date | None,
    on: date,
) -> Link:
    """Say how a link stands ``on`` a day; its first and last day both count as valid."""
    state = LinkState.VALID
    if valid_to and valid_to < on:
        state = LinkState.EXPIRED
    elif valid_from and valid_from > on:
        state = LinkState.UPCOMING
    soon = state is LinkState.VALID and bool(valid_to) and valid_to - on <= EXPIRES_SOON  # type: ignore[operator]
    return Link(pk, label, plan_year, valid_from, valid_to, state, soon)


def right_link(links: Sequence[Link], *, instead_of: Link | None = None) -> Link | None:
    """The valid link to offer: same plan year as ``instead_of``, else the latest plan year."""
    valid = [link for link in links if link.is_valid]
    same = [link for link in valid if instead_of and link.plan_year == instead_of.plan_year]
    best = sorted(same or valid, key=lambda link: (-link.plan_year, link.pk))
    return best[0] if best else None


def read_sso_url(url: str) -> str:
    """Answer the URL's origin, such as ``https://acme.example.com:8443``.

    Personal data travels to it, so it must be https. Plain http is for this machine only.

    Raises:
        InvalidSsoUrlError: with what is wrong.
    """
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        msg = gettext("This is not an address. Copy it from PlanCompare's message.")
        raise InvalidSsoUrlError(msg) from error
    host = parts.hostname or ""
    if not host or parts.scheme not in ("https", "http") or set(host) & set(" ;,'\""):
        msg = gettext("This is not a web address. It starts with https://.")
        raise InvalidSsoUrlError(msg)
    if parts.username or parts.password:
        msg = gettext("Leave the username and password out of the address.")
        raise InvalidSsoUrlError(msg)
    if parts.scheme == "http" and not _is_this_machine(host):
        msg = gettext("The address must start with https://, because health data is sent to it.")
        raise InvalidSsoUrlError(msg)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{port}"


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
