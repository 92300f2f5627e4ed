"""The forms of webhooks."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.forms.choices import UserChoice
from agencyhub.accounts.models import User
from agencyhub.lib.forms import DateInput, SwitchInput
from agencyhub.lib.midnights import midnight
from agencyhub.lib.outbound.checks import check_url
from agencyhub.lib.text import tidy
from integrations.outgoing import kinds
from integrations.outgoing.models import Delivery, Endpoint
from integrations.outgoing.services import endpoints


class EndpointForm(forms.ModelForm[Endpoint]):
    """Where to tell, of what, and as far as whose eyes reach."""

    types = forms.MultipleChoiceField(
        label=_("Events"), choices=kinds.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Endpoint
        fields = ("name", "url", "owner", "types", "is_active")
        widgets: ClassVar[dict[str, Any]] = {
            "is_active": SwitchInput(),
            "url": forms.URLInput({"autocomplete": "off"}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("Who listens, for example “Quoting warehouse”."),
            "url": _("Begins with https:// and leads to a public address."),
            "is_active": _("What happens while it is off is not told later."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = UserChoice(
            queryset=endpoints.owners_for(user),
            label=gettext("User"),
            empty_label=gettext("Choose a user"),
            help_text=gettext("Only records that this user sees are told of."),
        )
        if self.instance.pk is None and user.pk is not None:
            self.initial.setdefault("owner", user.pk)

    def clean_name(self) -> str:
        return tidy(self.cleaned_data["name"])

    def clean_url(self) -> str:
        """Refuse an address without encryption, and one inside a network of ours."""
        return check_url(self.cleaned_data["url"], with_query=True)


class ShownForm(forms.Form):
    """When the page with the button was shown: pressing it twice is asking once."""

    shown_at = forms.DateTimeField(label="", required=False, widget=forms.HiddenInput)


class AgainForm(ShownForm):
    """Which deliveries are sent again: those that did not arrive, or those of some days."""

    first_day = forms.DateField(label=_("First day"), widget=DateInput(), required=False)
    last_day = forms.DateField(label=_("Last day"), widget=DateInput(), required=False)

    def clean(self) -> dict[str, Any]:
        """Both days, in order."""
        values = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        if (first is None) != (last is None) and not self.errors:
            missing = "last_day" if last is None else "first_day"
            self.add_error(missing, gettext("Enter both days."))
        if first and last and first > last:
            self.add_error("last_day", gettext("The last day is before the first one."))
        return values

    def lookups(self) -> dict[str, Any]:
        """What is sent again, as lookups of deliveries."""
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first is None or last is None:
            return {"state__in": (Delivery.State.FAILED, Delivery.State.WAITING)}
        begin = midnight(first)
        end = midnight(last + timedelta(days=1))
        return {"event__occurred_at__gte": begin, "event__occurred_at__lt": end}
