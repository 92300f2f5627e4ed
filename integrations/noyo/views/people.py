"""Members of a group: review who is whom, and link by hand."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from integrations.noyo.forms_members import PairForm
from integrations.noyo.models import NoyoGroup, NoyoMember
from integrations.noyo.selectors import people as selectors
from integrations.noyo.services import members as services
from integrations.noyo.views.studio import MEMBERS, VIEW, opened

LINK, OTHER = "link", "other"


@require_GET
@never_cache
@any_permission("noyo.view_memberlink")
def member_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who waits to be linked, and whom only the carrier knows."""
    return render_page(request, "noyo/member_list.html", _members(request, _group(request, pk)))


@require_GET
@never_cache
@login_required
@permission_required([VIEW, "noyo.view_memberlink"], raise_exception=True)
def mapping_members(request: SignedInRequest, pk: int, mapping_pk: int) -> HttpResponse:
    """The same in the studio of a mapping, under its tabs."""
    studio = opened(request, pk, mapping_pk)
    noyo_group = get_object_or_404(selectors.groups(request.user), group=studio.mapping.group_id)
    return studio.page("noyo/mapping_members.html", MEMBERS, **_members(request, noyo_group))


def _members(request: SignedInRequest, noyo_group: NoyoGroup) -> dict[str, Any]:
    return {
        "noyo_group": noyo_group,
        "counts": selectors.counts(noyo_group),
        "waiting": selectors.waiting(noyo_group, request.user),
        "only_there": selectors.only_there(noyo_group)[: selectors.SHOWN],
        "shown": selectors.SHOWN,
        "may_change": request.user.has_perm("noyo.change_memberlink"),
    }


@require_POST
@any_permission("noyo.change_memberlink")
def link_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say whether the two are one person."""
    link = get_object_or_404(selectors.links(request.user), pk=pk)
    at = timezone.now()
    try:
        if request.POST.get("answer") == LINK:
            services.confirm(link=link, user=request.user, at=at)
            messages.success(request, _("The two are linked."))
        else:
            services.reject(link=link, user=request.user, at=at)
            messages.success(request, _("They are kept apart; nobody is asked about them again."))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect_page(request, _back(link.noyo_group, request.POST.get("mapping", "")))


@never_cache
@any_permission("noyo.change_memberlink")
def member_pair(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose which of our people a member is."""
    rows = NoyoMember.objects.visible_to(request.user).filter(gone_at=None)
    member = get_object_or_404(rows.select_related("noyo_group__group", "employee_of"), pk=pk)
    back_url = _back(member.noyo_group, request.GET.get("mapping", ""))
    form = PairForm(request.POST or None, people=selectors.may_be(member))
    if request.method == "POST" and form.is_valid():
        try:
            services.pair(member=member, person=form.chosen(), user=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The two are linked."))
            return redirect_page(request, back_url)
    context = {"member": member, "form": form, "back_url": back_url}
    status = 422 if form.errors else 200
    return render_page(request, "noyo/member_pair.html", context, status=status)


def _back(noyo_group: NoyoGroup, mapping: str) -> str:
    """Where the members were shown: in the studio of a mapping, or on their own."""
    pk = read_pk(mapping)
    if pk is not None and noyo_group.group_id is not None:
        return reverse(MEMBERS, args=[noyo_group.group_id, pk])
    return reverse("noyo:member_list", args=[noyo_group.pk])


def _group(request: SignedInRequest, pk: int) -> NoyoGroup:
    return get_object_or_404(selectors.groups(request.user), pk=pk)
