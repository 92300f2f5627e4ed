"""The reports: their index, each with its choices, and their files."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.home.reports import asked as addresses
from agencyhub.home.reports import files, remembered, shown
from agencyhub.home.reports.asked import Asked
from agencyhub.home.reports.base import Counting, Figures, Report
from agencyhub.home.reports.forms import CUSTOM
from agencyhub.home.reports.registry import REPORTS
from agencyhub.lib.pages import render_page
from agencyhub.records.views.exports import XLSX_TYPE

DETAIL, FRAGMENT = "home/reports/report_detail.html", "report"


@require_GET
@login_required
def report_list(request: SignedInRequest) -> HttpResponse:
    """Every report that the user may read, with their views."""
    user = request.user
    readable = [one for one in REPORTS.values() if one.is_for(user)]
    views = addresses.views_by_report(user)
    context = {
        "reports": [
            {"report": one, "url": addresses.url_of(one), "views": views.get(one.key, [])}
            for one in readable
        ]
    }
    return render_page(request, "home/reports/report_list.html", context)


@require_GET
@never_cache
@login_required
def report_detail(request: SignedInRequest, key: str) -> HttpResponse:
    """One report: what it is asked, its chart, and the table with a door behind each number."""
    report = report_of(request, key)
    asked = addresses.read(report, request.GET, user=request.user)
    context = {
        "asked": asked,
        "report": report,
        "form": asked.form,
        "is_custom": asked.form["period"].value() == CUSTOM if "period" in asked.form.fields else 0,
        "views": addresses.views_of(report, user=request.user),
    }
    if not asked.form.is_valid():
        return render_page(request, DETAIL, context, fragment=FRAGMENT, status=422)
    found = _figures(asked)
    if isinstance(found, Counting):
        return render_page(request, DETAIL, {**context, "counting": found}, fragment=FRAGMENT)
    chart = shown.chart_for(report, found, by=asked.params["by"])
    context |= {
        "figures": found,
        "table": shown.table_of(found),
        "chart": chart,
        "is_cut": shown.is_cut(chart, found),
        "is_old": timezone.now() - found.as_of > remembered.FRESH,
    }
    return render_page(request, DETAIL, context, fragment=FRAGMENT)


@require_GET
@never_cache
@login_required
def report_export(request: SignedInRequest, key: str) -> HttpResponseBase:
    """The table of a report as a file; ``format`` is csv or xlsx."""
    report = report_of(request, key)
    asked = addresses.read(report, request.GET, user=request.user)
    file_format = request.GET.get("format")
    if not asked.form.is_valid() or file_format not in {"csv", "xlsx"}:
        messages.error(request, gettext("This cannot be exported: correct the choices first."))
        return redirect(f"{addresses.url_of(report)}?{request.GET.urlencode()}")
    found = _figures(asked)
    if isinstance(found, Counting):
        messages.info(request, gettext("The figures are still being counted. Export them then."))
        return redirect(asked.url)
    now = timezone.now()
    name = f"{key}-{timezone.localdate():%Y-%m-%d}.{file_format}"
    if file_format == "xlsx":
        book = files.as_xlsx(asked, found, now=now)
        return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX_TYPE)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    stream = files.as_csv(asked, found, now=now)
    return StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8", headers=headers)


def report_of(request: SignedInRequest, key: str) -> Report:
    """The report called ``key``.

    Raises:
        Http404: there is none that the user may read.
    """
    report = REPORTS.get(key)
    if report is None or not report.is_for(request.user):
        raise Http404
    return report


def _figures(asked: Asked) -> Figures | Counting:
    return remembered.figures_of(
        asked.report,
        user=asked.user,
        params=asked.params,
        on=timezone.localdate(),
        now=timezone.now(),
    )
