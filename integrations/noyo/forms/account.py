"""The forms of Noyo's settings: the account, and which of our carriers one of Noyo's is."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.lib.forms import SectionsMixin
from agencyhub.lib.outbound.checks import check_url
from integrations.carriers.credentials import KEPT, SEALED
from integrations.noyo.models import Account, Credentials, NoyoCarrier
from integrations.noyo.services.accounts import SECRETS, places_of
from policies.models import Carrier

ADDRESSES = ("fulfillment_url", "tracking_url", "token_url")


def _secret(label: StrOrPromise) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, widget=widget, max_length=300)


class AccountForm(SectionsMixin, forms.ModelForm[Account]):
    """Secrets are only ever written; blank keeps what is stored."""

    section_fields = (
        (_("Sign-in"), _("An administrator creates the keys on Noyo’s own pages."),
         ("client_id", "client_secret")),
        (_("Webhooks"), _("Noyo signs what it sends. Two secrets may count while one is replaced."),
         ("webhook_secret", "other_webhook_secret", "webhooks_sign")),
        (_("Frequency"), "", ("sync_time", "renewal_days")),
        (_("Addresses"), _("Noyo’s sandbox has addresses of its own."),
         ("fulfillment_url", "tracking_url", "token_url")),
    )  # fmt: skip
    columns: ClassVar[dict[str, int]] = {
        "fulfillment_url": 12, "tracking_url": 12, "token_url": 12,
    }  # fmt: skip

    client_id = _secret(_("Client ID"))
    client_secret = _secret(_("Client secret"))
    webhook_secret = _secret(_("Webhook secret"))
    other_webhook_secret = _secret(_("Other webhook secret"))

    class Meta:
        model = Account
        fields = (
            "fulfillment_url", "tracking_url", "token_url", "webhooks_sign", "sync_time",
            "renewal_days",
        )  # fmt: skip
        # A plain field: the model checks the address, and a missing scheme is not guessed.
        field_classes: ClassVar[dict[str, type[forms.Field]]] = dict.fromkeys(
            ADDRESSES, forms.CharField
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "sync_time": forms.TimeInput({"type": "time"}, format="%H:%M"),
            **{name: forms.URLInput() for name in ADDRESSES},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = Credentials.objects.filter(account_id=self.instance.pk or 0).first()
        for name in SECRETS:
            self.fields[name].help_text = KEPT if getattr(self._stored, name, None) else SEALED

    def clean_fulfillment_url(self) -> str:
        """A secret travels encrypted, except to private hosts that are named."""
        return self._clean_address("fulfillment_url")

    def clean_tracking_url(self) -> str:
        """A secret travels encrypted, except to private hosts that are named."""
        return self._clean_address("tracking_url")

    def clean_token_url(self) -> str:
        """A secret travels encrypted, except to private hosts that are named."""
        return self._clean_address("token_url")

    def _clean_address(self, name: str) -> str:
        return check_url(self.cleaned_data[name].rstrip("/"))

    def _post_clean(self) -> None:
        """What was entered for one address is never sent to another."""
        super()._post_clean()  # type: ignore[misc]
        if self._stored is None or self._stored.places == places_of(self.instance):
            return
        for name in ("client_id", "client_secret"):
            if not self.cleaned_data.get(name):
                self.add_error(
                    name, gettext("The address has changed. Enter the credentials for it.")
                )

    def secrets(self) -> dict[str, str]:
        """The secrets that were typed."""
        return {name: self.cleaned_data.get(name, "") for name in SECRETS}


class CarrierForm(forms.ModelForm[NoyoCarrier]):
    """Which of our carriers one of Noyo's is."""

    carrier = forms.ModelChoiceField(
        Carrier.objects.none(), label=_("Our carrier"), required=False,
        empty_label=_("None of ours"),
    )  # fmt: skip

    class Meta:
        model = NoyoCarrier
        fields = ("carrier", "name")
        labels: ClassVar[dict[str, StrOrPromise]] = {"name": _("Name, where it is none of ours")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["carrier"]
        field.queryset = Carrier.objects.order_by("name")  # type: ignore[attr-defined]
