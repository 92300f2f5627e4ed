"""Pages of sales records: list, search, record page, new, edit, stage, link, convert."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencyhub.lib.db import prepared_statements
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import HtmxRequest, asked_back, redirect_page, render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records import history
from agencyhub.records.models import Batch
from agencyhub.records.views import lists as record_lists
from individuals import pages, selectors
from individuals.forms.people import SalesRecordForm
from individuals.forms.sales import StageForm
from individuals.lists import SALES_RECORDS
from individuals.models import Individual, SalesRecord
from individuals.services import conversion, people
from individuals.views import common

LIST = "individuals/salesrecord_list.html"
FORM = "individuals/salesrecord_form.html"


@require_GET
@login_required
@permission_required("individuals.view_salesrecord", raise_exception=True)
def salesrecord_list(request: HtmxRequest) -> HttpResponse:
    return record_lists.show(request, SALES_RECORDS, template=LIST)


@require_GET
@login_required
@permission_required("individuals.view_salesrecord", raise_exception=True)
@prepared_statements()
def salesrecord_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    page = pages.sales_record_page(
        record,
        user=request.user,
        today=timezone.localdate(),
        limit=common.shown_acts(request.GET),
    )
    context = {"record": record, "page": page, "stage_form": StageForm(instance=record)}
    return render_page(request, "individuals/salesrecord_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("individuals.add_salesrecord", raise_exception=True)
def salesrecord_create(request: HtmxRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    individual = _individual_to_sell_to(request)
    initial = pages.sales_record_start(individual, user=request.user)
    record = SalesRecord(individual=individual)
    form = SalesRecordForm(data, user=request.user, instance=record, initial=initial)
    if data is not None and form.is_valid():
        with history.batch(
            user=request.user,
            channel=Batch.Channel.SCREEN,
            summary=gettext_noop("Created a Sales Record"),
        ):
            people.create_sales_record(record=form.instance)
        messages.success(request, gettext("Sales Record %(id)s was created.") % {"id": record.pk})
        return _back(request, record)
    context = {"form": form, "individual": individual}
    status = 200 if data is None else 422
    return render_page(request, FORM, context, fragment="salesrecord-form", status=status)


def _individual_to_sell_to(request: HtmxRequest) -> Individual | None:
    """The individual that ``?individual=`` names, when the user may see them."""
    pk = read_pk(request.GET.get("individual", ""))
    if pk is None:
        return None
    return get_object_or_404(Individual.objects.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("individuals.change_salesrecord", raise_exception=True)
def salesrecord_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    data = request.POST if request.method == "POST" else None
    form = SalesRecordForm(data, user=request.user, instance=record)
    differences: list[dict[str, Any]] = []
    if data is not None and form.is_valid():
        if not form.has_changed():
            messages.info(request, gettext("Nothing was changed."))
            return _back(request, record)
        try:
            return _updated(request, form)
        except people.ChangedMeanwhileError as refusal:
            form.add_error(None, refusal.message)
            differences = form.start_from(SalesRecord.objects.get(pk=pk))
    context = {
        "form": form,
        "record": record,
        "differences": differences,
        "back_url": asked_back(request),
    }
    status = 200 if data is None else 422
    return render_page(request, FORM, context, fragment="salesrecord-form", status=status)


def _updated(request: HtmxRequest, form: SalesRecordForm) -> HttpResponse:
    with history.batch(
        user=request.user,
        channel=Batch.Channel.SCREEN,
        summary=gettext_noop("Edited the Sales Record"),
    ):
        record = people.update_sales_record(record=form.instance, seen_at=form.seen)
    messages.success(request, gettext("The changes were saved."))
    return _back(request, record)


@require_POST
@login_required
@permission_required("individuals.change_salesrecord", raise_exception=True)
def salesrecord_stage(request: HtmxRequest, pk: int) -> HttpResponse:
    record = _record(request, pk)
    form = StageForm(request.POST, instance=record)
    if not form.is_valid():
        messages.error(request, gettext("This stage is no longer offered. Choose another one."))
    elif form.has_changed():
        with history.batch(
            user=request.user,
            channel=Batch.Channel.SCREEN,
            summary=gettext_noop("Changed the stage"),
        ):
            record.save(update_fields=["stage", "updated_at"])
        messages.success(
            request, gettext("The stage is now “%(label)s”.") % {"label": record.stage.words}
        )
    return redirect_page(request, "individuals:salesrecord_detail", pk=pk)


@require_POST
@login_required
@permission_required("individuals.change_salesrecord", raise_exception=True)
def salesrecord_link(request: HtmxRequest, pk: int) -> HttpResponse:
    """Say which individual the record is about; without one it is about nobody yet."""
    record = _record(request, pk)
    wanted = request.POST.get("individual", "")
    individual = None
    if wanted:
        seen = Individual.objects.visible_to(request.user)
        individual = get_object_or_404(seen, pk=read_pk(wanted))
    summary = (
        gettext_noop("Linked the Sales Record to an Individual")
        if individual
        else gettext_noop("Unlinked the Sales Record")
    )
    try:
        with history.batch(user=request.user, channel=Batch.Channel.SCREEN, summary=summary):
            conversion.link_sales_record(
                sales_record_id=record.pk, individual_id=individual.pk if individual else None
            )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect_page(request, "individuals:salesrecord_detail", pk=pk)


@require_POST
@login_required
@permission_required("individuals.convert_salesrecord", raise_exception=True)
def salesrecord_convert(request: HtmxRequest, pk: int) -> HttpResponse:
    """Convert; the record page then says what happened and offers to undo it."""
    record = _record(request, pk)
    try:
        conversion.convert_by_hand(sales_record_id=record.pk, user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect_page(request, "individuals:salesrecord_detail", pk=pk)


def _record(request: HtmxRequest, pk: int) -> SalesRecord:
    record = selectors.sales_record_for_page(request.user, pk=pk)
    if record is None:
        raise Http404
    return record


def _back(request: HtmxRequest, record: SalesRecord) -> HttpResponse:
    """Go where the form was opened from, else to the record page.

    To the list when the change took the record out of the user's book.
    """
    if SalesRecord.objects.visible_to(request.user).filter(pk=record.pk).exists():
        page = reverse("individuals:salesrecord_detail", args=[record.pk])
        return redirect_page(request, asked_back(request) or page)
    messages.info(
        request, gettext("Sales Record %(id)s is in another agent's book now.") % {"id": record.pk}
    )
    return redirect_page(request, "individuals:salesrecord_list")
