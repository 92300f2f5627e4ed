"""Rejected rows: mended on the screen, or left out."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.imports import repairing, screens
from agencyhub.imports.models import Import
from agencyhub.imports.selectors import ledger, rows
from agencyhub.imports.services import repair
from agencyhub.imports.views.ledger import RUN
from agencyhub.imports.views.runs import frame, of_user
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page, wants_fragment
from agencyhub.lib.pks import read_pk

PAGE = 25


@require_GET
@never_cache
@any_permission(RUN, ledger.VIEW)
def problem_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rejected rows from a line on, each with its bad cells to type into."""
    run = of_user(request, pk)
    after_line = read_pk(request.GET.get("after", "")) or 0
    found = rows.problem_rows(run, after_line=after_line, limit=PAGE + 1)
    url = reverse("imports:problem_list", args=[pk])
    desk = repairing.Desk(run, user=request.user)
    around = frame(request, run)
    context = {
        **around,
        "may_run": around["may_run"] and not around["is_exact"],
        "problems": [desk.shown(one) for one in found[:PAGE]],
        "repaired": rows.repaired(run),
        "groups": screens.reasons(run) if not after_line else [],
        "is_first": not after_line,
        "next_url": f"{url}?after={found[PAGE - 1].line}" if len(found) > PAGE else "",
        "prev_url": url if after_line else "",
    }
    return render_page(request, "imports/problem_list.html", context)


@require_POST
@never_cache
@any_permission(RUN)
def problem_repair(request: SignedInRequest, pk: int, line: int) -> HttpResponse:
    """Check a row with other cells; a good one goes along with the rest."""
    run = of_user(request, pk)
    sent = {
        name.removeprefix(repairing.PREFIX): value
        for name, value in request.POST.items()
        if name.startswith(repairing.PREFIX)
    }
    cells = repairing.completed(run, line, sent, user=request.user)
    try:
        check = repair.repair_row(import_id=pk, line=line, cells=cells, user=request.user)
    except DomainError as error:
        return _answer(request, run, line, refusal=error.message)
    return _answer(request, run, line, errors=check.errors)


@require_POST
@never_cache
@any_permission(RUN)
def problem_leave_out(request: SignedInRequest, pk: int, line: int) -> HttpResponse:
    """Decide that a row stays out."""
    run = of_user(request, pk)
    try:
        repair.leave_out(import_id=pk, lines=[line], user=request.user)
    except DomainError as error:
        return _answer(request, run, line, refusal=error.message)
    return _answer(request, run, line)


def _answer(
    request: SignedInRequest,
    run: Import,
    line: int,
    *,
    refusal: str = "",
    errors: Sequence[tuple[str, str]] | None = None,
) -> HttpResponse:
    """The row as it is now: 422 while it is not good."""
    if not wants_fragment(request):
        url = reverse("imports:problem_list", args=[run.pk])
        return redirect_page(request, f"{url}?after={line - 1}#row-{line}")
    run.refresh_from_db()
    found = rows.problem_rows(run, after_line=line - 1, limit=1)
    if not found or found[0].line != line:
        raise Http404
    problem = repairing.Desk(run, user=request.user).shown(found[0], errors=errors)
    context = {
        **frame(request, run),
        "problem": problem,
        "repaired": rows.repaired(run),
        "refusal": refusal,
        "oob": True,
    }
    status = 422 if refusal or not problem.is_done else 200
    return render_page(request, "imports/_problem_answer.html", context, status=status)
