"""Pieces of the pages of groups: states as chips."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from agencyhub.lib.templatetags import ui
from groups.lists.groups import status_badge
from groups.models import Election, GroupPlan, GuaranteedIssue

register = template.Library()


@register.simple_tag
def group_status(status: str) -> SafeString:
    """The status of a group."""
    return SafeString(status_badge(status))


@register.simple_tag
def election_state(election: Election) -> SafeString:
    """Whether an election is in force, and whether more of it waits for evidence."""
    if election.waiting_for_eoi:
        return ui.badge(gettext("Waiting for EOI"), "warning", "clock")
    if election.plan_id is None:
        return ui.badge(gettext("Nothing in force"), "neutral", "minus")
    if election.termination_date:
        return ui.badge(gettext("Ended"), "neutral", "shield-off")
    return ui.badge(gettext("In force"), "success", "shield-check")


@register.filter
def has_volume(election: Election) -> bool:
    """Whether it is about amounts."""
    plans = (election.requested_plan, election.plan)
    return any(plan.basis != GroupPlan.Basis.NONE for plan in plans if plan)


@register.filter
def has_level(election: Election) -> bool:
    """Whether it says who is covered together."""
    return bool(election.level or election.requested_level)


@register.filter
def whole_usd(amount: Decimal | None) -> str | SafeString:
    """An amount of coverage: cents are shown only where there are some."""
    if amount is None:
        return ui.EMPTY
    return f"${amount:,.0f}" if amount == amount.to_integral_value() else f"${amount:,.2f}"


@register.simple_tag
def grant(issue: GuaranteedIssue) -> SafeString:
    """What a plan grants without evidence, in words: the lower of an amount and a multiple."""
    parts = []
    if issue.volume is not None:
        parts.append(str(whole_usd(issue.volume)))
    if issue.multiple is not None:
        words = gettext("%(multiple)s × salary")
        parts.append(words % {"multiple": f"{issue.multiple.normalize():f}"})
    joined = f" {gettext('or')} ".join(parts)
    if len(parts) == 1:
        return format_html("{}", joined)
    return format_html("{}, {}", joined, gettext("the lower"))
