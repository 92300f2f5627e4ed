"""Adding notes to individuals and sales records, from their pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST

from agencyhub.lib.pages import HtmxRequest, redirect_page
from agencyhub.records import history
from agencyhub.records.models import Batch
from individuals.forms.notes import NoteForm
from individuals.models import Individual, SalesRecord
from individuals.services import notes
from individuals.views import merges


@require_POST
@login_required
@permission_required("individuals.change_individual", raise_exception=True)
def individual_note(request: HtmxRequest, pk: int) -> HttpResponse:
    """Add a note; one on somebody who was merged meanwhile goes to the one who remains."""
    pk = merges.survivor_seen(request, pk) or pk
    individual = get_object_or_404(Individual.objects.visible_to(request.user), pk=pk)
    _added(request, individual)
    return redirect_page(request, "individuals:individual_detail", pk=pk)


@require_POST
@login_required
@permission_required("individuals.change_salesrecord", raise_exception=True)
def salesrecord_note(request: HtmxRequest, pk: int) -> HttpResponse:
    record = get_object_or_404(SalesRecord.objects.visible_to(request.user), pk=pk)
    _added(request, record)
    return redirect_page(request, "individuals:salesrecord_detail", pk=pk)


def _added(request: HtmxRequest, person: notes.Noted) -> None:
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["text"]))
        return
    summary = gettext_noop("Added a note")
    with history.batch(user=request.user, channel=Batch.Channel.SCREEN, summary=summary):
        notes.add_note(
            person=person, text=form.cleaned_data["text"], user=request.user, at=timezone.now()
        )
    messages.success(request, gettext("The note was added."))
