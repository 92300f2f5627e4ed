"""Forms of the Django admin about people."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.records.custom import CustomFieldsFormMixin
from agencyhub.records.models import CustomField
from individuals.forms.fields import PhoneField, ZipField
from individuals.forms.mbi import MbiForm


class PersonAdminForm(MbiForm, CustomFieldsFormMixin, forms.ModelForm):
    """A person's fields; the MBI can be replaced or removed, never read."""

    custom_target = CustomField.Target.INDIVIDUAL

    home_phone = PhoneField(required=False)
    cell_phone = PhoneField(required=False)
    business_phone = PhoneField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.masked_mbi
        text = (
            gettext("Stored: %(stored)s. Leave empty to keep it.") % {"stored": stored}
            if stored
            else gettext("None is stored.")
        )
        if "new_mbi" in self.fields:
            self.fields["new_mbi"].help_text = text


class AddressForm(forms.ModelForm):
    """An address with its ZIP code read like everywhere."""

    zip_code = ZipField(required=False, label=_("ZIP code"))

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
            msg = gettext("Only one address can be the primary one.")
            raise forms.ValidationError(msg)
