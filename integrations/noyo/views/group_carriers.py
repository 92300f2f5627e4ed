"""The carriers of a group: its connections through Noyo, and its mappings."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import render_page
from groups.selectors import groups as group_selectors
from groups.views.common import tabs
from integrations.noyo.lists import LOOKS
from integrations.noyo.models import GroupConnection, Mapping, NoyoGroup
from integrations.noyo.selectors import studio as selectors
from integrations.noyo.views.studio import VIEW


@require_GET
@login_required
@permission_required(VIEW, raise_exception=True)
def group_carriers(request: SignedInRequest, pk: int) -> HttpResponse:
    """How a group is connected with its carriers, and how far each is mapped."""
    user = request.user
    group = get_object_or_404(group_selectors.for_page(user), pk=pk)
    connections = GroupConnection.objects.visible_to(user).filter(group=group)
    mappings = list(selectors.for_group(pk, user=user))
    context = {
        "group": group,
        "tabs": tabs(group, current="carriers", user=user),
        "noyo_group": NoyoGroup.objects.visible_to(user).filter(group=group).first(),
        "connections": connections.select_related("carrier__carrier").order_by("carrier", "pk")
        if user.has_perm("noyo.view_groupconnection")
        else [],
        "mappings": [(one, LOOKS[Mapping.Status(one.status)]) for one in mappings],
    }
    return render_page(request, "noyo/group_carriers.html", context)
