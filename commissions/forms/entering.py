"""An application as a person types it: the manual disposition form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import SectionsMixin
from agencyhub.lib.states import STATES
from commissions.forms.filling import (
    AgentKeyField,
    DayField,
    KeyField,
    MomentField,
    PlanIdField,
    active_carriers,
)
from commissions.models import Line
from individuals.forms.fields import MbiField, PhoneField, TidyField, ZipField, agents
from policies.forms.policies import PremiumField
from policies.models import Carrier

YES, NO = "yes", "no"


def _either(yes: Any, no: Any, **more: Any) -> forms.TypedChoiceField:
    """One of two, or not known."""
    return forms.TypedChoiceField(
        choices=[("", gettext_lazy("Not known")), (YES, yes), (NO, no)],
        coerce=lambda text: text == YES,
        empty_value=None,
        required=False,
        **more,
    )


class ApplicationForm(SectionsMixin, forms.Form):
    """Who applied for what, through whom, and when."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=32)
    first_name = TidyField(max_length=80)
    last_name = TidyField(max_length=80)
    date_of_birth = DayField()
    mbi = MbiField(label="MBI", required=False)
    phone = PhoneField(required=False)
    email = forms.EmailField(required=False)
    line_1 = TidyField(label=_("Address"), max_length=120, required=False)
    city = TidyField(max_length=80, required=False)
    state = forms.ChoiceField(choices=[("", "—"), *STATES], required=False)
    zip_code = ZipField(label=_("ZIP code"), required=False)
    is_new_client = _either(_("New client"), _("Existing client"), label=_("New or existing"))
    is_new_to_medicare = _either(_("Yes"), gettext_lazy("No"), label=_("New to Medicare"))
    carrier = KeyField(Carrier.objects.none(), empty_label=_("Choose a carrier"))
    line = forms.ChoiceField(
        label=_("Product type"), choices=[("", _("Choose a line")), *Line.choices]
    )
    plan_name = TidyField(max_length=200, required=False)
    plan_id = PlanIdField(
        label=_("CMS plan ID"), max_length=40, required=False, help_text="H5216-001-000"
    )
    policy_number = TidyField(max_length=60, required=False)
    confirmation_number = TidyField(max_length=60, required=False)
    premium = PremiumField(label=_("Monthly premium"), required=False)
    agent = AgentKeyField(queryset=None, empty_label=_("Choose an agent"))
    submitted_at = MomentField(label=_("Submitted on"))
    effective_date = DayField(required=False, help_text=_("First covered day."))
    referring_agent = TidyField(max_length=160, required=False)

    section_fields = (
        (
            _("Client"),
            _("Name and date of birth find the Individual, if there is one."),
            (
                "token", "first_name", "last_name", "date_of_birth", "mbi", "phone", "email",
                "line_1", "city", "state", "zip_code", "is_new_client", "is_new_to_medicare",
            ),
        ),
        (
            _("Plan"),
            _("The carrier’s numbers make the match with its files certain."),
            (
                "carrier", "line", "plan_name", "plan_id", "policy_number",
                "confirmation_number", "premium",
            ),
        ),
        (
            _("Submission"),
            "",
            ("agent", "submitted_at", "effective_date", "referring_agent"),
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        carrier: Any = self.fields["carrier"]
        agent: Any = self.fields["agent"]
        carrier.queryset, agent.queryset = active_carriers(), agents()

    def told(self) -> dict[str, Any]:
        """What was typed, as the service takes it."""
        values = dict(self.cleaned_data)
        values["carrier_id"], values["agent_id"] = values.pop("carrier"), values.pop("agent")
        return values
