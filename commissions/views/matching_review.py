"""The queue of suggestions and near ties: as a list, one at a time, and what people decide."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.db import one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk
from agencyhub.records.models import Batch, Change
from agencyhub.records.services import undo
from commissions.forms.matching import VerdictForm
from commissions.models import Application, Decision
from commissions.selectors import decided, runs, suggested
from commissions.selectors import review as selectors
from commissions.services import refresh
from commissions.services import review as services

REVIEW = "commissions.review_matches"
LIST, ONE = "commissions/review_list.html", "commissions/review_detail.html"
ANSWER, WAIT = "commissions/_review_answer.html", "commissions/review_wait.html"


@require_GET
@never_cache
@any_permission(REVIEW)
def review_list(request: SignedInRequest) -> HttpResponse:
    """Applications with suggestions; ``?done=`` names the decision made last."""
    key = suggested.read_key(request.GET.get("group", ""))
    order = selectors.read_order(request.GET.get("sort", ""))
    page = selectors.queue(request.user, request.GET, key=key, order=order)
    url, group = reverse("commissions:review_list"), f"&group={key.text}" if key else ""
    kept = f"&sort={order}{group}"
    context = {
        "items": selectors.items(page, user=request.user),
        "order": order,
        "orders": _orders(f"{url}?", order, group),
        "is_skipped": "after" in request.GET,
        "is_group": key is not None,
        "next_url": f"{url}?after={page.after}{kept}" if page.after else "",
        "prev_url": f"{url}?before={page.before}{kept}" if page.before else "",
        "done": done_last(request),
        **_progress(request),
    }
    return render_page(request, LIST, context)


@require_GET
@never_cache
@any_permission(REVIEW)
def review_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One application beside its candidates, and the way to the next one."""
    application = get_object_or_404(_applications(request), pk=pk)
    found = selectors.items([application], user=request.user)
    if not found:
        return _nothing_waits(request, application)
    order = selectors.read_order(request.GET.get("sort", ""))
    if wants_fragment(request):  # somebody waited for Refresh
        return redirect_page(request, f"{request.path}?sort={order}")
    chosen = request.GET.get("candidate", "") or (found[0].best.key if found[0].best else "")
    context = {
        "item": found[0],
        "chosen": chosen,
        "order": order,
        "next": selectors.beyond(request.user, pk, order=order),
        "previous": selectors.before(request.user, pk, order=order),
        "done": done_last(request),
        **_progress(request),
    }
    return render_page(request, ONE, context)


def _nothing_waits(request: SignedInRequest, application: Application) -> HttpResponse:
    """Nothing is suggested: Refresh looks at it just now, or there is nothing to decide."""
    run = runs.current()
    if run and run.is_working:
        order = selectors.read_order(request.GET.get("sort", ""))
        context = {"application": application, "run": run, "order": order}
        return render_page(request, WAIT, context, fragment="review-wait")
    messages.info(request, _("Nothing about this application waits for a decision."))
    return redirect_page(request, "commissions:review_list")


@require_POST
@never_cache
@any_permission(REVIEW)
def review_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Link the chosen candidate, or remember that it (or every one) is no match."""
    application = get_object_or_404(_applications(request), pk=pk)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _answer(request, application, refusal=_words(form))
    verdict, key = form.cleaned_data["verdict"], form.cleaned_data["candidate"]
    pairs = selectors.pairs_of(application, key=key, user=request.user)
    act = services.accept if verdict == VerdictForm.ACCEPT else services.reject
    try:
        batch = act(application_id=pk, pairs=pairs, user=request.user, at=timezone.now())
    except DomainError as refusal:
        return _answer(request, application, refusal=refusal.message)
    return _answer(request, application, done=batch)


@require_POST
@never_cache
@any_permission(REVIEW)
def review_undo(request: SignedInRequest, batch_pk: int) -> HttpResponse:
    """Take the user's own decision back, and go to its application; of a group to the groups."""
    decisions = Exists(
        Change.objects.filter(batch=OuterRef("pk"), table_name=Decision._meta.db_table)
    )
    batch = get_object_or_404(Batch.objects.filter(decisions, user=request.user), pk=batch_pk)
    try:
        undo.undo_batch(batch_id=batch.pk, user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        refresh.request(user=request.user)
        messages.success(request, _("The decision is taken back, and what it had learnt."))
    pk = read_pk(request.POST.get("application", ""))
    if pk is None:
        return redirect_page(request, "commissions:unmatched_list")
    order = selectors.read_order(request.POST.get("sort", ""))
    url = reverse("commissions:review_detail", args=[pk])
    return redirect_page(request, f"{url}?sort={order}")


def _answer(
    request: SignedInRequest,
    application: Application,
    *,
    done: Batch | None = None,
    refusal: str = "",
) -> HttpResponse:
    """In the list what takes the application's place, else the next application."""
    order = selectors.read_order(request.POST.get("sort", ""))
    if wants_fragment(request):
        found = selectors.items([application], user=request.user)
        context = {"items": found, "refusal": refusal, "order": order, **_progress(request)}
        context["done"] = decided.done(done) if done else None
        return render_page(request, ANSWER, context)
    if refusal:
        messages.error(request, refusal)
    suffix = f"?sort={order}" + (f"&done={done.pk}" if done else "")
    is_one = request.POST.get("back") == "one"
    following: Application | None = application if refusal else None
    if is_one and not refusal:
        still = selectors.waiting(request.user).filter(pk=application.pk)
        following = one_or_none(still) or selectors.beyond(
            request.user, application.pk, order=order
        )
    if is_one and following:
        url = reverse("commissions:review_detail", args=[following.pk])
        return redirect_page(request, f"{url}{suffix}")
    return redirect_page(request, f"{reverse('commissions:review_list')}{suffix}")


def _orders(url: str, current: str, group: str) -> list[dict[str, Any]]:
    """The orders of the queue, as tabs."""
    words = (
        (selectors.OLDEST, _("Oldest first"), "clock"),
        (selectors.MONEY, _("Most money first"), "credit-card"),
        (selectors.NEWEST, _("Newest first"), "history"),
    )
    return [
        {
            "label": label,
            "url": f"{url}sort={key}{group}",
            "icon": icon,
            "is_current": key == current,
        }
        for key, label, icon in words
    ]


def _words(form: VerdictForm) -> str:
    return " ".join(str(message) for errors in form.errors.values() for message in errors)


def _applications(request: SignedInRequest) -> QuerySet[Application]:
    rows = Application.objects.visible_to(request.user)
    return rows.select_related("carrier", "agent")


def _progress(request: SignedInRequest) -> dict[str, Any]:
    return selectors.progress(request.user, now=timezone.now())


def done_last(request: SignedInRequest) -> decided.Done | None:
    """The user's own decision, to be taken back with one key while nobody has."""
    pk = read_pk(request.GET.get("done", ""))
    if pk is None:
        return None
    batch = one_or_none(Batch.objects.filter(pk=pk, user=request.user, undone_at=None))
    return decided.done(batch) if batch else None
