"""Filters that the groups of what is unmatched lead to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.records.lists import filters, registry
from commissions.lists.applications import APPLICATIONS
from commissions.lists.ledgers import BOOK, COMMISSIONS
from commissions.matching import patterns, unapplied
from commissions.selectors import patterns as of_patterns
from commissions.selectors import unapplied as of_unapplied


def _reason(
    label: Any, labels: Mapping[str, str], condition: Callable[[Sequence[str]], Q]
) -> filters.AnyOf:
    return filters.Chosen(label, {code: _(words) for code, words in labels.items()}, condition)


registry.extend(
    APPLICATIONS.key,
    pattern=_reason(_("Unmatched because"), patterns.LABELS, of_patterns.of_codes),
)
WITHOUT = _("Without application because")
registry.extend(BOOK.key, unapplied=_reason(WITHOUT, unapplied.LABELS, of_unapplied.of_book))
registry.extend(
    COMMISSIONS.key, unapplied=_reason(WITHOUT, unapplied.LABELS, of_unapplied.of_lines)
)
