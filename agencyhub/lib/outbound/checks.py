"""What forms ask of an address that somebody types: refused while it is typed, not at night."""

from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from agencyhub.lib.outbound.connections import (
    PORTS,
    ForbiddenAddressError,
    is_named,
    resolve,
)


def check_url(url: str, *, with_query: bool = False) -> str:
    """Answer an address of the web that AgencyHub may call.

    Plain http is for hosts that ``ALLOWED_PRIVATE_HOSTS`` names.

    Raises:
        ValidationError: what is wrong with it, for the field that it was typed into.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise ValidationError(gettext("This is not an address.")) from error
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host:
        raise ValidationError(gettext("The address begins with https://"))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValidationError(gettext("Enter the address without username and #."))
    if parts.query and not with_query:
        raise ValidationError(gettext("Enter the address without username, ? and #."))
    if parts.scheme == "http" and not is_named(host, port):
        raise ValidationError(gettext("The address begins with https://"))
    _refuse_private(host, port)
    return url


def check_host(form: forms.BaseForm) -> None:
    """Add to a form's field ``host`` that AgencyHub may not call it at its ``port``."""
    host, port = form.cleaned_data.get("host"), form.cleaned_data.get("port")
    if host and port:
        try:
            _refuse_private(host, port)
        except ValidationError as error:
            form.add_error("host", error)


def _refuse_private(host: str, port: int) -> None:
    try:
        resolve(host, port)
    except ForbiddenAddressError as error:
        raise ValidationError(gettext(str(error))) from error
    except OSError:
        pass  # a name that nobody knows yet may be saved: every call asks again
