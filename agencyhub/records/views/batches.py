"""What a batch did, and taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records import reach, selectors
from agencyhub.records.models import Batch
from agencyhub.records.services import undo


@require_GET
@login_required
def batch_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One act and every row it touched; of an undo also what it left as it was."""
    batch = get_object_or_404(Batch.objects.select_related("user", "undo_of", "undone_by"), pk=pk)
    if not reach.is_within_reach(batch, user=request.user):
        raise Http404
    context = selectors.batch_page(batch, viewer=request.user)
    return render_page(request, "records/batch_detail.html", {"batch": context})


@require_POST
@login_required
@permission_required(undo.UNDO, raise_exception=True)
def batch_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a batch, then show what the undo did."""
    if not reach.is_within_reach(get_object_or_404(Batch, pk=pk), user=request.user):
        raise Http404
    try:
        result = undo.undo_batch(batch_id=pk, user=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect_page(request, "records:batch_detail", pk=pk)
    return redirect_page(request, "records:batch_detail", pk=result.batch.pk)
