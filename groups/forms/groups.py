"""Employer groups and how they sort their employees, as people type them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import SectionsMixin, SwitchInput
from agencyhub.lib.identifiers import OpenTextsMixin
from groups.models import BenefitClass, Division, EmployerGroup, Location
from individuals.forms.fields import AgentField, TidyField, agents
from policies.forms.carriers import ServiceChecksForm


class EinField(forms.CharField):
    """Nine digits, typed with or without the dash."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("-", "").replace(" ", "")


class GroupForm(SectionsMixin, OpenTextsMixin, ServiceChecksForm):
    """An employer group."""

    name = TidyField(max_length=160)
    federal_ein = EinField(
        label=_("Federal EIN"), required=False, max_length=12, help_text=_("Nine digits.")
    )
    servicing_agent = AgentField(queryset=None, required=False, empty_label=_("Nobody yet"))
    is_test = forms.BooleanField(
        label=_("Test group"),
        required=False,
        widget=SwitchInput,
        help_text=_("Partners see it only where they ask for tests."),
    )

    section_fields = (
        (_("Group"), "", ("name", "dba_name", "status", "state", "servicing_agent")),
        (
            _("Plan year and payroll"),
            _("Deductions are worked out per pay period."),
            ("renewal_date", "pay_periods"),
        ),
        (
            _("Numbers"),
            _("How partners and authorities know the group."),
            ("external_id", "federal_ein", "sic_code", "is_test"),
        ),
    )
    columns = {"servicing_agent": 12, "external_id": 12, "is_test": 12}
    open_texts = ("notes",)

    class Meta:
        model = EmployerGroup
        fields = (
            "name", "dba_name", "status", "state", "servicing_agent", "renewal_date",
            "pay_periods", "external_id", "federal_ein", "sic_code", "is_test", "notes",
        )  # fmt: skip
        widgets = {"notes": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["servicing_agent"]
        offered.queryset = agents(kept=[self.instance.servicing_agent_id])


class UnitForm(ServiceChecksForm):
    """A benefit class or a division; the view names which."""

    code = TidyField(max_length=40, help_text=_("What partners and census files call it."))
    name = TidyField(max_length=120)
    is_active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, widget=SwitchInput
    )
    columns = {"code": 4, "name": 8, "is_active": 12}


class BenefitClassForm(UnitForm):
    """Employees who are offered the same."""

    class Meta:
        model = BenefitClass
        fields = ("code", "name", "is_active")


class DivisionForm(UnitForm):
    """A part of the company."""

    class Meta:
        model = Division
        fields = ("code", "name", "is_active")


class LocationForm(UnitForm):
    """Where employees work."""

    field_order = ("code", "name", "state", "is_active")
    columns = {"code": 4, "name": 5, "state": 3, "is_active": 12}

    class Meta:
        model = Location
        fields = ("code", "name", "state", "is_active")


UNIT_FORMS: dict[str, type[UnitForm]] = {
    "benefit-classes": BenefitClassForm,
    "divisions": DivisionForm,
    "locations": LocationForm,
}
