"""Since when a carrier is a Premier Partner."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from policies.forms.carriers import PremierTermForm
from policies.models import Carrier, PremierTerm
from policies.services import premier as services
from policies.views.common import INVALID, act, refuse


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.change_carrier", raise_exception=True)
def premierterm_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a carrier a Premier Partner."""
    carrier = get_object_or_404(Carrier, pk=pk)
    return _form_page(request, PremierTerm(carrier=carrier), gettext_noop("Premier term added"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.change_carrier", raise_exception=True)
def premierterm_edit(request: HttpRequest, pk: int, term_pk: int) -> HttpResponse:
    """Change a term: give it an end, most of all."""
    return _form_page(request, _term(pk, term_pk), gettext_noop("Premier term changed"))


@require_POST
@login_required
@permission_required("policies.change_carrier", raise_exception=True)
def premierterm_remove(request: HttpRequest, pk: int, term_pk: int) -> HttpResponse:
    """Take back a term that was a mistake."""
    term = _term(pk, term_pk)
    with act(request, gettext_noop("Premier term removed")):
        services.remove_term(term=term, at=timezone.now())
    messages.success(request, gettext("The term is removed."))
    return redirect_page(request, "policies:carrier_detail", pk=pk)


def _term(pk: int, term_pk: int) -> PremierTerm:
    terms = PremierTerm.objects.select_related("carrier")
    return get_object_or_404(terms, pk=term_pk, carrier=pk)


def _form_page(request: HttpRequest, term: PremierTerm, summary: str) -> HttpResponse:
    form = PremierTermForm(request.POST or None, instance=term)
    if request.method == "POST" and form.is_valid():
        try:
            with act(request, summary):
                services.save_term(term=form.save(commit=False), at=timezone.now())
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("The term is saved."))
            return redirect_page(request, "policies:carrier_detail", pk=term.carrier_id)
    status = INVALID if form.is_bound else 200
    context = {"form": form, "carrier": term.carrier, "term": term}
    return render_page(request, "policies/premierterm_form.html", context, status=status)
