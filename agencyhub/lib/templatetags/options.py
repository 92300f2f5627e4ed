"""A tag that draws the options of a select box in one go: some have hundreds."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def options(groups: Iterable[tuple[Any, Iterable[Mapping[str, Any]], int]]) -> SafeString:
    """Draw ``widget.optgroups`` of a select box as Django's own templates do, option by option."""
    drawn = [_group(name, those) for name, those, _ in groups]
    return mark_safe("".join(drawn))  # noqa: S308 - each part is escaped below


def _group(name: Any, those: Iterable[Mapping[str, Any]]) -> str:
    drawn = "".join(map(_option, those))
    if not name:
        return drawn
    return format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, SafeString(drawn))


def _option(one: Mapping[str, Any]) -> str:
    value, attrs = _text(str(one["value"])), one["attrs"]
    drawn = flatatt(attrs) if attrs else ""
    return f'\n  <option value="{value}"{drawn}>{_text(one["label"])}</option>\n'


def _text(value: Any) -> str:
    """Escaped unless it is safe; almost all are plain text, and need not be asked what they are."""
    return escape(value) if type(value) is str else conditional_escape(localize(value))
