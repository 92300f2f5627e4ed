"""Tags for the pages of books of business and commissions."""

from django import template
from django.utils.safestring import SafeString

from agencyhub.lib.templatetags import ui
from commissions.lists.ledgers import KIND_TONES, STATUS_TONES
from commissions.models import BookRow, CommissionLine

register = template.Library()


@register.simple_tag
def book_status(row: BookRow) -> SafeString:
    """Draw what a book row is as a chip."""
    return ui.badge(row.get_status_display(), *STATUS_TONES[BookRow.Status(row.status)])


@register.simple_tag
def line_kind(line: CommissionLine) -> SafeString:
    """Draw what a commission line is as a chip."""
    tone = KIND_TONES.get(CommissionLine.Kind(line.kind), ("neutral", ""))
    return ui.badge(line.get_kind_display(), *tone)


@register.simple_tag
def corrected(row: BookRow) -> str:
    """Name the fields that a person set."""
    fields = {field.column: field for field in BookRow._meta.concrete_fields}
    labels = [str(fields[column].verbose_name) for column in row.filled if column in fields]
    return ", ".join(sorted(labels))
