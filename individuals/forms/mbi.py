"""Replacing or removing an MBI that is never shown."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from individuals.forms.fields import MbiField


class MbiForm(forms.ModelForm):
    """The part of a person's form about the MBI. Name it first: it acts once all else is valid."""

    new_mbi = MbiField(label="MBI", required=False)
    clear_mbi = forms.BooleanField(label=_("Remove the stored MBI"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a masked MBI in the place of a full one, and two wishes at once."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        mbi = cleaned.get("new_mbi")
        if mbi and cleaned.get("clear_mbi"):
            self.add_error("clear_mbi", gettext("Either type a new MBI or remove the stored one."))
        if mbi and not mbi.full and self.instance.mbi:
            self.add_error(
                "new_mbi", gettext("A full MBI is stored. A masked one cannot take its place.")
            )
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        if self.cleaned_data.get("clear_mbi"):
            self.instance.set_mbi(None)
        elif self.cleaned_data.get("new_mbi"):
            self.instance.set_mbi(self.cleaned_data["new_mbi"])
