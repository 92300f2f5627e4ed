"""Equal errors as one line, and retrying what they stopped."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records import questions
from integrations import catalogue, problems, registry, selectors, tasks
from integrations.forms import RetryForm
from integrations.models import InboundMessage, Retry
from integrations.permissions import MANAGE, REVIEW
from integrations.receiving import inbox
from integrations.services import retries

State = InboundMessage.State
WHY_NOT = {
    retries.REFUSED: _("were refused: correct each body, or ask the partner to send it again"),
    retries.UNDECIDED: _("wait for a decision: decide each in the queue"),
    retries.EMPTIED: _("no longer have a body: its retention is over"),
    retries.INACTIVE: _("are of an integration that is not active: activate it first"),
}


@require_GET
@any_permission(MANAGE, REVIEW)
def problem_list(request: SignedInRequest) -> HttpResponse:
    """What went wrong, equal errors together, each with its remedy."""
    now = timezone.now()
    may_see_values = request.user.has_perm(questions.VIEW)
    titles = {slug: partner.title for slug, partner in registry.PARTNERS.items()}
    found = problems.of_messages(catalogue.SCREENS, titles, now=now)
    found += problems.of_reports(catalogue.reports(now=now))
    found += problems.of_values() if may_see_values else []
    context = {
        "rows": sorted(found, key=lambda one: -one.count.value),
        "can_manage": request.user.has_perm(MANAGE),
        "can_review": request.user.has_perm(REVIEW),
    }
    return render_page(request, "integrations/problem_list.html", context, fragment="problems")


@require_http_methods(["GET", "POST"])
@any_permission(REVIEW)
def retry_create(request: SignedInRequest) -> HttpResponse:
    """Say which messages a retry means and which it cannot; start it."""
    posted = request.POST if request.method == "POST" else None
    given: Any = posted if posted is not None else request.GET or None
    form = RetryForm(given, partners=registry.PARTNERS.values())
    if posted is not None and form.is_valid():
        try:
            retry = retries.start(
                wanted=form.wanted(),
                user=request.user,
                token=form.token(),
                at=timezone.now(),
                partners=registry.PARTNERS,
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            tasks.wake_inbox()
            return redirect_page(request, "integrations:retry_detail", retry.pk)
    is_valid = form.is_valid() if given is not None else False
    context = {"form": form, "token": uuid.uuid4(), **_scope(form, is_valid=is_valid)}
    return render_page(
        request,
        "integrations/retry_form.html",
        context,
        fragment="retry-scope" if posted is None else None,
        status=422 if given is not None and not is_valid else 200,
    )


def _scope(form: forms.Form, *, is_valid: bool) -> dict[str, Any]:
    """The sentence about what a retry would do."""
    wanted = form.wanted() if is_valid and isinstance(form, RetryForm) else retries.Wanted()
    outlook = retries.look(wanted=wanted, partners=registry.PARTNERS)
    return {
        "outlook": outlook,
        "left_out": [(number, WHY_NOT[reason]) for reason, number in outlook.left_out.items()],
        "code_words": problems.WORDS.get(wanted.code, wanted.code.replace("_", " ")),
        "is_usable": is_valid or not form.is_bound,
    }


@require_GET
@any_permission(MANAGE, REVIEW)
def retry_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far a retry is, and what became of its messages."""
    retry = get_object_or_404(Retry.objects.select_related("started_by"), pk=pk)
    counts = selectors.retry_counts(retry)
    waiting = sum(counts.get(state, 0) for state in InboundMessage.WAITING)
    ended = [
        {
            "label": State(state).label,
            "count": number,
            "tone": selectors.TONES[State(state)],
            "url": inbox(retry=retry.pk, state=state),
        }
        for state, number in sorted(counts.items())
        if state not in InboundMessage.WAITING
    ]
    context = {
        "retry": retry,
        "waiting": waiting,
        "done": retry.total - waiting,
        "percent": (retry.total - waiting) * 100 // max(retry.total, 1),
        "ended": ended,
        "rows_url": inbox(retry=retry.pk),
        "left_out": [(number, WHY_NOT[key]) for key, number in retry.left_out.items()],
        "here": reverse("integrations:retry_detail", args=[retry.pk]),
    }
    return render_page(request, "integrations/retry_detail.html", context, fragment="retry")
