"""The shield that Premier Partners carry behind their names."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from policies.models import Carrier


@lru_cache(maxsize=8)
def _shield(_language: str) -> SafeString:
    return SafeString(render_to_string("components/premier_shield.html").strip())


def shield() -> SafeString:
    """The shield of a Premier Partner; drawn once per language."""
    return _shield(get_language() or "")


def with_shield(name: str) -> SafeString:
    """A carrier's name and the shield, which never stands alone on a line."""
    words, space, last = name.rpartition(" ")
    return format_html('{}{}<span class="text-nowrap">{}{}</span>', words, space, last, shield())


def carrier_name(carrier: Carrier, is_premier: bool) -> SafeString:
    """Draw a carrier's name, and the shield of a Premier Partner behind it."""
    return with_shield(carrier.name) if is_premier else format_html("{}", carrier.name)
