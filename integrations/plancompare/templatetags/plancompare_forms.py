"""What the settings forms need in templates."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def by_key(values: Mapping[Any, Any] | None, key: Any) -> Any:
    """Answer a mapping's value, or None."""
    return values.get(key) if values and key is not None else None
