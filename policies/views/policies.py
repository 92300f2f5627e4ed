"""Pages of policies."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.lib.db import prepared_statements
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from agencyhub.lib.pks import read_pk
from agencyhub.records import custom
from agencyhub.records.models import CustomField, Option
from agencyhub.records.selectors import timeline
from agencyhub.records.views import lists
from individuals.models import Individual
from policies.forms.filters import PolicySearchForm
from policies.forms.policies import PolicyForm, PolicyTerminateForm
from policies.lists import POLICIES
from policies.models import Policy
from policies.selectors import policies as selectors
from policies.services import policies as services
from policies.views.common import INVALID, act, refuse


@require_GET
@login_required
@permission_required("policies.view_policy", raise_exception=True)
def policy_list(request: HttpRequest) -> HttpResponse:
    """Policies, the newest first."""
    search = PolicySearchForm()
    return lists.show(request, POLICIES, template="policies/policy_list.html", search=search)


@require_GET
@login_required
@permission_required("policies.view_policy", raise_exception=True)
@prepared_statements()
def policy_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy: its facts, its people, its history."""
    user = request.user
    policy: Any = selectors.policy_for_page(user, pk=pk)
    if policy is None:
        raise Http404
    fields = custom.fields_for(CustomField.Target.POLICY)
    context = {
        "policy": policy,
        "may_open_subscriber": policy.may_open_subscriber,
        "additional_agents": selectors.additional_agents(policy),
        "custom_values": custom.display(
            fields, policy.custom, show_health=custom.may_see_health(user)
        ),
        "timeline": timeline(table=Policy._meta.db_table, record_id=pk, viewer=user),
    }
    return render_page(request, "policies/policy_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.add_policy", raise_exception=True)
def policy_create(request: HttpRequest) -> HttpResponse:
    """A new policy of the individual that ``?individual=`` names."""
    key = read_pk(request.GET.get("individual", ""))
    if key is None:
        return render_page(request, "policies/policy_create_for_whom.html", {})
    individual = get_object_or_404(Individual.objects.visible_to(request.user), pk=key)
    initial = {
        "servicing_agent": individual.servicing_agent_id,
        "status": Option.objects.active(Option.List.POLICY_STATUS).first(),
    }
    return _form_page(request, Policy(subscriber=individual), initial)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.change_policy", raise_exception=True)
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a policy."""
    policy = get_object_or_404(selectors.policies_for_page(request.user), pk=pk)
    return _form_page(request, policy, {})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("policies.change_policy", raise_exception=True)
def policy_terminate(request: HttpRequest, pk: int) -> HttpResponse:
    """End coverage after a last covered day."""
    policy = get_object_or_404(selectors.policies_for_page(request.user), pk=pk)
    initial = {"termination_date": policy.termination_date or timezone.localdate()}
    form = PolicyTerminateForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            with act(request, gettext_noop("Policy terminated")):
                services.terminate_policy(policy_id=pk, **form.cleaned_data)
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            day = form.cleaned_data["termination_date"]
            messages.success(
                request,
                gettext("Coverage ends after %(day)s, the last covered day.")
                % {"day": f"{day:%m/%d/%Y}"},
            )
            return redirect_page(request, "policies:policy_detail", pk=pk)
    status = INVALID if form.is_bound else 200
    context = {"form": form, "policy": policy}
    return render_page(request, "policies/policy_terminate.html", context, status=status)


def _form_page(request: HttpRequest, policy: Policy, initial: dict[str, object]) -> HttpResponse:
    is_new = policy.pk is None
    form = PolicyForm(request.POST or None, instance=policy, initial=initial, user=request.user)
    if "refresh" in request.POST:
        form = PolicyForm(instance=policy, initial=form.as_typed(), user=request.user)
    if form.is_bound and form.is_valid():
        if not is_new and not form.has_changed():
            messages.info(request, gettext("Nothing was changed."))
            return redirect_page(request, "policies:policy_detail", pk=policy.pk)
        try:
            with act(
                request, gettext_noop("Policy added") if is_new else gettext_noop("Policy edited")
            ):
                saved = services.save_policy(
                    policy=form.save(commit=False),
                    additional_agents=form.cleaned_data["additional_agents"],
                    fields=form.changed_fields,
                )
        except DomainError as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, gettext("The policy is saved."))
            return redirect_page(request, "policies:policy_detail", pk=saved.pk)
    context = {"form": form, "policy": policy, "individual": policy.subscriber, "is_new": is_new}
    status = INVALID if form.is_bound else 200
    return render_page(request, "policies/policy_form.html", context, status=status)
