"""How the initial payment of a policy stands, said by hand."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.models import PaymentStatus


class PaymentSetForm(forms.Form):
    """Checks shape only; for which policies this is said by hand is the service's decision."""

    status = forms.ChoiceField(label=_("Status"))
    due_date = forms.DateField(
        label=_("Due date"), required=False, help_text=_("The last day on which it is taken.")
    )

    def __init__(self, *args: Any, statuses: Collection[PaymentStatus], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.value, one.label) for one in statuses]
        self.fields["status"].choices = offered  # type: ignore[attr-defined]
