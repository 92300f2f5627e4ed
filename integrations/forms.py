"""What people type on the shared pages of the integrations."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import DateInput
from integrations.partner import Partner
from integrations.services.retries import Wanted

MOST = 2**62


class RetryForm(forms.Form):
    """Which messages to try again: of a partner, of an error, between two days or numbers."""

    partner = forms.ChoiceField(label=_("Partner"), required=False)
    since = forms.DateField(label=_("Received from"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Received to"), required=False, widget=DateInput)
    first = forms.IntegerField(
        label=_("From message number"), required=False, min_value=1, max_value=MOST
    )
    last = forms.IntegerField(
        label=_("To message number"), required=False, min_value=1, max_value=MOST
    )
    code = forms.SlugField(max_length=60, required=False, widget=forms.HiddenInput)
    like = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, partners: Iterable[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.slug, gettext(one.title)) for one in partners]
        self.fields["partner"].choices = [("", gettext("All")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse ranges that end before they begin."""
        values = super().clean() or {}
        for begin, end in (("since", "until"), ("first", "last")):
            one, other = values.get(begin), values.get(end)
            if one is not None and other is not None and other < one:
                self.add_error(end, gettext("It is before the start."))
        return values

    def wanted(self) -> Wanted:
        """What was asked for."""
        return Wanted(**self.cleaned_data)

    def token(self) -> uuid.UUID:
        """What makes pressing twice one retry; a form without one is one of its own."""
        try:
            return uuid.UUID(self.data.get("token", ""))
        except ValueError:
            return uuid.uuid4()


class BodyForm(forms.Form):
    """A corrected body, as it was typed."""

    body = forms.CharField(
        label=_("Body"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "raw-edit"}),
        help_text=_("JSON. What you change is kept by field name; the original stays as it came."),
    )
