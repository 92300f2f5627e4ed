"""What became of batch files: the list, one of them, its results."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.pages import render_page
from integrations.eoi_batches import selectors
from integrations.eoi_batches.models import BatchFile
from integrations.eoi_batches.services import results
from integrations.permissions import MANAGE

SEE = (MANAGE, "eoi.decide_eoirequest")


@require_GET
@any_permission(*SEE)
def file_list(request: SignedInRequest) -> HttpResponse:
    """Every batch file of the groups that the user sees."""
    page = selectors.files_page(user=request.user, params=request.GET)
    here = reverse("eoi_batches:file_list")
    rows = [selectors.FileRow(file) for file in page]
    context = {
        "rows": rows,
        "is_working": any(row.is_working for row in rows),
        "here": request.get_full_path(),
        "prev_url": f"{here}?before={page.before}" if page.before else "",
        "next_url": f"{here}?after={page.after}" if page.after else "",
        "can_manage": request.user.has_perm(MANAGE),
    }
    return render_page(request, "eoi_batches/file_list.html", context, fragment="batch-files")


@require_GET
@any_permission(*SEE)
def file_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One file: its counts, and the rows that were not decided."""
    file = _file(request, pk)
    context = {
        "row": selectors.FileRow(file),
        "file": file,
        "failed": selectors.failed_rows(file),
        "shown_rows": selectors.SHOWN_ROWS,
        "here": request.path,
    }
    return render_page(request, "eoi_batches/file_detail.html", context, fragment="batch-file")


@require_GET
@any_permission(*SEE)
def file_results(request: SignedInRequest, pk: int) -> HttpResponse:
    """The results file, as the carrier finds it in the outbound folder."""
    file = _file(request, pk)
    answer = HttpResponse(results.as_csv(file), content_type="text/csv; charset=utf-8")
    day = timezone.localdate(file.seen_at)
    name = f"eoi_batch_{file.pk}_results_{day:%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _file(request: SignedInRequest, pk: int) -> BatchFile:
    rows = BatchFile.objects.visible_to(request.user).select_related("folder__group")
    return get_object_or_404(rows, pk=pk)
