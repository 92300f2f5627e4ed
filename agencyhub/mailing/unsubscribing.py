"""Links that unsubscribe with one click: signed, and without personal data (RFC 8058)."""

import base64
import binascii
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from agencyhub.lib.errors import DomainError
from agencyhub.mailing import addresses

SALT = "agencyhub.mailing.unsubscribe"


class InvalidLinkError(DomainError):
    """The link was not made here, or was cut short on its way."""

    code = "invalid_link"


@dataclass(frozen=True)
class Wish:
    """Who wants no more of which kind; the address is known by its blind index only."""

    to_index: bytes
    kind: str


def link(*, address: str, kind: str) -> str:
    """The page that ends one kind of mail to an address. It works for ever."""
    index = base64.urlsafe_b64encode(addresses.index_of(address)).decode()
    token = signing.Signer(salt=SALT).sign_object([kind, index])
    return public_url(reverse("mailing:unsubscribe", args=[token]))


def read(token: str) -> Wish:
    """Whose link it is, and of which kind.

    Raises:
        InvalidLinkError: see there.
    """
    try:
        kind, index = signing.Signer(salt=SALT).unsign_object(token)
        return Wish(base64.urlsafe_b64decode(index), kind)
    except (signing.BadSignature, binascii.Error, ValueError) as error:
        msg = _("This link is not complete. Open it from the email again.")
        raise InvalidLinkError(msg) from error


def public_url(path: str) -> str:
    """A path of ours as people elsewhere open it."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"
