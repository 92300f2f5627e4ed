"""Agents: list, page, create and edit."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from agencyhub.accounts import selectors
from agencyhub.accounts.forms.agents import AgentForm, ReadersForm
from agencyhub.accounts.forms.choices import StateForm
from agencyhub.accounts.models import Agent
from agencyhub.accounts.services import agents
from agencyhub.lib import keyset
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page


@require_GET
@login_required
@permission_required("accounts.view_agent", raise_exception=True)
def agent_list(request: HttpRequest) -> HttpResponse:
    """Agents by name."""
    form = StateForm(request.GET)
    # What cannot be read never widens a list: its error is shown, and no row is.
    rows = Agent.objects.none()
    if form.is_valid():
        rows = selectors.agents_for_list(**form.cleaned_data)
    page = keyset.page(rows, order=selectors.AGENT_ORDER, params=request.GET)
    context = {"form": form, "page": page, "state": form.cleaned_data.get("state", "")}
    return render_page(request, "accounts/agent_list.html", context, fragment="agent-table")


@require_GET
@login_required
@permission_required("accounts.view_agent", raise_exception=True)
def agent_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One agent: contact, license, and who sees the book."""
    agent = get_object_or_404(Agent.objects.select_related("user"), pk=pk)
    readers = agent.accessible_to.order_by("username")
    now = timezone.now()
    invited = [(one, one.is_open(at=now)) for one in selectors.waiting_invitations(agent)]
    context = {
        "agent": agent,
        "agent_id": str(agent.pk),
        "readers": readers,
        "invited": invited,
    }
    return render_page(request, "accounts/agent_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.add_agent", raise_exception=True)
def agent_create(request: HttpRequest) -> HttpResponse:
    """Add an agent."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.change_agent", raise_exception=True)
def agent_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an agent."""
    return _form(request, get_object_or_404(Agent, pk=pk))


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("accounts.change_user", raise_exception=True)
def agent_readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sees the agent's book besides the linked user."""
    agent = get_object_or_404(Agent, pk=pk)
    form = ReadersForm(request.POST or None, agent=agent)
    if request.method == "POST" and form.is_valid():
        try:
            agents.set_readers(
                actor=request.user, agent_id=pk, readers=form.cleaned_data["readers"]
            )
        except DomainError as refusal:
            form.add_error("readers", refusal.message)
        else:
            messages.success(
                request,
                gettext("Who sees the book of %(full_name)s is saved.")
                % {"full_name": agent.full_name},
            )
            return redirect_page(request, "accounts:agent_detail", pk=pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "agent": agent}
    return render_page(request, "accounts/agent_readers.html", context, status=status)


def _form(request: HttpRequest, agent: Agent | None) -> HttpResponse:
    form = AgentForm(request.POST or None, instance=agent)
    if request.method == "POST" and form.is_valid():
        try:
            saved = agents.save_agent(actor=request.user, agent=agent, values=form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.field or "user", refusal.message)
        else:
            messages.success(
                request, gettext("%(full_name)s is saved.") % {"full_name": saved.full_name}
            )
            return redirect_page(request, "accounts:agent_detail", pk=saved.pk)
    status = 422 if form.is_bound else 200
    context = {"form": form, "agent": form.instance}
    return render_page(request, "accounts/agent_form.html", context, status=status)
