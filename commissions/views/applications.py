"""Pages of applications."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.db import prepared_statements
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.records.selectors import timeline
from agencyhub.records.views import lists
from commissions.fillable import FILLABLE
from commissions.forms.entering import ApplicationForm
from commissions.forms.filling import FillForm
from commissions.lists.applications import APPLICATIONS
from commissions.models import Application
from commissions.selectors import applications as selectors
from commissions.services import entering, filling
from policies.views.common import INVALID, refuse

VIEW, ADD = "commissions.view_application", "commissions.add_application"
CHANGE = "commissions.change_application"


@require_GET
@any_permission(VIEW)
def application_list(request: SignedInRequest) -> HttpResponse:
    """Applications, the newest first."""
    return lists.show(request, APPLICATIONS, template="commissions/application_list.html")


@require_GET
@any_permission(VIEW)
@prepared_statements()
def application_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One application: its three facts, what its sources told, what is linked, its history."""
    application = _get(request, pk)
    linked = selectors.linked_to(application, user=request.user)
    context = {
        "application": application,
        "groups": selectors.groups_of(application),
        "may_fill": request.user.has_perm(CHANGE),
        "riders": application.riders.order_by("plan_name", "pk"),
        "facts": linked.facts,
        "book": linked.book,
        "lines": linked.lines,
        "more_lines": linked.more_lines,
        "timeline": timeline(table=Application._meta.db_table, record_id=pk, viewer=request.user),
    }
    return render_page(request, "commissions/application_detail.html", context)


@require_http_methods(["GET", "POST"])
@any_permission(ADD)
def application_create(request: SignedInRequest) -> HttpResponse:
    """Enter an application by hand."""
    form = ApplicationForm(request.POST or None, initial={"token": entering.new_token()})
    if form.is_bound and form.is_valid():
        received = entering.enter(user=request.user, at=timezone.now(), **form.told())
        messages.success(request, _("The application is entered."))
        return redirect_page(request, "commissions:application_detail", pk=received.application_id)
    status = INVALID if form.is_bound else 200
    return render_page(request, "commissions/application_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@any_permission(CHANGE)
def application_fill(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Fill one blank field, in its place or on a page of its own; ``?cancel`` leaves it."""
    application = _get(request, pk)
    if name not in FILLABLE:
        return redirect_page(request, "commissions:application_detail", pk=pk)
    if "cancel" in request.GET:
        return _filled(request, application, name)
    form = FillForm(request.POST or None, name=name, application=application)
    if request.method == "POST" and form.is_valid():
        try:
            filling.fill(
                application_id=pk, field=name, value=form.value, user=request.user,
                at=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            return _filled(request, _get(request, pk), name)
    fact = selectors.fact_of(application, name)
    context = {"application": application, "fact": fact, "form": form}
    status = INVALID if form.is_bound else 200
    return render_page(
        request, "commissions/application_fill.html", context, fragment="fill", status=status
    )


def _filled(request: SignedInRequest, application: Application, name: str) -> HttpResponse:
    """The fact as it is now: in its place, or on the application's page."""
    if not wants_fragment(request):
        return redirect_page(request, "commissions:application_detail", pk=application.pk)
    fact = selectors.fact_of(application, name)
    context = {"application": application, "fact": fact, "may_fill": True, "is_new": True}
    return render_page(request, "commissions/_fact.html", context)


def _get(request: SignedInRequest, pk: int) -> Application:
    application = selectors.application_for_page(request.user, pk=pk)
    if application is None:
        raise Http404
    return application
