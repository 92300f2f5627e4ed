"""The form that corrects a row of a carrier's book."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import DateInput
from commissions.correctable import CORRECTABLE
from commissions.forms.filling import PlanIdField
from commissions.models import BookRow, Line
from individuals.forms.fields import AgentField, TidyField, agents


class DayField(forms.DateField):
    """A day that may be blank."""

    widget = DateInput


class BookRowForm(forms.Form):
    """Checks shape only; what the person changes, files of the carrier leave alone."""

    columns: ClassVar[dict[str, int]] = {
        "status": 6, "agent": 6, "line": 4, "plan_id": 4, "policy_number": 4, "plan_name": 12,
        "effective_date": 4, "termination_date": 4, "renewal_date": 4,
    }  # fmt: skip

    status = forms.ChoiceField(label=_("Status"), choices=BookRow.Status.choices)
    agent = AgentField(label=_("Agent"), queryset=agents(), required=False)
    line = forms.ChoiceField(
        label=_("Sub-line"), choices=[("", _("Not known")), *Line.choices], required=False
    )
    plan_name = TidyField(label=_("Plan"), max_length=200, required=False)
    plan_id = PlanIdField(label=_("CMS plan ID"), max_length=40, required=False)
    policy_number = TidyField(label=_("Policy number"), max_length=60, required=False)
    effective_date = DayField(label=_("Effective date"), required=False)
    termination_date = DayField(
        label=_("Termination date"), required=False, help_text=_("Last covered day.")
    )
    renewal_date = DayField(label=_("Renewal date"), required=False)

    def __init__(self, data: Any = None, *, row: BookRow) -> None:
        super().__init__(data, initial={name: getattr(row, name) for name in CORRECTABLE})

    def values(self) -> dict[str, Any]:
        """By field, as the columns hold them."""
        cleaned = dict(self.cleaned_data)
        agent = cleaned["agent"]
        return {**cleaned, "agent": agent.pk if agent else None}
