"""What a group offers: benefits, the plans behind them."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.lib.pages import HtmxRequest, render_page
from agencyhub.records.selectors import timeline
from groups.forms.plans import BenefitForm, GroupPlanForm
from groups.models import Benefit, EmployerGroup, GroupPlan
from groups.selectors import groups as selectors
from groups.views.common import FormPage, tabs


@require_GET
@login_required
@permission_required("groups.view_groupplan", raise_exception=True)
def group_plans(request: HtmxRequest, pk: int) -> HttpResponse:
    """Everything that a group offers."""
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    context = {
        "group": group,
        "tabs": tabs(group, current="plans", user=request.user),
        "benefits": selectors.benefits_of(group),
    }
    return render_page(request, "groups/group_plans.html", context)


@require_GET
@login_required
@permission_required("groups.view_groupplan", raise_exception=True)
def groupplan_detail(request: HtmxRequest, pk: int) -> HttpResponse:
    """One plan: what may be chosen, what it grants without evidence, what it costs."""
    plan = get_object_or_404(selectors.plans_for_page(request.user), pk=pk)
    table = GroupPlan._meta.db_table
    context = {
        "plan": plan,
        "classes": plan.classes.order_by("name", "pk"),
        "grants": plan.guaranteed_issues.order_by("from_age", "pk"),
        "rates": plan.rates.order_by("-start_date", "level", "from_age", "pk"),
        "timeline": timeline(table=table, record_id=pk, viewer=request.user),
    }
    return render_page(request, "groups/groupplan_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.add_benefit", raise_exception=True)
def benefit_create(request: HtmxRequest, pk: int) -> HttpResponse:
    """A new benefit of a group."""
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    return _benefit_page(request, Benefit(group=group), gettext("New benefit"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.change_benefit", raise_exception=True)
def benefit_edit(request: HtmxRequest, pk: int, benefit_pk: int) -> HttpResponse:
    """Change a benefit."""
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    benefit = get_object_or_404(Benefit, pk=benefit_pk, group=group)
    return _benefit_page(request, benefit, gettext("Edit benefit"))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.add_groupplan", raise_exception=True)
def groupplan_create(request: HtmxRequest, pk: int) -> HttpResponse:
    """A new plan of a group; ``?benefit=`` chooses the benefit."""
    group = get_object_or_404(selectors.for_page(request.user), pk=pk)
    form = GroupPlanForm(
        request.POST or None,
        instance=GroupPlan(group=group),
        initial={"benefit": request.GET.get("benefit"), "effective_date": group.renewal_date},
    )
    page = FormPage(
        title=gettext("New plan"),
        summary=gettext_noop("Group plan added"),
        said=gettext("The plan is added. Say next what it costs and what it grants."),
        back_label=group.name,
        back_url=_plans(group),
        goes_to=_address,
    )
    return page.answer(request, form)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.change_groupplan", raise_exception=True)
def groupplan_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """Change a plan."""
    plan = get_object_or_404(selectors.plans_for_page(request.user), pk=pk)
    page = FormPage(
        title=gettext("Edit plan"),
        summary=gettext_noop("Group plan edited"),
        said=gettext("The plan is saved."),
        back_label=plan.name,
        back_url=_address(plan),
    )
    return page.answer(request, GroupPlanForm(request.POST or None, instance=plan))


def _benefit_page(request: HtmxRequest, benefit: Benefit, title: str) -> HttpResponse:
    page = FormPage(
        title=title,
        summary=gettext_noop("Benefit of a group edited"),
        said=gettext("The benefit is saved."),
        back_label=benefit.group.name,
        back_url=_plans(benefit.group),
    )
    return page.answer(request, BenefitForm(request.POST or None, instance=benefit))


def _plans(group: EmployerGroup) -> str:
    return reverse("groups:group_plans", args=[group.pk])


def _address(plan: GroupPlan) -> str:
    return reverse("groups:groupplan_detail", args=[plan.pk])
