"""What to show of the log of sign-ins."""

from django import forms

from agencyhub.accounts.forms.choices import UserChoice
from agencyhub.accounts.models import AccessEvent, User


class AccessFilterForm(forms.Form):
    """Whose lines, and of what kind."""

    user = UserChoice(
        queryset=User.objects.order_by("username"), required=False, empty_label="Everybody"
    )
    kind = forms.ChoiceField(
        choices=[("", "Everything"), *AccessEvent.Kind.choices], required=False
    )
