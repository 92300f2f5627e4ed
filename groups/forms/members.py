"""Employees and dependents, as people type them."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import DollarsField, SectionsMixin
from agencyhub.lib.identifiers import validate_no_identifier
from agencyhub.lib.ssn import InvalidSsnError, read_ssn
from groups.forms.plans import NamedField
from groups.models import BenefitClass, Dependent, Division, Employee, Location, SsnReveal
from individuals.forms.fields import PhoneField, TidyField
from policies.forms.carriers import ServiceChecksForm

NAME = ("first_name", "middle_name", "last_name", "suffix")
PERSON = ("date_of_birth", "gender", "uses_tobacco", "new_ssn", "clear_ssn")
UNITS: dict[str, Any] = {
    "benefit_class": BenefitClass, "division": Division, "location": Location,
}  # fmt: skip


class SsnField(forms.CharField):
    """Nine digits in any spelling; the stored ones are never a value of this field."""

    def __init__(self, **kwargs: Any) -> None:
        off = {"autocomplete": "off", "spellcheck": "false", "inputmode": "numeric"}
        super().__init__(max_length=20, widget=forms.TextInput(off), **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return read_ssn(super().to_python(value) or "")
        except InvalidSsnError as error:
            raise forms.ValidationError(gettext(str(error))) from error


class MemberForm(SectionsMixin, ServiceChecksForm):
    """The fields that employees and dependents share."""

    first_name = TidyField(max_length=80)
    last_name = TidyField(max_length=80)
    new_ssn = SsnField(label="SSN", required=False)
    clear_ssn = forms.BooleanField(label=_("Remove the stored SSN"), required=False)
    uses_tobacco = forms.NullBooleanField(
        label=_("Uses tobacco"),
        required=False,
        widget=forms.Select(choices=[("", _("Not known")), ("true", _("Yes")), ("false", _("No"))]),
    )

    columns: ClassVar[dict[str, int]] = {
        "first_name": 5, "middle_name": 5, "suffix": 2, "last_name": 10, "date_of_birth": 4,
        "gender": 4, "uses_tobacco": 4, "new_ssn": 6, "clear_ssn": 6,
    }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        masked = self.instance.masked_ssn
        if masked:
            self.fields["new_ssn"].label = _("New SSN")
            words = gettext("Stored: %(ssn)s. Leave blank to keep it.")
            self.fields["new_ssn"].help_text = words % {"ssn": masked}
        else:
            self.fields["new_ssn"].help_text = _("Kept encrypted and shown by its last four.")
            del self.fields["clear_ssn"]

    def clean(self) -> dict[str, Any]:
        """Refuse two wishes about the SSN at once."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("new_ssn") and cleaned.get("clear_ssn"):
            self.add_error("clear_ssn", gettext("Either type a new SSN or remove the stored one."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        if self.cleaned_data.get("clear_ssn"):
            self.instance.set_ssn("")
        elif self.cleaned_data.get("new_ssn"):
            self.instance.set_ssn(self.cleaned_data["new_ssn"])


class EmployeeForm(MemberForm):
    """An employee of the group that the instance names."""

    phone = PhoneField(required=False)
    benefit_class = NamedField(BenefitClass.objects.none(), required=False, empty_label="—")
    division = NamedField(Division.objects.none(), required=False, empty_label="—")
    location = NamedField(Location.objects.none(), required=False, empty_label="—")

    section_fields = (
        (_("Name"), "", NAME),
        (_("Person"), _("The age decides about rates and guaranteed amounts."), PERSON),
        (
            _("Work"),
            _("The salary decides about amounts that are a multiple of it."),
            ("hire_date", "termination_date", "salary", "job_title", "benefit_class", "division",
             "location"),
        ),
        (
            _("Numbers"),
            _("How the partner and the employer know this employee."),
            ("external_id", "employee_number"),
        ),
        (_("Contact"), "", ("email", "phone")),
    )  # fmt: skip
    columns: ClassVar[dict[str, int]] = {
        **MemberForm.columns, "benefit_class": 4, "division": 4, "location": 4,
    }  # fmt: skip

    class Meta:
        model = Employee
        fields = (
            *NAME, "date_of_birth", "gender", "uses_tobacco", "hire_date", "termination_date",
            "salary", "job_title", "benefit_class", "division", "location", "external_id",
            "employee_number", "email", "phone",
        )  # fmt: skip
        labels = {"termination_date": _("Last day of work")}
        help_texts = {"termination_date": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["salary"] = DollarsField.like(fields["salary"])
        for name, model in UNITS.items():
            rows = model.objects.filter(group=self.instance.group_id)
            kept = getattr(self.instance, f"{name}_id")
            offered = rows.filter(is_active=True) | rows.filter(pk=kept)
            fields[name].queryset = offered.order_by("name", "pk")


class DependentForm(MemberForm):
    """A dependent of the employee that the instance names."""

    section_fields = (
        (_("Who"), "", ("relationship", "external_id")),
        (_("Name"), "", NAME),
        (_("Person"), "", PERSON),
    )

    class Meta:
        model = Dependent
        fields = (
            "relationship", "external_id", *NAME, "date_of_birth", "gender", "uses_tobacco",
        )  # fmt: skip


class RevealForm(forms.Form):
    """Asks for the reason; whether it says enough is the service's decision."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=SsnReveal._meta.get_field("reason").max_length,
        required=False,
        validators=[validate_no_identifier],
        widget=forms.TextInput({"autocomplete": "off", "aria-required": "true"}),
    )
