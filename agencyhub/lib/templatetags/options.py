"""A tag that draws the options of a select box in one go: some have hundreds."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
LINE = mark_safe("\n  ")


@register.simple_tag
def options(groups: Iterable[tuple[Any, Iterable[Mapping[str, Any]], int]]) -> SafeString:
    """Draw ``widget.optgroups`` of a select box as Django's own templates do, option by option."""
    return format_html_join("", "{}", ((_group(name, those),) for name, those, _ in groups))


def _group(name: Any, those: Iterable[Mapping[str, Any]]) -> SafeString:
    drawn = format_html_join(
        "",
        '{}<option value="{}"{}>{}</option>\n',
        ((LINE, str(one["value"]), flatatt(one["attrs"]), localize(one["label"])) for one in those),
    )
    if not name:
        return drawn
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, drawn)
