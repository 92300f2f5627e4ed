"""The Users tab: one row."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import Agent


class UserForm(forms.Form):
    """One user's PlanCompare username and servicing agent."""

    username = forms.CharField(
        required=False,
        max_length=120,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "placeholder": _("None"),
            }
        ),
    )
    servicing_agent = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, agents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["servicing_agent"]
        field.choices = [("", gettext("No agent")), *agents]

    def chosen_agent(self) -> Agent | None:
        """The agent that was chosen, or None."""
        pk = self.cleaned_data["servicing_agent"]
        return Agent.objects.get(pk=pk) if pk else None
