"""Reports by mail: subscribing, changing, stopping, and who gets what."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.home.models import Subscription
from agencyhub.home.reports import asked as addresses
from agencyhub.home.reports.base import Report
from agencyhub.home.subscriptions import rights, selectors, services
from agencyhub.home.subscriptions.forms import SubscriptionForm
from agencyhub.lib import keyset
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from agencyhub.mailing.models import OptOut
from agencyhub.mailing.selectors import open_optout

LIST, KIND = "home:subscription_list", "report"


@require_GET
@login_required
def subscription_list(request: SignedInRequest) -> HttpResponse:
    """Reports that come to me by mail; ``?whose=all`` to everybody, for those who may see that."""
    user = request.user
    may_see_all = user.has_perm(selectors.VIEW)
    everybody = may_see_all and request.GET.get("whose") == "all"
    found = selectors.for_list(user, everybody=everybody)
    page = keyset.page(found, order=keyset.NEWEST_FIRST, params=request.GET, among=found)
    context = {
        "rows": selectors.rows(page, at=timezone.now()),
        "page": page,
        "everybody": everybody,
        "may_change_all": user.has_perm(selectors.CHANGE),
        "tabs": _tabs(everybody) if may_see_all else [],
        "optout": _optout(request),
    }
    return render_page(request, "home/subscriptions/subscription_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def subscription_create(request: SignedInRequest, key: str) -> HttpResponse:
    """Subscribe to a report, with the choices that the address names."""
    user = request.user
    report = _report(request, key)
    query = rights.tidy_query(report, request.GET)
    form = SubscriptionForm(
        request.POST or None, user=user, initial={"title": _title(report, request)[:80]}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.subscribe(
                user=user, report=report, query=query, values=form.cleaned_data, at=timezone.now()
            )
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, gettext("The report will come by email."))
            return redirect_page(request, LIST)
    context = {"report": report, "cancel_url": selectors.url_of(_unsaved(report, query))}
    return _form(request, form, context)


def _title(report: Report, request: SignedInRequest) -> str:
    """What the email is called unless the user says otherwise: its view's name, or the report's."""
    pk = read_pk(request.GET.get("view", "")) or 0
    view = addresses.views_of(report, user=request.user).filter(pk=pk).first()
    return str(view.name if view else report.title)


@require_http_methods(["GET", "POST"])
@login_required
def subscription_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change title and rhythm of an own subscription."""
    found = get_object_or_404(Subscription, pk=pk, user=request.user, stopped_at=None)
    form = SubscriptionForm(request.POST or None, instance=found, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(subscription_id=pk, values=form.cleaned_data, at=timezone.now())
        except DomainError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, gettext("The subscription is saved."))
            return redirect_page(request, LIST)
    return _form(request, form, {"report": None, "cancel_url": ""})


@require_POST
@login_required
def subscription_stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a subscription; it can be taken up again."""
    found = get_object_or_404(selectors.changeable(request.user), pk=pk)
    reason = rights.STOPPED if found.user_id == request.user.pk else rights.BY_ADMIN
    services.stop(subscription_id=pk, reason=reason, at=timezone.now())
    messages.success(request, gettext("This report is no longer sent."))
    return redirect_page(request, LIST)


@require_POST
@login_required
def subscription_resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an own subscription up again."""
    get_object_or_404(Subscription, pk=pk, user=request.user)
    try:
        services.resume(subscription_id=pk, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, gettext("The report will come by email again."))
    return redirect_page(request, LIST)


@require_POST
@login_required
def subscription_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget a subscription that is stopped."""
    get_object_or_404(selectors.changeable(request.user), pk=pk)
    services.remove(subscription_id=pk)
    messages.success(request, gettext("The subscription is removed."))
    return redirect_page(request, LIST)


def _report(request: SignedInRequest, key: str) -> Report:
    """The report, where the user may read it and it takes the choices of the address."""
    report = rights.report_of(key, user=request.user)
    if report is None:
        msg = gettext("There is no such report.")
        raise Http404(msg)
    if not report.form(QueryDict(rights.tidy_query(report, request.GET))).is_valid():
        msg = gettext("The report does not take these choices.")
        raise Http404(msg)
    return report


def _unsaved(report: Report, query: str) -> Subscription:
    return Subscription(report=report.key, query=query)


def _form(
    request: SignedInRequest, form: SubscriptionForm, context: dict[str, Any]
) -> HttpResponse:
    values = {**context, "form": form, "optout": _optout(request)}
    template = "home/subscriptions/subscription_form.html"
    return render_page(request, template, values, status=422 if form.is_bound else 200)


def _optout(request: SignedInRequest) -> OptOut | None:
    """What keeps these mails from the user's address."""
    return open_optout(address=request.user.email, kind=KIND) if request.user.email else None


def _tabs(everybody: bool) -> list[dict[str, Any]]:
    return [
        {"label": gettext("Mine"), "url": "?", "is_current": not everybody},
        {"label": gettext("Everybody’s"), "url": "?whose=all", "is_current": everybody},
    ]
