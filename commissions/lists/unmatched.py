"""Filters that the groups of what is unmatched lead to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.records.lists import filters, registry
from commissions.lists.applications import APPLICATIONS
from commissions.matching import patterns
from commissions.selectors import patterns as selectors


def _reason(
    label: Any, labels: Mapping[str, str], condition: Callable[[Sequence[str]], Q]
) -> filters.AnyOf:
    return filters.AnyOf(
        label,
        lambda _lookups: labels,
        condition,
        read=lambda text: text if text in labels else None,
    )


registry.extend(
    APPLICATIONS.key,
    pattern=_reason(_("Unmatched because"), patterns.LABELS, selectors.of_codes),
)
