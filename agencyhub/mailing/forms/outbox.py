"""What the outbox shows, and addresses that somebody asks to leave alone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencyhub.mailing import kinds
from agencyhub.mailing.models import OutgoingMail


class MailFilterForm(forms.Form):
    """Which mails the list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("All")), *OutgoingMail.State.choices],
        required=False,
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(kind.key, kind.label) for kind in kinds.all_kinds().values()]
        self.fields["kind"].choices = [("", _("All")), *known]  # type: ignore[attr-defined]


class OptOutForm(forms.Form):
    """An address, and what it does not want."""

    address = forms.EmailField(
        label=_("Email address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=_("Opted out of"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(kind.key, kind.label) for kind in kinds.all_kinds().values()]
        self.fields["kind"].choices = [("", _("all email")), *known]  # type: ignore[attr-defined]
