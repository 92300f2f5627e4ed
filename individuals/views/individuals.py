"""Pages of individuals: list, search, record page, new, edit."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.lib.db import prepared_statements
from agencyhub.lib.pages import HtmxRequest, asked_back, redirect_page, render_page
from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.views import lists as record_lists
from individuals import lookalikes, pages, selectors
from individuals.forms.addresses import FirstAddressForm
from individuals.forms.lookalikes import typed_of
from individuals.forms.people import IndividualForm, NewIndividualForm
from individuals.lists import INDIVIDUALS
from individuals.models import Individual, Look
from individuals.services import duplicates, looks, people
from individuals.views import common, merges

LIST = "individuals/individual_list.html"
FORM = "individuals/individual_form.html"


@require_GET
@login_required
@permission_required("individuals.view_individual", raise_exception=True)
def individual_list(request: HtmxRequest) -> HttpResponse:
    return record_lists.show(request, INDIVIDUALS, template=LIST)


@require_GET
@login_required
@permission_required("individuals.view_individual", raise_exception=True)
@merges.leads_to_survivor
@prepared_statements()
def individual_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    individual = selectors.individual_for_page(request.user, pk=pk)
    if individual is None:
        raise Http404
    looks.record(user=request.user, individual_ids=[pk], how=Look.How.SCREEN)
    page = pages.individual_page(
        individual,
        user=request.user,
        today=timezone.localdate(),
        limit=common.shown_acts(request.GET),
    )
    return render_page(
        request, "individuals/individual_detail.html", {"individual": individual, "page": page}
    )


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("individuals.add_individual", raise_exception=True)
def individual_create(request: HtmxRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    own_agent = getattr(request.user, "agent", None)
    form = NewIndividualForm(data, user=request.user, initial={"servicing_agent": own_agent})
    address_form = FirstAddressForm(data)
    found: list[lookalikes.Lookalike] = []
    if data is not None and form.is_valid() & address_form.is_valid():
        found = lookalikes.find(typed_of(data), user=request.user)
        if not found or form.cleaned_data["is_other_person"]:
            return _created(request, form, address_form, known=found)
        form.ask_back()
    context = {"form": form, "address_form": address_form, "lookalikes": found}
    status = 200 if data is None else 422
    return render_page(request, FORM, context, fragment="individual-form", status=status)


def _created(
    request: HtmxRequest,
    form: NewIndividualForm,
    address_form: FirstAddressForm,
    *,
    known: list[lookalikes.Lookalike],
) -> HttpResponse:
    """Store somebody who is none of those ``known``: of whom the user saw, that is remembered."""
    with history.batch(
        user=request.user,
        channel=Batch.Channel.SCREEN,
        summary=gettext_noop("Created an Individual"),
    ):
        individual = people.create_individual(
            individual=form.instance,
            additional_agents=form.cleaned_data["additional_agents"],
            address=address_form.instance if address_form.has_changed() else None,
        )
        duplicates.decide_others(
            individual_id=individual.pk,
            other_ids=[one.individual.pk for one in known if one.individual],
            user=request.user,
            at=timezone.now(),
        )
    messages.success(request, gettext("Individual %(id)s was created.") % {"id": individual.pk})
    return back_to(request, individual)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("individuals.change_individual", raise_exception=True)
@merges.leads_to_survivor
def individual_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    individual = get_object_or_404(Individual.objects.visible_to(request.user), pk=pk)
    looks.record(user=request.user, individual_ids=[pk], how=Look.How.SCREEN)
    data = request.POST if request.method == "POST" else None
    form = IndividualForm(data, user=request.user, instance=individual)
    differences: list[dict[str, Any]] = []
    if data is not None and form.is_valid():
        if not form.has_changed():
            messages.info(request, gettext("Nothing was changed."))
            return back_to(request, individual)
        try:
            return _updated(request, form)
        except people.ChangedMeanwhileError as refusal:
            form.add_error(None, refusal.message)
            differences = form.start_from(Individual.objects.get(pk=pk))
    context = {
        "form": form,
        "individual": individual,
        "differences": differences,
        "back_url": asked_back(request),
    }
    status = 200 if data is None else 422
    return render_page(request, FORM, context, fragment="individual-form", status=status)


def _updated(request: HtmxRequest, form: IndividualForm) -> HttpResponse:
    with history.batch(
        user=request.user,
        channel=Batch.Channel.SCREEN,
        summary=gettext_noop("Edited the Individual"),
    ):
        individual = people.update_individual(
            individual=form.instance,
            additional_agents=form.cleaned_data["additional_agents"],
            seen_at=form.seen,
        )
    messages.success(request, gettext("The changes were saved."))
    return back_to(request, individual)


def back_to(request: HtmxRequest, individual: Individual) -> HttpResponse:
    """Go where the form was opened from, else to the record page.

    To the list when the change took the record out of the user's book.
    """
    if Individual.objects.visible_to(request.user).filter(pk=individual.pk).exists():
        page = reverse("individuals:individual_detail", args=[individual.pk])
        return redirect_page(request, asked_back(request) or page)
    messages.info(
        request,
        gettext("Individual %(id)s is in another agent's book now.") % {"id": individual.pk},
    )
    return redirect_page(request, "individuals:individual_list")
