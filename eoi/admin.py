"""The admin of EOI: what waits and what was decided; decisions go through the one service."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.requests import SignedInRequest
from agencyhub.lib.admin import QuietAdmin, ReadOnlyMixin
from agencyhub.lib.forms import DateInput
from eoi.asked import Asked
from eoi.models import Decision, EoiRequest, Reversal
from eoi.selectors import worksheets
from eoi.services import deciding

MOST_TOLD = 10


class DecisionActionForm(ActionForm):
    """What was decided of the selected requests."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("", "---------"), *Decision.Action.choices], required=False
    )
    approved_volume = forms.CharField(
        label=_("Approved volume (USD)"), max_length=20, required=False
    )
    effective_date = forms.DateField(label=_("Effective date"), required=False, widget=DateInput)


@admin.register(EoiRequest)
class EoiRequestAdmin(ReadOnlyMixin, QuietAdmin):
    """Every request; those that wait can be decided."""

    list_display = (
        "id", "group", "employee_name", "benefit", "status", "opened_date", "in_force", "requested",
        "form_status", "is_expiry_proposed",
    )  # fmt: skip
    list_filter = ("status", "form_status", "is_expiry_proposed")
    list_select_related = ("group", "employee", "election__benefit")
    ordering = ("-pk",)
    search_fields = ("=employee__external_id", "=reference_number")
    actions = ("decide",)  # type: ignore[misc]
    action_form = DecisionActionForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[EoiRequest]:
        """Those of the groups that the user's roles reach."""
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may record a carrier's decision."""
        return request.user.has_perm("eoi.decide_eoirequest")

    @admin.action(description=_("Decide on selected requests"), permissions=["decide"])
    def decide(self, request: SignedInRequest, queryset: QuerySet[EoiRequest]) -> None:
        """Take the same decision on each selected request; say which could not be decided so."""
        wanted = [
            Asked(
                row=pk,
                request_id=str(pk),
                action=request.POST.get("decision", ""),
                approved_volume=request.POST.get("approved_volume") or None,
                effective_date=request.POST.get("effective_date", ""),
            )
            for pk in queryset.order_by("pk").values_list("pk", flat=True)
        ]
        result = deciding.decide(
            wanted,
            channel=Decision.Channel.MANUAL,
            user=request.user,
            within=None,
            at=timezone.now(),
        )
        if result.valid:
            told = ngettext(
                "%(number)s request is decided.",
                "%(number)s requests are decided.",
                result.valid_count,
            )
            messages.success(request, told % {"number": result.valid_count})
        for failed in result.failed[:MOST_TOLD]:
            problems = "; ".join(problem.text for problem in failed.problems)
            told = gettext("EOI request %(id)s: %(problems)s.")
            messages.error(request, told % {"id": failed.asked.row, "problems": problems})
        if result.failed_count > MOST_TOLD:
            told = gettext("And %(number)s more could not be decided so.")
            messages.error(request, told % {"number": result.failed_count - MOST_TOLD})

    @admin.display(description=_("employee"), ordering="employee__last_name_key")
    def employee_name(self, asked: EoiRequest) -> str:
        """The employee's name."""
        return asked.employee.full_name

    @admin.display(description=_("benefit"))
    def benefit(self, asked: EoiRequest) -> str:
        """What it is about."""
        return asked.election.benefit.name

    @admin.display(description=_("in force (USD)"))
    def in_force(self, asked: EoiRequest) -> Any:
        """The volume in force."""
        return asked.election.volume

    @admin.display(description=_("requested (USD)"))
    def requested(self, asked: EoiRequest) -> Any:
        """The volume asked for."""
        return asked.election.requested_volume


@admin.register(Decision)
class DecisionAdmin(ReadOnlyMixin, QuietAdmin):
    """What carriers decided, through which door, and what was reversed."""

    list_display = (
        "id", "request", "action", "volume_before", "volume_after", "effective_date", "channel",
        "user", "decided_at", "reversed_at",
    )  # fmt: skip
    list_filter = ("action", "channel")
    list_select_related = ("request", "user")
    ordering = ("-pk",)
    exclude = ("undo",)


@admin.register(Reversal)
class ReversalAdmin(ReadOnlyMixin, QuietAdmin):
    """Worksheets that were taken back: by whom, why, and how far their worker came."""

    list_display = (
        "id", "run", "user", "state", "total", "reversed", "refused", "started_at", "finished_at",
    )  # fmt: skip
    list_filter = ("state",)
    list_select_related = ("run", "user")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reversal]:
        """Those of the worksheets that the user may see."""
        return super().get_queryset(request).filter(run__in=worksheets.uploads(user=request.user))  # type: ignore[arg-type]
