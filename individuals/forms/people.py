"""What can be typed about a person: shared by individuals and sales records."""

from datetime import date, datetime
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.lib.forms import SectionsMixin
from agencyhub.lib.identifiers import OpenTextsMixin
from agencyhub.records.custom import CustomFieldsFormMixin
from agencyhub.records.models import CustomField, Option
from individuals.forms.fields import (
    AgentField,
    AgentsField,
    PhoneField,
    ZipField,
    agents,
    offer,
    options,
    tidied,
)
from individuals.forms.mbi import MbiForm
from individuals.models import Individual, SalesRecord

OLDEST_BIRTH = date(1890, 1, 1)
NOTES_ROWS = 5
NAME_FIELDS = ("title", "first_name", "middle_name", "last_name", "suffix", "nickname")
PERSON_FIELDS = (
    *NAME_FIELDS,
    "date_of_birth",
    "gender",
    "language",
    "email",
    "home_phone",
    "cell_phone",
    "business_phone",
    "part_a_effective_date",
    "part_b_effective_date",
    "notes",
)
NAME_SECTION = (_("Name"), _("As on the Medicare card."), NAME_FIELDS)
PERSON_SECTION = (_("Person"), "", ("date_of_birth", "deceased_date", "gender", "language"))
CONTACT_SECTION = (
    _("Contact"),
    _("Quotes use the home phone, else the cell phone, else the business phone."),
    ("home_phone", "cell_phone", "business_phone", "email"),
)
MEDICARE_SECTION = (
    _("Medicare"),
    _("The MBI is kept encrypted and is shown masked."),
    ("new_mbi", "clear_mbi", "part_a_effective_date", "part_b_effective_date"),
)


class PersonForm(MbiForm, SectionsMixin, CustomFieldsFormMixin, OpenTextsMixin, forms.ModelForm):
    """The fields that individuals and sales records share; ``user`` decides about health data."""

    custom_target = CustomField.Target.INDIVIDUAL
    open_texts = ("notes",)
    rest_title = _("Custom fields")
    option_lists: ClassVar[dict[str, Option.List]] = {}
    agent_field: ClassVar[str] = ""
    columns: ClassVar[dict[str, int]] = {
        "title": 2, "first_name": 5, "middle_name": 5, "last_name": 5, "suffix": 2, "nickname": 5,
        "date_of_birth": 6, "deceased_date": 6, "gender": 6, "language": 6,
        "home_phone": 4, "cell_phone": 4, "business_phone": 4, "email": 8,
        "new_mbi": 6, "clear_mbi": 6, "part_a_effective_date": 6, "part_b_effective_date": 6,
    }  # fmt: skip

    seen_at = forms.CharField(required=False, widget=forms.HiddenInput)
    home_phone = PhoneField(required=False)
    cell_phone = PhoneField(required=False)
    business_phone = PhoneField(required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        person = self.instance
        for name in NAME_FIELDS:
            self.fields[name] = tidied(self.fields[name])
        for name, option_list in self.option_lists.items():
            kept = getattr(person, f"{name}_id")
            offer(self.fields[name], options(option_list, kept=kept))
        kept = getattr(person, f"{self.agent_field}_id")
        offer(self.fields[self.agent_field], agents(kept=[kept]))
        self.fields["notes"].widget.attrs["rows"] = NOTES_ROWS
        if person.masked_mbi:
            stored = gettext("Stored: %(masked_mbi)s. Leave this empty to keep it.") % {
                "masked_mbi": person.masked_mbi
            }
            self.fields["new_mbi"].help_text = stored
        else:
            del self.fields["clear_mbi"]
        if person.pk:
            self.initial["seen_at"] = person.updated_at.isoformat()

    @property
    def seen(self) -> datetime | None:
        """The ``updated_at`` of the record when this form was opened."""
        return parse_datetime(self.cleaned_data.get("seen_at") or "")

    def clean_date_of_birth(self) -> date | None:
        born: date | None = self.cleaned_data["date_of_birth"]
        if born and not OLDEST_BIRTH <= born <= timezone.localdate():
            msg = gettext("The date of birth must be a day in the past. Check the year.")
            raise forms.ValidationError(msg)
        return born

    def start_from(self, stored: Individual | SalesRecord) -> list[dict[str, Any]]:
        """Go on from what somebody else saved meanwhile, and answer where the entries differ.

        The rows are what ``components/compare.html`` draws: the stored value and the typed one.
        """
        data = cast("QueryDict", self.data).copy()
        data[self.add_prefix("seen_at")] = stored.updated_at.isoformat()
        self.data = data
        rows = []
        for name in self._meta.fields or ():
            left, right = _shown(stored, name), _shown(self.instance, name)
            if left != right:
                label = self.fields[name].label
                rows.append({"label": label, "left": left, "right": right, "is_different": True})
        return rows


class IndividualForm(PersonForm):
    """Every field of an individual except their addresses."""

    option_lists: ClassVar[dict[str, Option.List]] = {
        "type": Option.List.INDIVIDUAL_TYPE,
        "status": Option.List.INDIVIDUAL_STATUS,
    }
    agent_field = "servicing_agent"
    section_fields = (
        NAME_SECTION,
        PERSON_SECTION,
        CONTACT_SECTION,
        MEDICARE_SECTION,
        (_("Agency"), _("Who looks after this Individual."),
         ("type", "status", "servicing_agent", "additional_agents")),
        (_("Notes"), "", ("notes",)),
    )  # fmt: skip

    servicing_agent = AgentField(queryset=None, required=False)
    additional_agents = AgentsField(
        queryset=None, required=False, help_text=_("They see this Individual as well.")
    )

    class Meta:
        model = Individual
        fields = (
            *PERSON_FIELDS,
            "deceased_date",
            "type",
            "status",
            "servicing_agent",
            "additional_agents",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = self.instance.additional_agents.all() if self.instance.pk else ()
        offer(self.fields["additional_agents"], agents(kept=[agent.pk for agent in named]))

    def clean_deceased_date(self) -> date | None:
        died: date | None = self.cleaned_data["deceased_date"]
        born = self.cleaned_data.get("date_of_birth")
        if died and died > timezone.localdate():
            msg = gettext("The deceased date cannot be in the future.")
            raise forms.ValidationError(msg)
        if died and born and died < born:
            msg = gettext("The deceased date is before the date of birth.")
            raise forms.ValidationError(msg)
        return died

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        agent = cleaned.get("servicing_agent")
        if agent and agent in (cleaned.get("additional_agents") or ()):
            msg = gettext("%(full_name)s is the servicing agent already.") % {
                "full_name": agent.full_name
            }
            self.add_error("additional_agents", msg)
        return cleaned


class NewIndividualForm(IndividualForm):
    """A new individual; asks back when they seem to be known."""

    is_other_person = forms.BooleanField(
        label=_("This is another person. Create a new Individual."),
        required=False,
        widget=forms.HiddenInput,
    )

    def ask_back(self) -> None:
        """Show the box that says "another person", with what happened as its error."""
        self.fields["is_other_person"].widget = forms.CheckboxInput()
        msg = gettext(
            "This person seems to be here already. Open the record above, or check this box."
        )
        self.add_error("is_other_person", msg)


class SalesRecordForm(PersonForm):
    """Every field of a sales record, its address included."""

    option_lists: ClassVar[dict[str, Option.List]] = {
        "stage": Option.List.SALES_STAGE,
        "lead_source": Option.List.LEAD_SOURCE,
        "address_type": Option.List.ADDRESS_TYPE,
    }
    agent_field = "assigned_agent"
    columns: ClassVar[dict[str, int]] = {
        **PersonForm.columns,
        "address_type": 4, "address_1": 8, "address_2": 12, "city": 5, "state": 4, "zip_code": 3,
        "county": 6, "lead_source": 6, "lead_date": 6,
    }  # fmt: skip
    section_fields = (
        (_("Sale"), "", ("stage", "assigned_agent", "lead_source", "lead_date")),
        NAME_SECTION,
        PERSON_SECTION,
        CONTACT_SECTION,
        (_("Address"), _("A quote needs at least the ZIP code."),
         ("address_type", "address_1", "address_2", "city", "state", "zip_code", "county")),
        MEDICARE_SECTION,
        (_("Notes"), "", ("notes",)),
    )  # fmt: skip

    assigned_agent = AgentField(queryset=None, required=False)
    zip_code = ZipField(label=_("ZIP code"), required=False)

    class Meta:
        model = SalesRecord
        fields = (
            *PERSON_FIELDS,
            "stage",
            "lead_source",
            "lead_date",
            "assigned_agent",
            "address_type",
            "address_1",
            "address_2",
            "city",
            "state",
            "zip_code",
            "county",
        )


def _shown(person: Individual | SalesRecord, name: str) -> str:
    """A field's value in words, for comparing; blank for fields that are no columns."""
    try:
        field = person._meta.get_field(name)
    except FieldDoesNotExist:
        return ""
    if field.many_to_many:
        return ""
    value = getattr(person, name)
    if value is None:
        return ""
    if getattr(field, "choices", None):
        return str(getattr(person, f"get_{name}_display")())
    if isinstance(value, date):
        return f"{value:%m/%d/%Y}"
    return str(getattr(value, "full_name", value))
