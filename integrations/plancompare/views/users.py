"""The Users tab: who has a PlanCompare username, and whose enrollments it brings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.models import User
from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from integrations.permissions import MANAGE
from integrations.plancompare import selectors, tables
from integrations.plancompare.models import Site
from integrations.plancompare.services import usernames
from integrations.plancompare.views.site import frame

FILTERS = (("", _("Everybody")), ("with", _("With a username")), ("without", _("Without")))
TEMPLATE = "plancompare/site_users.html"


@require_GET
@login_required
@permission_required(MANAGE, raise_exception=True)
def site_users(request: SignedInRequest, variant: str) -> HttpResponse:
    """Every user, 25 to a page."""
    site = get_object_or_404(Site, variant=variant, is_active=True)
    return _users_page(request, site)


def _users_page(
    request: SignedInRequest,
    site: Site,
    *,
    shown: tables.UserRow | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; ``shown`` takes the place of its user's row."""
    show = request.GET.get("show", "")
    agents = tables.agent_choices()
    page, rows = tables.users_page(show=show, params=request.GET, agents=agents)
    if shown:
        rows = [shown, *(row for row in rows if row.user.pk != shown.user.pk)]
    url = reverse("plancompare:site_users", args=[site.variant])
    keep = f"show={show}&" if show in dict(FILTERS) and show else ""
    context = {
        **frame(site, "users"),
        "rows": rows,
        "has_agents": bool(agents),
        "with_username": selectors.username_count(),
        "filters": [
            {"label": label, "url": f"{url}?show={key}" if key else url, "is_current": key == show}
            for key, label in FILTERS
        ],
        "prev_url": f"{url}?{keep}before={page.before}" if page.before else "",
        "next_url": f"{url}?{keep}after={page.after}" if page.after else "",
    }
    return render_page(request, TEMPLATE, context, fragment="user-table", status=status)


@require_POST
@login_required
@permission_required(MANAGE, raise_exception=True)
def user_edit(request: SignedInRequest, variant: str, pk: int) -> HttpResponse:
    """Save one row; htmx gets the row back, a plain form the page."""
    site = get_object_or_404(Site, variant=variant, is_active=True)
    users = User.objects.select_related("plancompare__servicing_agent")
    target = get_object_or_404(users, pk=pk)
    agents = tables.agent_choices()
    row = tables.user_row(target, agents=agents, data=request.POST)
    if row.form.is_valid() and _save(request, target, row):
        if not wants_fragment(request):
            messages.success(
                request,
                gettext("PlanCompare access of %(display_name)s is saved.")
                % {"display_name": target.display_name},
            )
            return redirect_page(request, "plancompare:site_users", variant)
        row = tables.user_row(users.get(pk=pk), agents=agents, is_saved=True)
        return _row(request, site, row, has_agents=bool(agents))
    if wants_fragment(request):
        return _row(request, site, row, has_agents=bool(agents), status=422)
    return _users_page(request, site, shown=row, status=422)


def _save(request: SignedInRequest, target: User, row: tables.UserRow) -> bool:
    try:
        usernames.set_user(
            target=target,
            username=row.form.cleaned_data["username"],
            servicing_agent=row.form.chosen_agent(),
            user=request.user,
        )
    except DomainError as error:
        row.form.add_error(error.field, error.message)
        return False
    return True


def _row(
    request: SignedInRequest,
    site: Site,
    row: tables.UserRow,
    *,
    has_agents: bool,
    status: int = 200,
) -> HttpResponse:
    context = {"site": site, "row": row, "has_agents": has_agents}
    return render_page(request, "plancompare/_user_row.html", context, status=status)
