"""What payments add to the list of policies: a column, a filter, an order and the shield."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.keyset import Key
from agencyhub.lib.templatetags import ui
from agencyhub.records.lists import columns, filters
from agencyhub.records.lists.columns import Column, Drawing, Write
from agencyhub.records.lists.kept import until_changed
from agencyhub.records.lists.kinds import Sort
from policies import reasons, risk
from policies.models import PaymentStatus, PremierTerm
from policies.selectors.carriers import carrier_choices
from policies.selectors.premier import premier_carrier_ids
from policies.shields import shield, with_shield

TOLD, OWED = "told", "owed"
OWED_STATUSES = (
    PaymentStatus.BINDER_DUE, PaymentStatus.BINDER_PAST_DUE, PaymentStatus.DUE_SOON,
    PaymentStatus.PAST_DUE, PaymentStatus.IN_GRACE,
)  # fmt: skip
CHOICES: Mapping[str, Any] = {
    OWED: _("Something is due"),
    **dict(PaymentStatus.choices),
    TOLD: _("Anything known"),
}


def drawn_carriers(drawing: Drawing) -> dict[int, str]:
    """Every carrier's name by key, with the shield of a Premier Partner."""
    partners = drawing.lookups.get(_partners, drawing.lookups.today)
    return {
        pk: with_shield(name) if pk in partners else name
        for pk, name in drawing.lookups.get(carrier_choices)
    }


def marked(column: Column, key: str) -> Column:
    """The column, with the shield behind Premier Partners; ``key`` names the carrier's key."""

    def draw(drawing: Drawing) -> Write:
        write = column.drawer(drawing)
        partners = drawing.lookups.get(_partners, drawing.lookups.today)
        mark = shield()

        def cell(row: Any) -> str:
            drawn = write(row)
            if getattr(row, key) not in partners:
                return drawn
            name, end, below = drawn.partition("</a>")  # a link may have a second line below it
            return f"{name}{end}{mark}{below}"

        return cell

    return replace(column, draw=draw)


@until_changed(PremierTerm)
def _partners(on: date) -> frozenset[int]:
    return premier_carrier_ids(on=on)


def _status(row: Any, now: Any) -> PaymentStatus | None:
    """Where it stands; what is stale is not known."""
    if not row.standing__status:
        return None
    is_stale = row.standing__stale_at is not None and row.standing__stale_at <= now
    return PaymentStatus.UNKNOWN if is_stale else PaymentStatus(row.standing__status)


def _words(_drawing: Drawing) -> Write:
    now = timezone.now()

    def write(row: Any) -> str:
        status = _status(row, now)
        return str(status.label) if status else ""

    return write


def _chip(_drawing: Drawing) -> Write:
    now = timezone.now()
    drawn = {one: _icon(one) for one in PaymentStatus}

    def cell(row: Any) -> str:
        status = _status(row, now)
        return drawn[status] if status else ui.EMPTY

    return cell


def _icon(status: PaymentStatus) -> SafeString:
    """A status as its icon; the words stand beside it on phones, and in its title."""
    tone, icon = reasons.STATUS_LOOKS[status]
    return format_html(
        '<span class="badge badge-icon tone-{}" title="{}">{}<span class="badge-words">{}</span>'
        "</span>",
        tone, status.label, ui.icon(icon), status.label,
    )  # fmt: skip


PAYMENT = columns.Column(
    "payment", _("Payment"), ("standing__status", "standing__stale_at"), _words, _chip
)
DEADLINE = columns.day(
    "payment_deadline", _("Payment deadline"), "standing__deadline", sort="deadline"
)
BY_DEADLINE = Sort(
    "deadline", _("Soonest payment deadline first"), _("Latest payment deadline first"),
    (Key("standing__due"), Key("pk")), needs=("payment", TOLD),
)  # fmt: skip


def of_status() -> filters.AnyOf:
    """The filter by where payments stand."""
    return filters.Chosen(_("Payment"), CHOICES, of_statuses, is_quick=True)


def of_statuses(chosen: Sequence[str]) -> Q:
    """Policies whose payments stand in one of these ways today; what is stale is unknown."""
    return reduce(or_, (_of_status(one) for one in chosen), Q(pk__in=()))


def _of_status(chosen: str) -> Q:
    is_stale = Q(standing__stale_at__lte=timezone.now())
    if chosen == TOLD:
        return Q(standing__isnull=False)
    if chosen == PaymentStatus.UNKNOWN:
        return Q(standing__status=chosen) | is_stale
    statuses = OWED_STATUSES if chosen == OWED else (chosen,)
    is_fresh = Q(standing__stale_at__isnull=True) | Q(standing__stale_at__gt=timezone.now())
    is_meant = Q(standing__status__in=statuses) & is_fresh
    is_nothing = Q(status__meaning__in=risk.ENDED) | Q(premium=0)
    return is_meant & ~is_nothing if chosen == OWED else is_meant
