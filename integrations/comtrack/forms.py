"""How ComTrack is asked: where, with which key, when and how fast."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.forms.users import ZoneMixin
from agencyhub.lib.outbound.checks import check_url
from integrations.comtrack.models import Connection


class ConnectionForm(ZoneMixin, forms.ModelForm[Connection]):
    """The key is only ever written; blank keeps the one that is stored."""

    address = forms.CharField(
        label=_("Address of the query"),
        max_length=250,
        widget=forms.URLInput(),
        help_text=_(
            "AgencyHub answers this question itself: its own address stands here at first."
        ),
    )
    new_key = forms.CharField(
        label=_("API key"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )

    field_order = ("address", "new_key")

    class Meta:
        model = Connection
        fields = ("start_time", "time_zone", "batch_size", "requests_per_second")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "start_time": forms.TimeInput({"type": "time"}, format="%H:%M")
        }

    def __init__(self, *args: Any, own_address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_address = own_address
        self.initial["address"] = self.instance.address or own_address
        self.initial["time_zone"] = self.instance.time_zone or settings.TIME_ZONE
        self.offer_zones(self.initial["time_zone"])
        self.fields["time_zone"].label = gettext("Time zone")
        kept = gettext("A key is stored; blank keeps it.") if self.instance.api_key else ""
        self.fields["new_key"].help_text = kept or gettext(
            "Blank makes one, when AgencyHub asks itself."
        )

    def clean_address(self) -> str:
        """Keys travel encrypted, but to our own address and to private hosts that are named."""
        address: str = self.cleaned_data["address"]
        return address if address == self.own_address else check_url(address, with_query=True)

    def clean(self) -> dict[str, Any]:
        """Another ComTrack than ourselves needs its own key."""
        values: dict[str, Any] = super().clean() or {}
        has_key = bool(values.get("new_key") or self.instance.api_key)
        if not has_key and values.get("address") not in (None, self.own_address):
            self.add_error("new_key", gettext("Enter the API key that ComTrack gave you."))
        return values

    def asks_itself(self) -> bool:
        """Whether AgencyHub asks its own address."""
        return bool(self.cleaned_data["address"] == self.own_address)
