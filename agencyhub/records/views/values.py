"""Unknown values: a queue in which each is mapped, added or ignored, once."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.keyset import KeysetPage
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk
from agencyhub.lib.retelling import retell
from agencyhub.records import questions
from agencyhub.records.kinds import KINDS
from agencyhub.records.services import decisions
from agencyhub.records.services.decisions import Wish
from agencyhub.records.unknown import UnknownValue

LIST = "records/value_list.html"
ROW = "records/_value_row.html"
NOT_A_CHOICE = _("Choose one of the list, as it is written there.")
SUGGESTED = "suggested"
IGNORED = "ignore"


@require_GET
@login_required
@permission_required(questions.VIEW, raise_exception=True)
def value_list(request: HttpRequest) -> HttpResponse:
    """What waits, or what was decided (``?state=decided``); ``?kind=`` keeps one list."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    is_decided = request.GET.get("state") == "decided"
    find = questions.decided_page if is_decided else questions.open_page
    page = find(kind=kind, params=request.GET)
    asked, lists = questions.questions(page.rows, user=request.user)
    context = {
        "questions": asked,
        "lists": lists,
        "kind": KINDS.get(kind),
        "tabs": _tabs(kind, is_decided=is_decided),
        "is_decided": is_decided,
        "sure": [one for one in asked if one.suggestion and one.suggestion.is_sure],
        **_neighbours(request.GET, page),
    }
    return render_page(request, LIST, context)


@require_POST
@login_required
@permission_required(questions.DECIDE, raise_exception=True)
def value_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a value mean the choice whose label is ``target``."""
    value = get_object_or_404(UnknownValue, pk=pk, kind__in=list(KINDS))
    target_id = questions.target_named(
        request.POST.get("target", ""), kind=value.kind, within_id=value.within_id
    )
    if target_id is None:
        return _answer(request, pk, refusal=NOT_A_CHOICE)
    wishes = [Wish(pk, target_id)]
    return _decided(
        request,
        pk,
        lambda user: decisions.map_values(wishes=wishes, user=user, at=timezone.now()),
    )


@require_POST
@login_required
@permission_required(questions.DECIDE, raise_exception=True)
def value_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a value to its list, as it was written; ``meaning`` where the list has meanings."""
    get_object_or_404(UnknownValue, pk=pk, kind__in=list(KINDS))
    meaning = request.POST.get("meaning", "")
    return _decided(
        request,
        pk,
        lambda user: decisions.add_value(
            value_id=pk, meaning=meaning, user=user, at=timezone.now()
        ),
    )


@require_POST
@login_required
@permission_required(questions.DECIDE, raise_exception=True)
def value_ignore(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a value count as blank."""
    get_object_or_404(UnknownValue, pk=pk, kind__in=list(KINDS))
    return _decided(
        request,
        pk,
        lambda user: decisions.ignore_values(value_ids=[pk], user=user, at=timezone.now()),
    )


@require_POST
@login_required
@permission_required(questions.DECIDE, raise_exception=True)
def value_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again."""
    get_object_or_404(UnknownValue, pk=pk, kind__in=list(KINDS))
    return _decided(request, pk, lambda user: decisions.undo_decision(value_id=pk, user=user))


@require_POST
@login_required
@permission_required(questions.DECIDE, raise_exception=True)
def value_bulk(request: HttpRequest) -> HttpResponse:
    """Decide about the chosen values at once: ``act`` is "map", "suggested" or "ignore"."""
    chosen = [pk for text in request.POST.getlist("value") if (pk := read_pk(text))]
    values = list(UnknownValue.objects.filter(pk__in=chosen, kind__in=list(KINDS)).order_by("pk"))
    act = request.POST.get("act", "")
    if not values:
        messages.error(request, gettext("Choose the values first."))
        return _back(request)
    try:
        number = _decide_all(values, act, request.POST.get("target", ""), user=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        if act == IGNORED:
            said = ngettext(
                "%(number)s value is ignored. Undo under “Decided”.",
                "%(number)s values are ignored. Undo under “Decided”.",
                number,
            )
        else:
            said = ngettext(
                "%(number)s value is mapped. Undo under “Decided”.",
                "%(number)s values are mapped. Undo under “Decided”.",
                number,
            )
        messages.success(request, said % {"number": number})
    return _back(request)


def _decide_all(values: Sequence[UnknownValue], act: str, target: str, *, user: User) -> int:
    if act == IGNORED:
        pks = [value.pk for value in values]
        return len(decisions.ignore_values(value_ids=pks, user=user, at=timezone.now()))
    wishes = _wishes(values, act, target, user=user)
    if not wishes:
        raise DomainError(
            NOT_A_CHOICE if act != SUGGESTED else gettext("None of these has a suggestion.")
        )
    return len(decisions.map_values(wishes=wishes, user=user, at=timezone.now()))


def _wishes(values: Sequence[UnknownValue], act: str, target: str, *, user: User) -> list[Wish]:
    """What the chosen values are to mean: each its suggestion, or all the same."""
    if act == SUGGESTED:
        asked, _ = questions.questions(values, user=user)
        return [Wish(one.value.pk, one.suggestion.pk) for one in asked if one.suggestion]
    wishes = []
    for value in values:
        target_id = questions.target_named(target, kind=value.kind, within_id=value.within_id)
        if target_id is None:
            raise DomainError(NOT_A_CHOICE)
        wishes.append(Wish(value.pk, target_id))
    return wishes


def _decided(request: HttpRequest, pk: int, decide: Callable[[Any], object]) -> HttpResponse:
    try:
        decide(request.user)
    except DomainError as refusal:
        return _answer(request, pk, refusal=refusal.message)
    return _answer(request, pk)


def _answer(request: HttpRequest, pk: int, *, refusal: str = "") -> HttpResponse:
    """The row as it is now, or the page again where htmx did not ask."""
    if not wants_fragment(request):
        if refusal:
            messages.error(request, refusal)
        return _back(request)
    (asked,), lists = questions.questions(
        [UnknownValue.objects.select_related("decided_by").get(pk=pk)], user=request.user
    )
    context = {"one": asked, "refusal": refusal, "choice_list": lists[0]}
    return render_page(request, ROW, context, status=422 if refusal else 200)


def _back(request: HttpRequest) -> HttpResponse:
    kind = request.POST.get("kind", "")
    url = reverse("records:value_list")
    return redirect_page(request, f"{url}?kind={kind}" if kind in KINDS else url)


def _tabs(kind: str, *, is_decided: bool) -> list[dict[str, object]]:
    """All kinds, each kind that has something to decide, and what was decided."""
    url = reverse("records:value_list")
    waiting = questions.open_by_kind()
    tabs: list[dict[str, object]] = [
        {
            "label": gettext("To decide"),
            "url": url,
            "is_current": not kind and not is_decided,
            "badge": str(sum(waiting.values()) or ""),
        }
    ]
    for slug, one in KINDS.items():
        is_current = slug == kind and not is_decided
        if slug in waiting or is_current:
            badge = str(waiting.get(slug, ""))
            tabs.append(
                {
                    "label": retell(one.plural.capitalize()),
                    "url": f"{url}?kind={slug}",
                    "is_current": is_current,
                    "badge": badge,
                }
            )
    return [
        *tabs,
        {
            "label": gettext("Decided"),
            "url": f"{url}?state=decided",
            "is_current": is_decided,
            "badge": "",
        },
    ]


def _neighbours(params: QueryDict, page: KeysetPage[UnknownValue]) -> dict[str, str]:
    """Addresses of the pages around this one."""
    found = {}
    for name, edge in (("prev_url", ("before", page.before)), ("next_url", ("after", page.after))):
        kept = params.copy()
        for key in ("before", "after"):
            kept.pop(key, None)
        if edge[1] is not None:
            kept[edge[0]] = str(edge[1])
            found[name] = f"?{kept.urlencode()}"
    return found
