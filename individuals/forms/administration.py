"""Forms of the Django admin about people."""

from typing import Any

from django import forms

from agencyhub.records.custom import CustomFieldsFormMixin
from agencyhub.records.models import CustomField
from individuals.forms.fields import MbiField, PhoneField, ZipField


class PersonAdminForm(CustomFieldsFormMixin, forms.ModelForm):
    """A person's fields; the MBI can be replaced or removed, never read."""

    custom_target = CustomField.Target.INDIVIDUAL

    home_phone = PhoneField(required=False)
    cell_phone = PhoneField(required=False)
    business_phone = PhoneField(required=False)
    new_mbi = MbiField(label="MBI", required=False)
    clear_mbi = forms.BooleanField(label="Remove the stored MBI", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.masked_mbi
        text = f"Stored: {stored}. Leave empty to keep it." if stored else "None is stored."
        if "new_mbi" in self.fields:
            self.fields["new_mbi"].help_text = text

    def clean(self) -> dict[str, Any]:
        """Refuse a masked MBI in the place of a full one, and two wishes at once."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        mbi = cleaned.get("new_mbi")
        if mbi and cleaned.get("clear_mbi"):
            self.add_error("clear_mbi", "Either type a new MBI or remove the stored one.")
        if mbi and not mbi.full and self.instance.mbi:
            self.add_error("new_mbi", "A full MBI is stored. A masked one cannot take its place.")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        if self.cleaned_data.get("clear_mbi"):
            self.instance.set_mbi(None)
        elif self.cleaned_data.get("new_mbi"):
            self.instance.set_mbi(self.cleaned_data["new_mbi"])


class AddressForm(forms.ModelForm):
    """An address with its ZIP code read like everywhere."""

    zip_code = ZipField(required=False, label="ZIP code")

    def _get_validation_exclusions(self) -> set[str]:
        """Leave the one primary address to the page: saving one makes the others give way."""
        usual: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*usual, "is_primary"}


class AddressFormSet(forms.BaseInlineFormSet):
    """The addresses of one individual."""

    def clean(self) -> None:
        """Allow one primary address."""
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms]
        if sum(bool(getattr(form, "cleaned_data", {}).get("is_primary")) for form in kept) > 1:
            msg = "Only one address can be the primary one."
            raise forms.ValidationError(msg)
