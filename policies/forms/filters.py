"""The search by policy number."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PolicySearchForm(forms.Form):
    """A policy number, or the start of one."""

    number = forms.CharField(
        label=_("Policy number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(
            {
                "type": "search",
                "autocomplete": "off",
                "placeholder": _("Policy number"),
            }
        ),
    )
