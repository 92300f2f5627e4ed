"""What is asked about an API key."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.forms.choices import UserChoice
from agencyhub.accounts.models import ApiKey, User
from agencyhub.lib.forms import DateInput
from agencyhub.lib.midnights import midnight
from agencyhub.lib.text import tidy


class ApiKeyForm(forms.ModelForm):
    """A new API key, of one of ``users`` or, where that is offered, of the whole agency."""

    class Meta:
        model = ApiKey
        fields = ("name", "scope", "user", "expires_at", "public_key")
        help_texts = {
            "name": _("Who uses it, for example “PlanCompare, production”."),
            "public_key": _(
                "Only for EOI partners who sign their token requests: the PEM of their public key."
            ),
        }
        widgets = {"public_key": forms.Textarea(attrs={"rows": 4, "class": "code"})}

    expires_at = forms.DateField(
        required=False,
        widget=DateInput(),
        label=_("Last day"),
        help_text=_("Empty: until it is revoked."),
    )

    def __init__(
        self, *args: Any, users: QuerySet[User], offers_agency: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        told = gettext("Whose records it reaches.")
        if offers_agency:
            told = gettext("Whose records it reaches. Partners' keys need none.")
        self.fields["user"] = UserChoice(
            queryset=users,
            required=not offers_agency,
            label=gettext("User"),
            empty_label=gettext("None: the whole agency")
            if offers_agency
            else gettext("Choose a user"),
            help_text=told,
        )

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        """Only EOI's door reads signed assertions."""
        values = super().clean() or self.cleaned_data
        if values.get("public_key") and values.get("scope") != ApiKey.Scope.EOI:
            self.add_error("public_key", gettext("Only a key for EOI has a public key."))
        return values

    def clean_expires_at(self) -> datetime | None:
        """The end of the last day."""
        day = self.cleaned_data["expires_at"]
        if day is None:
            return None
        return midnight(day + timedelta(days=1))
