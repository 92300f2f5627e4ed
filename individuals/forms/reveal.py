"""The reason for uncovering an MBI."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.identifiers import validate_no_identifier
from individuals.models import RevealLog


class RevealForm(forms.Form):
    """Asks for the reason; whether it says enough is the service's decision."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=RevealLog._meta.get_field("reason").max_length,
        required=False,
        validators=[validate_no_identifier],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {"list": "reveal-reasons", "autocomplete": "off", "aria-required": "true"}
        self.fields["reason"].widget.attrs.update(hints)
