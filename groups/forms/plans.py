"""What a group offers, as people type it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import DollarsField, SectionsMixin, SwitchInput
from groups.models import Benefit, BenefitClass, GroupPlan, GuaranteedIssue, PlanRate
from individuals.forms.fields import TidyField
from policies.forms.carriers import ServiceChecksForm
from policies.models import Carrier
from policies.selectors.carriers import carrier_choices

AMOUNTS = ("increment", "minimum_volume", "maximum_volume", "step_up_volume")


class BenefitForm(ServiceChecksForm):
    """One thing that members choose."""

    name = TidyField(max_length=120)
    lookup_code = TidyField(
        max_length=60,
        help_text=_("How partners and files name it, such as subscriber_life."),
    )
    columns = {"line": 4, "covers": 8}

    class Meta:
        model = Benefit
        fields = ("name", "lookup_code", "line", "covers")
        widgets = {"covers": forms.RadioSelect}


class CarrierField(forms.ModelChoiceField):
    """A carrier, by name."""

    def label_from_instance(self, carrier: Carrier) -> str:
        return carrier.name


class NamedField(forms.ModelChoiceField):
    """A benefit or a unit of the group, by name."""

    def label_from_instance(self, row: Any) -> str:
        return str(row.name)


class NamedManyField(forms.ModelMultipleChoiceField):
    """Several units of the group, by name."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, row: Any) -> str:
        return str(row.name)


class GroupPlanForm(SectionsMixin, ServiceChecksForm):
    """A plan that the group of the instance offers."""

    benefit = NamedField(Benefit.objects.none(), empty_label=_("Choose a benefit"))
    carrier = CarrierField(Carrier.objects.none(), empty_label=_("Choose a carrier"))
    name = TidyField(max_length=160)
    classes = NamedManyField(
        BenefitClass.objects.none(),
        label=_("Offered to"),
        required=False,
        help_text=_("No class: everybody."),
    )
    needs_eoi = forms.BooleanField(
        label=_("Asks for EOI"),
        required=False,
        initial=True,
        widget=SwitchInput,
        help_text=_("Amounts beyond the guaranteed issue need evidence."),
    )

    section_fields = (
        (
            _("Plan"),
            _("As the carrier names it."),
            ("benefit", "carrier", "name", "code", "policy_number", "effective_date",
             "termination_date", "classes"),
        ),
        (
            _("What may be chosen"),
            _("Amounts of coverage in US dollars."),
            ("basis", *AMOUNTS[:3], "maximum_multiple", "spouse_percent"),
        ),
        (
            _("Evidence of insurability"),
            _("When an amount waits for the carrier’s decision, and from when it holds then."),
            ("needs_eoi", "late_days", "step_up_volume", "takes_effect", "form_days"),
        ),
        (_("Who pays"), "", ("employer_percent",)),
    )  # fmt: skip
    columns = {
        "name": 12, "basis": 12, "increment": 4, "minimum_volume": 4, "maximum_volume": 4,
        "needs_eoi": 12, "takes_effect": 6, "classes": 12,
    }  # fmt: skip

    class Meta:
        model = GroupPlan
        fields = (
            "benefit", "carrier", "name", "code", "policy_number", "effective_date",
            "termination_date", "classes", "basis", "increment", "minimum_volume",
            "maximum_volume", "maximum_multiple", "spouse_percent", "needs_eoi", "late_days",
            "step_up_volume", "takes_effect", "form_days", "employer_percent",
        )  # fmt: skip
        widgets = {"basis": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        group = self.instance.group_id
        fields["benefit"].queryset = Benefit.objects.filter(group=group).order_by("name", "pk")
        offered = [pk for pk, _name in carrier_choices()]
        fields["carrier"].queryset = Carrier.objects.filter(pk__in=offered).order_by("name_key")
        fields["classes"].queryset = BenefitClass.objects.filter(group=group).order_by("name", "pk")
        for name in AMOUNTS:
            fields[name] = DollarsField.like(fields[name])


class GuaranteedIssueForm(ServiceChecksForm):
    """What a plan grants without evidence, from an age on."""

    columns = {"from_age": 4, "volume": 4, "multiple": 4}

    class Meta:
        model = GuaranteedIssue
        fields = ("from_age", "volume", "multiple")
        help_texts = {
            "multiple": _("With both, the lower one is granted."),
            "from_age": _("On the day of the change."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["volume"] = DollarsField.like(self.fields["volume"])


class PlanRateForm(ServiceChecksForm):
    """What a plan costs per month, from an age and a day on."""

    columns = {"start_date": 4, "from_age": 4, "level": 4, "per_thousand": 6, "flat": 6}

    class Meta:
        model = PlanRate
        fields = ("start_date", "from_age", "level", "per_thousand", "flat")
        labels = {"flat": _("One price per month (USD)")}
        help_texts = {
            "per_thousand": _("For plans with a volume."),
            "flat": _("For plans that cost the same whatever the amount."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("per_thousand", "flat"):
            self.fields[name] = DollarsField.like(self.fields[name])
