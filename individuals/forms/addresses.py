"""What can be typed about an address."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.records.models import Option
from individuals.forms.fields import ZipField, offer, options, tidied
from individuals.models import Address

LINES = ("line_1", "line_2", "city", "county")
WHERE = ("line_1", "city", "zip_code")


class AddressForm(forms.ModelForm):
    """An address; the box "primary" is not offered where it must stay ticked."""

    columns: ClassVar[dict[str, int]] = {
        "type": 4, "line_1": 8, "line_2": 12, "city": 5, "state": 4, "zip_code": 3, "county": 6,
        "is_primary": 12,
    }  # fmt: skip

    zip_code = ZipField(label=_("ZIP code"), required=False)

    class Meta:
        model = Address
        fields = ("type", "line_1", "line_2", "city", "state", "zip_code", "county", "is_primary")
        help_texts = {"is_primary": _("Quotes and enrollments use the primary address.")}
        labels = {"is_primary": _("Primary address")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["type"], options(Option.List.ADDRESS_TYPE, kept=self.instance.type_id))
        for name in LINES:
            self.fields[name] = tidied(self.fields[name])
        if self.instance.pk and self.instance.is_primary:
            del self.fields["is_primary"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in WHERE):
            msg = gettext("Fill in at least the street, the city or the ZIP code.")
            raise forms.ValidationError(msg)
        return cleaned


class FirstAddressForm(AddressForm):
    """The address of a new individual; may be left empty altogether."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="address", empty_permitted=True, use_required_attribute=False)
        del self.fields["is_primary"]
