"""What payroll deducts, as people type it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import DollarsField
from groups.models import Election


class DayForm(forms.Form):
    """The day to count on."""

    on = forms.DateField(label=_("In force on"), required=False)


class DeductionForm(forms.ModelForm):
    """What payroll takes per pay period, and when it did; both or neither."""

    class Meta:
        model = Election
        fields = ("deduction", "deduction_as_of")
        field_classes = {"deduction": DollarsField}
        labels = {"deduction_as_of": _("On the payday")}
        widgets = {"deduction_as_of": forms.DateInput(attrs={"type": "date"})}

    def clean(self) -> dict[str, Any]:
        """An amount belongs to a payday."""
        cleaned = super().clean() or {}
        known = [cleaned.get(name) is not None for name in self.Meta.fields]
        if any(known) and not all(known) and not self.errors:
            missing = self.Meta.fields[known.index(False)]
            self.add_error(missing, gettext("Enter the amount and its payday, or neither."))
        return cleaned
