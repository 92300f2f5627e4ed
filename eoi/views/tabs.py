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
    (_("Data"), "eoi:data", "upload"),
)


def of(request: HttpRequest) -> list[Tab]:
    """The tabs as the page that is asked for shows them."""
    found = [(label, reverse(name), icon) for label, name, icon in PAGES]
    return [Tab(label, url, icon, request.path == url) for label, url, icon in found]
