"""Two individuals side by side, made one; and where links to those merged away lead."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.lib.db import one_or_none
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import HtmxRequest, redirect_page, render_page
from agencyhub.lib.pks import read_pk
from individuals import duplicate_pages, lookalikes
from individuals.models import Individual, Look
from individuals.services import looks, merges

PAGE = "individuals/individual_merge.html"
CHOOSE = "individuals/individual_merge_choose.html"
VIEW = "individuals.view_individual"
RIGHTS = ("individuals.merge_individual", "individuals.change_individual")


@require_GET
@login_required
@permission_required(RIGHTS, raise_exception=True)
def individual_merge_choose(request: HtmxRequest, pk: int) -> HttpResponse:
    """Choose whom to merge an individual with: somebody alike, or anybody by number."""
    individual = _individual(request, pk)
    wanted = request.GET.get("other", "")
    number = read_pk(wanted)
    error = ""
    if wanted:
        seen = Individual.objects.visible_to(request.user)
        other = one_or_none(seen.filter(pk=number)) if number is not None else None
        if other is not None and other.pk != pk:
            survivor, loser = merges.better_survivor(individual, other)
            return redirect_page(
                request, "individuals:individual_merge", pk=survivor.pk, other=loser.pk
            )
        error = _("You see no other Individual with this number.")
    found = lookalikes.find(
        lookalikes.typed_of_individual(individual), user=request.user, individual_id=pk
    )
    context = {
        "individual": individual,
        "lookalikes": [one for one in found if one.individual],
        "wanted": wanted,
        "error": error,
    }
    return render_page(request, CHOOSE, context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
@permission_required(VIEW, raise_exception=True)
def individual_merge(request: HtmxRequest, pk: int, other: int) -> HttpResponse:
    """Compare field by field, and merge ``other`` into ``pk``; who may not merge compares."""
    if request.method == "POST":
        if not request.user.has_perms(RIGHTS):
            raise PermissionDenied
        try:
            done = _merge(request, pk, other)
        except merges.AlreadyMergedError as refusal:
            messages.info(request, refusal.message)
            return redirect_page(request, "individuals:individual_detail", refusal.survivor_id)
        except DomainError as refusal:
            return _show(request, pk, other, chosen=request.POST, error=refusal.message)
        return _after(request, done)
    return _show(request, pk, other)


def leads_to_survivor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page of somebody who was merged away lead to the one who remains."""

    @wraps(view)
    def wrapper(request: HtmxRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk)
        except Http404:
            survivor = survivor_seen(request, pk)
            if survivor is None:
                raise
        messages.info(request, _("Individual %(pk)s is part of this one now.") % {"pk": pk})
        return redirect_page(request, "individuals:individual_detail", survivor)

    return wrapper


def _merge(request: HtmxRequest, pk: int, other: int) -> merges.Merge:
    return merges.merge(
        survivor_id=pk,
        loser_id=other,
        choices=request.POST.dict(),
        seen={one: _moment(request.POST.get(f"seen_{one}", "")) for one in (pk, other)},
        user=request.user,
        at=timezone.now(),
    )


def _moment(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _after(request: HtmxRequest, done: merges.Merge) -> HttpResponse:
    """On to the next of the queue, or to the one who remains."""
    if "queue" in request.POST:
        url = reverse("individuals:duplicate_list")
        return redirect_page(request, f"{url}?merged={done.batch.pk}")
    words = _("Merged. You can unmerge them for 30 days, at the top of this page.")
    messages.success(request, words)
    return redirect_page(request, "individuals:individual_detail", done.survivor.pk)


def _show(
    request: HtmxRequest,
    pk: int,
    other: int,
    *,
    chosen: Mapping[str, str] | None = None,
    error: str = "",
) -> HttpResponse:
    people = {
        one: Individual.objects.visible_to(request.user).filter(pk=one) for one in (pk, other)
    }
    found: dict[int, Any] = {
        one: one_or_none(rows.select_related("type", "status", "servicing_agent"))
        for one, rows in people.items()
    }
    if pk == other or not all(found.values()):
        return _gone(request, pk, other, error=error)
    looks.record(user=request.user, individual_ids=list(found), how=Look.How.MERGE)
    page = duplicate_pages.merge_page(found[pk], found[other], user=request.user, chosen=chosen)
    queue = read_pk(request.POST.get("queue", request.GET.get("queue", "")))
    context = {"page": page, "queue": queue, "error": error}
    return render_page(request, PAGE, context, status=422 if error else 200)


def _gone(request: HtmxRequest, pk: int, other: int, *, error: str) -> HttpResponse:
    """One of them is not there any more, or never was for this user."""
    survivor = survivor_seen(request, pk) or survivor_seen(request, other)
    if survivor is not None:
        words = error or _("One of the two was merged already: this is who remains.")
        messages.info(request, words)
        return redirect_page(request, "individuals:individual_detail", survivor)
    raise Http404


def survivor_seen(request: HtmxRequest, pk: int) -> int | None:
    """Who stands for somebody merged away, when the user sees them."""
    seen = Individual.objects.visible_to(request.user).filter(merged_individuals=pk)
    found = one_or_none(seen)
    return found.pk if found else None


def _individual(request: HtmxRequest, pk: int) -> Individual:
    return get_object_or_404(Individual.objects.visible_to(request.user), pk=pk)
