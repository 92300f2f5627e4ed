"""Members of a group: review who is whom, and link by hand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from integrations.noyo.forms_members import PairForm
from integrations.noyo.models import NoyoGroup, NoyoMember
from integrations.noyo.selectors import people as selectors
from integrations.noyo.services import members as services

LINK, OTHER = "link", "other"


@require_GET
@never_cache
@any_permission("noyo.view_memberlink")
def member_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who waits to be linked, and whom only the carrier knows."""
    noyo_group = _group(request, pk)
    only_there = selectors.only_there(noyo_group)[: selectors.SHOWN]
    context = {
        "noyo_group": noyo_group,
        "counts": selectors.counts(noyo_group),
        "waiting": selectors.waiting(noyo_group, request.user),
        "only_there": only_there,
        "shown": selectors.SHOWN,
        "may_change": request.user.has_perm("noyo.change_memberlink"),
    }
    return render_page(request, "noyo/member_list.html", context)


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
    return redirect_page(request, "noyo:member_list", pk=link.noyo_group_id)


@never_cache
@any_permission("noyo.change_memberlink")
def member_pair(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose which of our people a member is."""
    rows = NoyoMember.objects.visible_to(request.user).filter(gone_at=None)
    member = get_object_or_404(rows.select_related("noyo_group__group", "employee_of"), pk=pk)
    form = PairForm(request.POST or None, people=selectors.may_be(member))
    if request.method == "POST" and form.is_valid():
        try:
            services.pair(member=member, person=form.chosen(), user=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The two are linked."))
            return redirect_page(request, "noyo:member_list", pk=member.noyo_group_id)
    context = {"member": member, "form": form}
    status = 422 if form.errors else 200
    return render_page(request, "noyo/member_pair.html", context, status=status)


def _group(request: SignedInRequest, pk: int) -> NoyoGroup:
    return get_object_or_404(selectors.groups(request.user), pk=pk)
