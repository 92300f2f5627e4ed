"""What the pages of this app share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.pages import redirect_page, render_page
from groups.models import EmployerGroup
from groups.services import saving
from policies.views.common import INVALID, act, refuse


@dataclass(frozen=True)
class Tab:
    """One page about a group."""

    label: str
    url: str
    icon: str
    is_current: bool
    badge: str = ""


def tabs(group: EmployerGroup, *, current: str, user: User) -> list[Tab]:
    """The pages about a group that the user may open."""
    own = [group.pk]
    of_group = f"?group={group.pk}"
    places = (
        ("overview", gettext("Overview"), reverse("groups:group_detail", args=own),
         "building", "groups.view_employergroup"),
        ("employees", gettext("Employees"), reverse("groups:employee_list") + of_group,
         "users", "groups.view_employee"),
        ("plans", gettext("Plans"), reverse("groups:group_plans", args=own),
         "shield-check", "groups.view_groupplan"),
        ("structure", gettext("Structure"), reverse("groups:group_structure", args=own),
         "list", "groups.view_employergroup"),
        ("payroll", gettext("Payroll"), reverse("groups:group_payroll", args=own),
         "credit-card", "groups.view_coverageperiod"),
        ("eoi", "EOI", reverse("eoi:request_list") + of_group,
         "progress-check", "eoi.view_eoirequest"),
        ("carriers", gettext("Carriers"), reverse("noyo:group_carriers", args=own),
         "arrows-exchange", "noyo.view_mapping"),
    )  # fmt: skip
    return [
        Tab(label, url, icon, is_current=key == current)
        for key, label, url, icon, right in places
        if user.has_perm(right)
    ]


@dataclass(frozen=True)
class FormPage:
    """A page with one form about a part of a group.

    ``summary`` and ``said`` say what was done: in the history, and to the person. ``goes_to``
    answers where the saved record is shown.
    """

    title: str
    summary: str
    said: str
    back_label: str
    back_url: str
    goes_to: Callable[[Any], str] | None = None
    remove_url: str = ""

    def answer(
        self, request: HttpRequest, form: Any, *, save: Callable[[Any], Any] | None = None
    ) -> HttpResponse:
        """Show the form, or save what it says and lead on."""
        if form.is_bound and form.is_valid():
            try:
                with act(request, self.summary):
                    record = save(form) if save else self._save(form)
            except DomainError as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, self.said)
                return redirect_page(
                    request, self.goes_to(record) if self.goes_to else self.back_url
                )
        template = "part_form.html"
        if hasattr(form, "section_fields"):
            template = "record_form.html"
        status = INVALID if form.is_bound else 200
        context = {"form": form, "page": self}
        return render_page(request, f"groups/{template}", context, status=status)

    @staticmethod
    def _save(form: Any) -> Any:
        record = form.save(commit=False)
        saving.save(record)
        form.save_m2m()
        return record


def removed(request: HttpRequest, record: Any, *, summary: str, said: str, to: str) -> HttpResponse:
    """Remove a record, or say why it stays."""
    try:
        with act(request, summary):
            saving.remove(record)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect_page(request, to)
