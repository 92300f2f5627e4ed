"""The search by policy number."""

from django import forms


class PolicySearchForm(forms.Form):
    """A policy number, or the start of one."""

    number = forms.CharField(
        label="Policy number",
        required=False,
        max_length=60,
        widget=forms.TextInput(
            {
                "type": "search",
                "autocomplete": "off",
                "placeholder": "Policy number",
            }
        ),
    )
