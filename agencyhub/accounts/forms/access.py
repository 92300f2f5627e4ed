"""What to show of the log of sign-ins."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.forms.choices import UserChoice
from agencyhub.accounts.models import AccessEvent, User


class AccessFilterForm(forms.Form):
    """Whose lines, and of what kind."""

    user = UserChoice(
        queryset=User.objects.order_by("username"), required=False, empty_label=_("Everybody")
    )
    kind = forms.ChoiceField(
        choices=[("", _("Everything")), *AccessEvent.Kind.choices], required=False
    )
    since = forms.DateField(label=_("First day"), required=False)
    until = forms.DateField(label=_("Last day"), required=False)
