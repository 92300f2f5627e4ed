"""What a person says about a policy at risk."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from policies.models import Risk

# Offered, not asked for: people write their own words as well.
REASONS: Final = (
    _("Paid by phone"),
    _("Set up automatic payments"),
    _("Promised to pay"),
    _("Could not be reached"),
    _("Changed to another plan"),
    _("Cannot afford it"),
    _("Moved away"),
)


class WhyForm(forms.Form):
    """Why it was saved or lost."""

    why = forms.CharField(label=_("Why"), max_length=200, required=False)


class OutcomeForm(WhyForm):
    """Saved or lost."""

    outcome = forms.ChoiceField(
        choices=[one for one in Risk.Outcome.choices if one[0] != Risk.Outcome.PASSED]
    )
