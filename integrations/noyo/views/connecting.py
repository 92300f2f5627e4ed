"""Connecting groups with carriers, and saying which group at Noyo is which of ours."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, telling
from groups.models import EmployerGroup
from integrations.noyo.forms.connecting import AgainForm, ConnectForm, JoinForm
from integrations.noyo.models import GroupConnection, NoyoGroup
from integrations.noyo.selectors import joining
from integrations.noyo.services import connecting, connections
from integrations.noyo.services import joining as services
from integrations.noyo.tasks import sync_noyo_due
from integrations.permissions import MANAGE

CONNECT = "noyo.map_groups"
CARRIERS = "noyo:group_carriers"
GROUPS = "noyo:group_list"


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(CONNECT, raise_exception=True)
def connection_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask Noyo to connect a group with a carrier."""
    group = get_object_or_404(EmployerGroup.objects.visible_to(request.user), pk=pk)
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            connecting.ask(
                group=group, carrier=form.cleaned_data["carrier"],
                number=form.cleaned_data["number"], user=request.user, at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, gettext("Noyo is asked to connect the group."))
            return redirect_page(request, CARRIERS, group.pk)
    status = 422 if form.is_bound else 200
    context = {"group": group, "form": form}
    return render_page(request, "noyo/connection_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(CONNECT, raise_exception=True)
def connection_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask once more, perhaps with another number."""
    rows = GroupConnection.objects.visible_to(request.user)
    one = get_object_or_404(rows.select_related("carrier__carrier", "group", "noyo_group"), pk=pk)
    form = AgainForm(request.POST or None, initial={"number": one.carrier_group_id})
    if request.method == "POST" and form.is_valid():
        try:
            connecting.ask_again(
                connection=one, number=form.cleaned_data["number"], user=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, gettext("Noyo is asked once more."))
            return redirect_page(request, CARRIERS, one.group_id)
    status = 422 if form.is_bound else 200
    context = {"group": one.group, "form": form, "connection": one}
    return render_page(request, "noyo/connection_form.html", context, status=status)


@require_POST
@login_required
@permission_required(CONNECT, raise_exception=True)
def group_read(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a group again at once."""
    group = get_object_or_404(EmployerGroup.objects.visible_to(request.user), pk=pk)
    connections.mark_due(NoyoGroup.objects.filter(group=group), at=timezone.now())
    sync_noyo_due.delay()
    messages.success(request, gettext("Reading the group from Noyo now."))
    return redirect_page(request, CARRIERS, group.pk)


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def group_list(request: SignedInRequest) -> HttpResponse:
    """The groups at Noyo: those that are none of ours yet, and those that cannot be read."""
    rows = NoyoGroup.objects.visible_to(request.user)
    failing = rows.exclude(problem="").filter(gone_at=None).order_by("name", "pk")
    linked = rows.exclude(group=None).select_related("group")
    context = {
        "unlinked": joining.unlinked(request.user),
        "failing": failing.select_related("group"),
        "linked": linked.order_by(F("gone_at").desc(nulls_last=True), "name", "pk")[:200],
    }
    return render_page(request, "noyo/group_list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(MANAGE, raise_exception=True)
def group_join(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say which of our groups a group at Noyo is."""
    noyo_group = get_object_or_404(NoyoGroup.objects.visible_to(request.user), pk=pk)
    form = JoinForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.join(
                noyo_group=noyo_group, group=form.cleaned_data["group"], user=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, gettext("The two groups are linked."))
            return redirect_page(request, CARRIERS, form.cleaned_data["group"].pk)
    context = {
        "noyo_group": noyo_group,
        "form": form,
        "candidates": joining.candidates(noyo_group, user=request.user),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "noyo/group_join.html", context, status=status)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def group_part(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back which group it is."""
    noyo_group = get_object_or_404(NoyoGroup.objects.visible_to(request.user), pk=pk)
    with telling(request, gettext("The two groups are no longer linked.")):
        services.part(noyo_group=noyo_group, user=request.user)
    return redirect_page(request, GROUPS)
