"""Outgoing webhooks on the health page: one report for each endpoint."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations.outgoing.models import Delivery, Endpoint
from integrations.outgoing.selectors import WORDS
from integrations.reports import Counted, Door, Problem, Report, judge

State = Delivery.State
BROKEN = (Endpoint.Off.FAILING, Endpoint.Off.GONE)


class WebhookScreens:
    """What programs are told; who switches an endpoint off by hand wants it so."""

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """Each endpoint with what waits for it and what was given up."""
        is_open = Q(deliveries__state__in=Delivery.OPEN)
        rows = Endpoint.objects.annotate(
            waiting=Count("deliveries", filter=is_open),
            given_up=Count("deliveries", filter=Q(deliveries__state=State.FAILED)),
            oldest=Min("deliveries__since", filter=is_open),
        )
        tried = Delivery.objects.filter(endpoint=OuterRef("pk")).exclude(outcome="")
        last = tried.order_by("-pk").values("outcome")[:1]
        rows = rows.annotate(last_outcome=Subquery(last))
        return [_report(one) for one in rows.order_by("name", "pk")]


def _report(endpoint: Endpoint) -> Report:
    url = reverse("outgoing:endpoint_detail", args=[endpoint.pk])
    is_broken = endpoint.off_because in BROKEN and not endpoint.is_active
    failures = max(endpoint.failures, 1 + is_broken) if endpoint.failing_since or is_broken else 0
    waiting, given_up = _counts(endpoint)
    title = gettext("Webhook: %(name)s") % {"name": endpoint.name}
    error = _last_error(endpoint) if failures else ""
    return Report(
        key=f"webhooks:{endpoint.pk}",
        title=title,
        url=url,
        icon="webhook",
        state=judge(
            is_active=endpoint.is_active or is_broken,
            failures=failures,
            needs_somebody=bool(given_up),
            has_run=endpoint.succeeded_at is not None or bool(failures),
        ),
        headline=gettext("%(title)s takes nothing") % {"title": title} if is_broken else "",
        error=error,
        failures=failures,
        last_at=endpoint.succeeded_at,
        next_at=endpoint.rests_until,
        next_words=_("When something happens"),
        oldest_at=endpoint.oldest,  # type: ignore[attr-defined]
        backlog=Door(_("Waiting"), waiting, f"{url}?state={State.WAITING}", "info"),
        doors=[Door(_("Given up"), given_up, f"{url}?state={State.FAILED}")],
        problems=[_problem(title, endpoint, failures, error, url)] if failures else [],
    )


def _counts(endpoint: Endpoint) -> tuple[Counted, Counted]:
    return Counted(endpoint.waiting), Counted(endpoint.given_up)  # type: ignore[attr-defined]


def _last_error(endpoint: Endpoint) -> str:
    """What the receiver answered last."""
    return str(WORDS.get(endpoint.last_outcome or "", ""))  # type: ignore[attr-defined]


def _problem(title: str, endpoint: Endpoint, failures: int, error: str, url: str) -> Problem:
    return Problem(
        title=title,
        words=error,
        count=Counted(failures),
        oldest=endpoint.failing_since,
        newest=None,
        rows_url=f"{url}?state={State.FAILED}",
        remedy=gettext("Look at the endpoint"),
        remedy_url=url,
        code="webhook",
    )
