"""Pages of sales opportunities."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.lib.pages import HtmxRequest, redirect_page, render_page
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals import pages, selectors
from individuals.forms.sales import SalesOpportunityForm
from individuals.models import Individual, SalesOpportunity

FORM = "individuals/salesopportunity_form.html"


@require_GET
@login_required
@permission_required("individuals.view_salesopportunity", raise_exception=True)
def salesopportunity_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    opportunity = get_object_or_404(selectors.opportunities(user=request.user), pk=pk)
    page = pages.opportunity_page(opportunity, user=request.user)
    context = {"opportunity": opportunity, "page": page}
    return render_page(request, "individuals/salesopportunity_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("individuals.add_salesopportunity", raise_exception=True)
def salesopportunity_create(request: HtmxRequest, pk: int) -> HttpResponse:
    individual = get_object_or_404(Individual.objects.visible_to(request.user), pk=pk)
    opportunity = SalesOpportunity(
        individual=individual, primary_producer=individual.servicing_agent
    )
    return _edit(
        request, opportunity, summary=gettext_noop("Created a Sales Opportunity"), is_new=True
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("individuals.change_salesopportunity", raise_exception=True)
def salesopportunity_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    opportunity = get_object_or_404(selectors.opportunities(user=request.user), pk=pk)
    return _edit(
        request, opportunity, summary=gettext_noop("Edited the Sales Opportunity"), is_new=False
    )


def _edit(
    request: HtmxRequest, opportunity: SalesOpportunity, *, summary: str, is_new: bool
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = SalesOpportunityForm(data, instance=opportunity)
    if data is not None and form.is_valid():
        with history.batch(user=request.user, channel=Batch.Channel.SCREEN, summary=summary):
            form.save()
        messages.success(
            request, gettext("Sales Opportunity %(id)s was saved.") % {"id": opportunity.pk}
        )
        return redirect_page(request, "individuals:salesopportunity_detail", pk=opportunity.pk)
    context = {"form": form, "individual": opportunity.individual, "is_new": is_new}
    context["opportunity"] = opportunity
    status = 200 if data is None else 422
    return render_page(
        request,
        FORM,
        context,
        fragment="salesopportunity-form",
        status=status,
    )
