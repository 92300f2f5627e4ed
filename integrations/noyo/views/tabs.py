"""The tabs above the pages of group mapping."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User


class Tab(NamedTuple):
    """One of them."""

    label: StrOrPromise
    url: str
    icon: str
    is_current: bool


# Label, URL name, icon, right.
PAGES = (
    (_("Mappings"), "noyo:mapping_list", "arrows-exchange", "noyo.view_mapping"),
    (_("Differences"), "noyo:difference_list", "alert-triangle", "noyo.view_difference"),
    (_("Renewals"), "noyo:renewal_list", "calendar", "noyo.view_renewaldecision"),
)


def of(user: User, *, current: str) -> list[Tab]:
    """The tabs that the user may open; ``current`` is the URL name of the one asked for."""
    return [
        Tab(label, reverse(name), icon, name == current)
        for label, name, icon, right in PAGES
        if user.has_perm(right)
    ]
