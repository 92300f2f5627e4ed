"""What carriers are to pay, as people enter it."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from commissions.forms.contracts import CarrierChoice
from commissions.models import PayRate, PaySettings, PayTerm
from policies.models import Carrier


class PayRateForm(forms.ModelForm):
    """The most that CMS allows in a state, from day to day."""

    class Meta:
        model = PayRate
        fields = ("line", "state", "start_date", "end_date", "initial", "renewal", "source")


class PayTermForm(forms.ModelForm):
    """What a carrier pays for a line of business, from day to day."""

    carrier = CarrierChoice(Carrier.objects.none(), label=_("Carrier"))

    class Meta:
        model = PayTerm
        fields = (
            "carrier", "line", "basis", "initial_percent", "renewal_percent", "pays_years",
            "prorates_new", "start_date", "end_date",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["carrier"]
        rows = Carrier.objects.order_by("name", "pk")
        field.queryset = rows.filter(is_active=True) | rows.filter(pk=self.instance.carrier_id)


class PaySettingsForm(forms.ModelForm):
    """When pay is due, and which difference is none."""

    columns: ClassVar[dict[str, int]] = {"days_until_due": 12}

    class Meta:
        model = PaySettings
        fields = ("days_until_due", "tolerance_amount", "tolerance_percent")
