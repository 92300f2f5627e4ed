"""Filters that several of Noyo's lists have."""

from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.db import NameKey
from agencyhub.records.lists import filters


def group_named() -> filters.Words:
    """A part of the employer group's name."""
    return filters.Words(_("Employer group"), _named, is_quick=True)


def _named(text: str) -> Q:
    return Q(group__name_key__contains=NameKey(Value(text)))
