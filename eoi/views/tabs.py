"""The tabs above the pages of EOI."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class Tab(NamedTuple):
    """One of them."""

    label: StrOrPromise
    url: str
    icon: str
    is_current: bool


PAGES = (
    (_("Open EOI"), "eoi:request_list", "progress-check"),
    (_("Decided"), "eoi:closed_list", "circle-check"),
    (_("Alerts"), "eoi:alert_list", "alert-triangle"),
    (_("Data"), "eoi:data", "upload"),
)


def of(request: HttpRequest, *, current: str = "") -> list[Tab]:
    """The tabs as a page shows them: the one asked for, unless another URL name is ``current``."""
    path = reverse(current) if current else request.path
    found = [(label, reverse(name), icon) for label, name, icon in PAGES]
    return [Tab(label, url, icon, path == url) for label, url, icon in found]
