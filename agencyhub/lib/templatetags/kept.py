"""A tag for parts of pages that hardly ever differ: they are drawn once, not for every visitor."""

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.template import Context, Template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = template.Library()

# Stands for the token of the visitor's forms, the one thing that differs each time.
TOKEN = "TokenOfTheFormsOfThisVisitor"  # noqa: S105 - its place, not a token
MOST_KEPT = 1024


@register.simple_tag(takes_context=True)
def kept(context: Context, name: str, **values: Hashable) -> SafeString:
    """Include a template that shows nothing but ``values`` and forms, drawn once in each language.

    It sees no other variable of the page. What differs from visitor to visitor must not be among
    ``values``: each combination is kept.
    """
    found = context.template.engine.get_template(name)  # type: ignore[union-attr]
    parts = _drawn(found, get_language(), tuple(values.items()))
    if len(parts) == 1:
        return parts[0]
    return mark_safe(str(context.get("csrf_token", "")).join(parts))  # noqa: S308 - drawn before


@lru_cache(maxsize=MOST_KEPT)
def _drawn(
    found: Template, _language: str | None, values: tuple[tuple[str, Hashable], ...]
) -> list[SafeString]:
    """The template cut where the token goes; who changes a template has a new one."""
    drawn = found.render(Context({**dict(values), "csrf_token": TOKEN}))
    return [SafeString(part) for part in drawn.split(TOKEN)]
