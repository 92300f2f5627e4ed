"""Pages of the carriers' books of business and of what carriers paid."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.records.selectors import timeline
from agencyhub.records.views import lists
from commissions.forms.correcting import BookRowForm
from commissions.lists.ledgers import BOOK, COMMISSIONS
from commissions.models import BookRow, CommissionLine
from commissions.selectors import ledgers as selectors
from commissions.services.correcting import correct
from policies.views.common import INVALID, refuse

VIEW_BOOK, CHANGE_BOOK = "commissions.view_bookrow", "commissions.change_bookrow"
VIEW_LINES, VIEW_IMPORTS = "commissions.view_commissionline", "imports.view_import"
RUN = "imports.run_import"


@require_GET
@any_permission(VIEW_BOOK)
def bookrow_list(request: SignedInRequest) -> HttpResponse:
    """Who carriers say is insured, the newest first."""
    return lists.show(request, BOOK, template="commissions/bookrow_list.html")


@require_GET
@any_permission(VIEW_BOOK)
def bookrow_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One row: what the carrier says and as of when, its agents of record, its application."""
    row = get_object_or_404(selectors.book_rows_for_page(request.user), pk=pk)
    context = {
        "row": row,
        "agents": selectors.agents_of(row),
        "application": selectors.application_of(row, user=request.user),
        "may_correct": request.user.has_perm(CHANGE_BOOK),
        "timeline": timeline(table=BookRow._meta.db_table, record_id=pk, viewer=request.user),
    }
    return render_page(request, "commissions/bookrow_detail.html", context)


@require_http_methods(["GET", "POST"])
@any_permission(CHANGE_BOOK)
def bookrow_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct what the carrier says; its files leave that alone from then on."""
    row = get_object_or_404(selectors.book_rows_for_page(request.user), pk=pk)
    form = BookRowForm(request.POST or None, row=row)
    if form.is_bound and form.is_valid():
        try:
            correct(book_row_id=pk, values=form.values(), user=request.user, at=timezone.now())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The row is corrected."))
            return redirect_page(request, "commissions:bookrow_detail", pk=pk)
    context = {"row": row, "form": form}
    status = INVALID if form.is_bound else 200
    return render_page(request, "commissions/bookrow_form.html", context, status=status)


@require_GET
@any_permission(VIEW_LINES)
def commissionline_list(request: SignedInRequest) -> HttpResponse:
    """What carriers paid, the newest first."""
    return lists.show(request, COMMISSIONS, template="commissions/commissionline_list.html")


@require_GET
@any_permission(VIEW_LINES)
def commissionline_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One line: what was paid for what, by which statement, and who shares in it."""
    line = get_object_or_404(selectors.lines_for_page(request.user), pk=pk)
    context = {
        "line": line,
        "splits": line.splits.select_related("agent").order_by("pk"),
        "application": selectors.application_of(line, user=request.user),
        "timeline": timeline(
            table=CommissionLine._meta.db_table, record_id=pk, viewer=request.user
        ),
    }
    return render_page(request, "commissions/commissionline_detail.html", context)


@require_GET
@never_cache
@any_permission(RUN, VIEW_IMPORTS)
def quarantine_list(request: SignedInRequest) -> HttpResponse:
    """Rows of carriers' files that name nobody, with the way to mend them."""
    context = {"waiting": selectors.quarantine(request.user)}
    return render_page(request, "commissions/quarantine_list.html", context)
