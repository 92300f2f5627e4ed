"""A document that was kept with the wrong client: find the right one, say why, move it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest, any_permission
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import reads_only, redirect_page, render_page
from documents import choosing, owners
from documents.forms import MoveForm
from documents.models import Document
from documents.services import moving
from documents.views import common
from individuals.models import Look
from individuals.searching import read_query
from individuals.services import looks

PAGE = "documents/document_move.html"
INVALID = 422


@require_http_methods(["GET", "POST"])
@any_permission(*owners.CHANGE)
def document_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say where a document belongs, and why; it goes there."""
    document = common.seen(request, pk, right="change")
    if request.method != "POST":
        return _page(request, document, MoveForm())
    form = MoveForm(request.POST)
    if form.is_valid():
        moved = _moved(request, document, form)
        if moved is not None:
            return moved
    return _page(request, document, form, status=INVALID)


@reads_only
@require_POST
@any_permission(*owners.CHANGE)
def document_move_search(request: SignedInRequest, pk: int) -> HttpResponse:
    """Find the client by a name, a number, an address; what is typed enters no address."""
    document = common.seen(request, pk, right="change")
    query = read_query(request.POST.get("q", ""))
    if query.is_empty:
        return redirect_page(request, "documents:document_move", pk=pk)
    found = choosing.clients(query, user=request.user, but=owners.place_of(document))
    if query.mbi and found.keys:
        looks.record(user=request.user, individual_ids=found.keys, how=Look.How.SEARCH)
    return _page(request, document, MoveForm(), found=found, searched=query.text)


def _moved(request: SignedInRequest, document: Document, form: MoveForm) -> HttpResponse | None:
    """Move it and show it at its new place; None where that is refused, with words in the form."""
    owner, pk = form.cleaned_data["to"]
    try:
        with common.act(request, gettext_noop("Moved a document to another client")) as batch:
            done = moving.move(
                document_id=document.pk,
                seen=form.cleaned_data["seen"],
                to=(owner, pk),
                reason=form.cleaned_data["reason"],
                user=request.user,
                batch=batch,
            )
    except DomainError as refusal:
        form.add_error(refusal.field, refusal.message)
        return None
    words = gettext("%(name)s belongs to this client now.")
    messages.success(request, words % {"name": done.name})
    return redirect_page(request, f"{owner.list_page(pk)}?moved={batch.pk}")


def _page(
    request: SignedInRequest,
    document: Document,
    form: MoveForm,
    *,
    found: choosing.Clients | None = None,
    searched: str = "",
    status: int = 200,
) -> HttpResponse:
    owner, pk = owners.place_of(document)
    chosen = form.data.get("to", "") if form.is_bound else ""
    if found is None and chosen:
        found = choosing.one(chosen, user=request.user)
    context: dict[str, Any] = {
        "document": document,
        "from_url": owner.list_page(pk),
        "seen": form.data.get("seen") if form.is_bound else owner.place(pk),
        "whose": choosing.whose(document),
        "form": form,
        "found": found,
        "searched": searched,
        "chosen": chosen,
    }
    return render_page(request, PAGE, context, fragment="document-move", status=status)
