"""The Refresh button with its progress, for pages of applications."""

from typing import Any

from django import template
from django.template import Context

from commissions.selectors import runs

register = template.Library()


@register.inclusion_tag("commissions/_refresh.html", takes_context=True)
def refresh_strip(context: Context) -> dict[str, Any]:
    """Draw the button for those who may press it, and what the last run changed."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "run": runs.current(),
        "may_refresh": request.user.has_perm("commissions.review_matches"),
    }
