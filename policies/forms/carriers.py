"""Carriers and carrier products as people type them. Rules about names are the services'."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import SwitchInput
from agencyhub.records.models import Option
from individuals.forms.fields import PhoneField, TidyField, options
from policies.models import Carrier, CarrierProduct, PremierTerm

FIRST_YEAR, LAST_YEAR = 2000, 2100


class ServiceChecksForm(forms.ModelForm):
    """A form whose record the service checks, and explains in words, before it stores it."""

    def _get_validation_exclusions(self) -> set[str]:
        """Leave every constraint to the service; the form's own fields check shape."""
        return {field.name for field in self._meta.model._meta.concrete_fields}


class NamedForm(ServiceChecksForm):
    """A record with a name; an edited one may keep its former name as an alias."""

    name = TidyField(max_length=160)
    is_active = forms.BooleanField(
        label=_("Active"), required=False, initial=True, widget=SwitchInput
    )
    keep_old_name = forms.BooleanField(
        label=_("Keep the former name as an alias"),
        help_text=_("If the name changes. Partners may go on sending the former one."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["keep_old_name"]

    @property
    def keeps_old_name(self) -> bool:
        """Whether a former name stays known."""
        return bool(self.cleaned_data.get("keep_old_name"))


class CarrierForm(NamedForm):
    """A carrier."""

    name = TidyField(
        max_length=160, help_text=_("As partners write it, so that what they send finds it.")
    )
    phone = PhoneField(required=False)
    website = forms.URLField(required=False, assume_scheme="https")
    payment_url = forms.URLField(
        label=_("Payment page"),
        required=False,
        assume_scheme="https",
        help_text=_("Where members of this carrier pay, all year."),
    )

    field_order = (
        "name", "keep_old_name", "abbreviation", "phone", "website", "payment_url", "is_active",
    )  # fmt: skip
    columns = {"name": 12, "keep_old_name": 12, "is_active": 12, "website": 12, "payment_url": 12}

    class Meta:
        model = Carrier
        fields = ("name", "abbreviation", "phone", "website", "payment_url", "is_active")


class PremierTermForm(ServiceChecksForm):
    """From when to when a carrier is a Premier Partner."""

    start_date = forms.DateField(label=_("First day"), widget=forms.DateInput)
    end_date = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave it empty while no end is known."),
    )
    promised_hours = forms.IntegerField(
        label=_("Statuses are promised every (hours)"),
        min_value=1,
        max_value=24 * 31,
        initial=36,
        help_text=_(
            "A status that is older is shown as unknown, and nobody is written to about it."
        ),
    )

    class Meta:
        model = PremierTerm
        fields = ("start_date", "end_date", "promised_hours")


class ProductForm(NamedForm):
    """A product of one carrier."""

    plan_year = forms.IntegerField(
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput({"inputmode": "numeric"}),
    )

    field_order = (
        "name", "keep_old_name", "coverage_type", "plan_id", "plan_year", "is_active",
    )  # fmt: skip
    columns = {
        "name": 12, "keep_old_name": 12, "coverage_type": 4, "plan_id": 4, "plan_year": 4,
        "is_active": 12,
    }  # fmt: skip

    class Meta:
        model = CarrierProduct
        fields = ("name", "coverage_type", "plan_id", "plan_year", "is_active")
        help_texts = {"plan_id": _("For Medicare plans: contract-plan-segment, as H5216-001-000.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = options(Option.List.COVERAGE_TYPE, kept=self.instance.coverage_type_id)
        self.fields["coverage_type"].queryset = offered  # type: ignore[attr-defined]
        self.fields["coverage_type"].empty_label = gettext("Not known yet")  # type: ignore[attr-defined]


class AliasForm(forms.Form):
    """Another name."""

    name = TidyField(label=_("Another name"), max_length=160)


class CarrierMergeForm(forms.Form):
    """Which carrier remains."""

    into = forms.ModelChoiceField(
        Carrier.objects.none(), label=_("Carrier that remains"), empty_label=_("Choose a carrier")
    )

    def __init__(self, *args: Any, carrier: Carrier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Carrier.objects.exclude(pk=carrier.pk).order_by("name_key", "pk")
        self.fields["into"].queryset = others  # type: ignore[attr-defined]
