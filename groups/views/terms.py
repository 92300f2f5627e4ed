"""What a plan costs, and what it grants without evidence: its rates and guaranteed issues."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from django_stubs_ext import StrOrPromise

from agencyhub.lib.pages import HtmxRequest
from groups.forms.plans import GuaranteedIssueForm, PlanRateForm
from groups.models import GroupPlan, GuaranteedIssue, PlanRate
from groups.selectors import groups as selectors
from groups.views.common import FormPage, removed

# The name in addresses, the model, its form, and what it is called.
KINDS: dict[str, tuple[type[Any], type[Any], StrOrPromise]] = {
    "rates": (PlanRate, PlanRateForm, _("rate")),
    "guaranteed-issues": (GuaranteedIssue, GuaranteedIssueForm, _("guaranteed issue")),
}


@require_http_methods(["GET", "POST"])
@login_required
def term_create(request: HtmxRequest, pk: int, kind: str) -> HttpResponse:
    """A new rate or guaranteed issue."""
    plan, model = _asked(request, pk, kind, "add")
    record = model(plan=plan)
    if model is PlanRate:
        record.start_date = max(plan.effective_date, timezone.localdate().replace(month=1, day=1))
    return _form_page(request, kind, record)


@require_http_methods(["GET", "POST"])
@login_required
def term_edit(request: HtmxRequest, pk: int, kind: str, term_pk: int) -> HttpResponse:
    """Change one."""
    plan, model = _asked(request, pk, kind, "change")
    return _form_page(request, kind, get_object_or_404(model, pk=term_pk, plan=plan))


@require_POST
@login_required
def term_remove(request: HtmxRequest, pk: int, kind: str, term_pk: int) -> HttpResponse:
    """Remove one that was a mistake."""
    plan, model = _asked(request, pk, kind, "delete")
    return removed(
        request,
        get_object_or_404(model, pk=term_pk, plan=plan),
        summary=gettext_noop("Terms of a group plan removed"),
        said=gettext("It is removed."),
        to=_address(plan),
    )


def _asked(request: HtmxRequest, pk: int, kind: str, verb: str) -> tuple[GroupPlan, type[Any]]:
    """The plan and the model that an address names, for those with the right to them."""
    if kind not in KINDS:
        raise Http404
    model = KINDS[kind][0]
    if not request.user.has_perm(f"groups.{verb}_{model._meta.model_name}"):
        raise PermissionDenied
    return get_object_or_404(selectors.plans_for_page(request.user), pk=pk), model


def _form_page(request: HtmxRequest, kind: str, record: Any) -> HttpResponse:
    model, form, noun = KINDS[kind]
    title = gettext("Edit %(noun)s") if record.pk else gettext("New %(noun)s")
    may_remove = record.pk and request.user.has_perm(f"groups.delete_{model._meta.model_name}")
    args = [record.plan_id, kind, record.pk]
    page = FormPage(
        title=title % {"noun": noun},
        summary=gettext_noop("Terms of a group plan edited"),
        said=gettext("It is saved."),
        back_label=record.plan.name,
        back_url=_address(record.plan),
        remove_url=reverse("groups:term_remove", args=args) if may_remove else "",
    )
    return page.answer(request, form(request.POST or None, instance=record))


def _address(plan: GroupPlan) -> str:
    return reverse("groups:groupplan_detail", args=[plan.pk])
