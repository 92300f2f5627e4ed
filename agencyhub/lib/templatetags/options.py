"""Tags that draw the options of a select box, or check boxes, in one go: some have hundreds."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django import template
from django.forms.renderers import get_default_renderer
from django.forms.utils import flatatt
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# What Django calls the template of one box; a widget with another one is drawn by that.
BOXES = {f"django/forms/widgets/{kind}_option.html" for kind in ("checkbox", "input", "radio")}


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


@register.simple_tag
def boxes(groups: Iterable[tuple[Any, Iterable[Mapping[str, Any]], int]]) -> SafeString:
    """Draw ``widget.optgroups`` of check boxes or radio buttons as ``input_option.html`` does."""
    drawn = []
    for name, those, _ in groups:
        if name:
            drawn.append(f'<div class="check-list-group">{_text(name)}</div>')
        drawn += map(_box, those)
    return mark_safe("".join(drawn))  # noqa: S308 - each part is escaped


def _box(one: Mapping[str, Any]) -> str:
    if one["template_name"] not in BOXES:
        return get_default_renderer().render(one["template_name"], {"widget": one})
    value = "" if one["value"] is None else f' value="{_text(str(one["value"]))}"'
    box = f'<input type="{one["type"]}" name="{_text(one["name"])}"{value}{flatatt(one["attrs"])}>'
    if not one["wrap_label"]:
        return box
    key = one["attrs"].get("id")
    of = f' for="{_text(key)}"' if key else ""
    words = f'<span class="form-check-label">{_text(one["label"])}</span>'
    return f'<label class="form-check"{of}>{box}\n{words}</label>\n'
