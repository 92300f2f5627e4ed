"""Lists as files, and who took which rows out."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.lib import keyset
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import HtmxRequest, render_page
from agencyhub.records.lists import export, pages, registry, selection
from agencyhub.records.lists.models import ExportLog
from agencyhub.records.lists.state import State
from agencyhub.records.services import exports
from agencyhub.records.views.lists import kind_of, state_of

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERY = "all"


@require_http_methods(["GET", "POST"])
@login_required
def list_export(request: HtmxRequest, key: str) -> HttpResponseBase:
    """Say what an export will hold; posted to, send it: ``format`` csv or xlsx, ``columns`` all."""
    kind = kind_of(request, key)
    asked = state_of(request, kind, request.POST or request.GET)
    if request.method != "POST":
        return _page(request, asked)
    if request.POST.get("columns") == EVERY:
        asked.columns = asked.kind.with_title(list(asked.known_columns))
    name = f"{kind.key}-{timezone.localdate():%Y-%m-%d}"
    try:
        if request.POST.get("format") == exports.XLSX:
            book = exports.export_xlsx(state=asked)
            return FileResponse(
                book, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE
            )
        stream = exports.export_csv(state=asked)
    except DomainError as refusal:
        return _page(request, asked, refusal=refusal.message)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8", headers=headers)


def _page(request: HtmxRequest, asked: State, refusal: str = "") -> HttpResponse:
    count = asked.count()
    is_large = count is None or count > selection.COUNTED
    context = {
        "asked": asked,
        "kind": asked.kind,
        "refusal": refusal,
        "rows_in_words": pages.count_words(count) if is_large else asked.kind.counted(count or 0),
        "every_column": len(asked.known_columns),
        "is_masked": not export.may_see_personal_data(request.user),
        "xlsx_rows": f"{export.XLSX_ROWS:,}",
    }
    status = 422 if refusal else 200
    return render_page(request, "records/list_export.html", context, status=status)


@require_GET
@login_required
@permission_required("records.view_exportlog", raise_exception=True)
def exportlog_list(request: HtmxRequest) -> HttpResponse:
    """Every export, the newest first."""
    logs = ExportLog.objects.select_related("user", "api_key")
    page = keyset.page(logs, order=keyset.NEWEST_FIRST, params=request.GET)
    titles = registry.titles()
    context = {
        "page": page,
        "rows": [(log, titles.get(log.list_key, log.list_key)) for log in page],
        "prev_url": f"?before={page.before}" if page.before else "",
        "next_url": f"?after={page.after}" if page.after else "",
    }
    return render_page(request, "records/exportlog_list.html", context)
