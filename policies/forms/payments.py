"""How the initial payment of a policy stands, said by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.models import PaymentStatus
from policies.services.payments import BY_HAND


class PaymentSetForm(forms.Form):
    """Checks shape only; for which policies this is said by hand is the service's decision."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=[(one.value, one.label) for one in PaymentStatus if one in BY_HAND],
    )
    due_date = forms.DateField(
        label=_("Due date"), required=False, help_text=_("The last day on which it is taken.")
    )
