"""What members choose, entered for them: elections, their end, and what follows a raise."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from eoi.forms.elections import ElectionForm, EndForm, SalaryForm, first_of_next_month
from eoi.services import electing as services
from groups.models import Benefit, Election, Employee
from groups.selectors import employees as selectors
from groups.views.common import FormPage


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.change_election", raise_exception=True)
def election_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose for an employee under the benefit that ``?benefit=`` names; first ask for which."""
    employee = get_object_or_404(selectors.for_page(request.user), pk=pk)
    benefits = Benefit.objects.filter(group=employee.group_id, plans__isnull=False).distinct()
    key = read_pk(request.GET.get("benefit", ""))
    if key is None:
        context = {"employee": employee, "benefits": benefits.order_by("line", "name", "pk")}
        return render_page(request, "eoi/election_benefit.html", context)
    benefit = get_object_or_404(benefits, pk=key)
    now = timezone.now()
    form = ElectionForm(
        request.POST or None,
        employee=employee,
        benefit=benefit,
        today=timezone.localdate(now),
        initial=_chosen_before(request, employee, benefit),
    )
    page = _page(employee, benefit.name, said=gettext("The choice is saved."))

    def save(form: ElectionForm) -> Election:
        return services.elect(
            employee_id=pk, benefit_id=benefit.pk, user=request.user, at=now, **form.chosen()
        )

    return page.answer(request, form, save=save)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.change_election", raise_exception=True)
def election_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End coverage after a last covered day."""
    election = _election(request, pk)
    now = timezone.now()
    form = EndForm(request.POST or None, initial={"termination_date": timezone.localdate(now)})
    page = _page(election.employee, gettext("End coverage"), said=gettext("The coverage is ended."))

    def save(form: EndForm) -> Election:
        last_day = form.cleaned_data["termination_date"]
        return services.end(election_id=pk, last_day=last_day, user=request.user, at=now)

    return page.answer(request, form, save=save)


@require_POST
@login_required
@permission_required("groups.change_election", raise_exception=True)
def election_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back what waits for evidence, as the member wishes."""
    election = _election(request, pk)
    services.withdraw(election_id=pk, user=request.user, at=timezone.now())
    messages.success(request, gettext("What waited is withdrawn; what is in force stays."))
    return redirect_page(request, _address(election.employee))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("groups.change_election", raise_exception=True)
def salary_follow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let amounts that are a multiple of the salary follow it from a day on."""
    employee = get_object_or_404(selectors.for_page(request.user), pk=pk)
    now = timezone.now()
    initial = {"effective_date": first_of_next_month(timezone.localdate(now))}
    form = SalaryForm(request.POST or None, initial=initial)
    page = _page(employee, gettext("Follow the salary"), said=gettext("Amounts follow the salary."))

    def save(form: SalaryForm) -> list[Election]:
        day = form.cleaned_data["effective_date"]
        done = services.follow_salary(employee_id=pk, effective_date=day, user=request.user, at=now)
        words = ngettext("%(count)s election.", "%(count)s elections.", len(done))
        messages.info(request, words % {"count": len(done)})
        return done

    return page.answer(request, form, save=save)


def _chosen_before(
    request: SignedInRequest, employee: Employee, benefit: Benefit
) -> dict[str, Any]:
    """What stands in the form: the choice that is changed, which ``?election=`` names."""
    key = read_pk(request.GET.get("election", ""))
    rows = Election.objects.filter(employee=employee, benefit=benefit)
    election = rows.filter(pk=key).first() if key else None
    if election is None:
        return {}
    return {
        "plan": election.requested_plan_id or election.plan_id,
        "dependent": election.dependent_id,
        "volume": election.requested_volume or election.volume,
        "multiple": election.multiple,
        "level": election.requested_level or election.level,
    }


def _election(request: SignedInRequest, pk: int) -> Election:
    rows = Election.objects.visible_to(request.user).select_related("employee")
    return get_object_or_404(rows, pk=pk)


def _page(employee: Employee, title: str, *, said: str) -> FormPage:
    return FormPage(
        title=title,
        summary=gettext_noop("Choose coverage"),
        said=said,
        back_label=employee.full_name,
        back_url=_address(employee),
    )


def _address(employee: Employee) -> str:
    return reverse("groups:employee_detail", args=[employee.pk])
