"""What somebody types to sign in to a server with, as Retrieve and EOI batches ask for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.lib.forms import SecretTextarea
from integrations.carriers.models import Connection
from integrations.carriers.services.connections import Secrets

KEPT = _("Stored and never shown again. Leave it empty to keep it.")
SEALED = _("It is encrypted and never shown again.")


def secret_field(label: StrOrPromise) -> forms.CharField:
    """A password, or the like."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, widget=widget, strip=False)


def private_key_field() -> forms.CharField:
    """A private key of several lines."""
    attrs = {"rows": 4, "spellcheck": "false", "autocomplete": "off"}
    widget = SecretTextarea(attrs=attrs)
    return forms.CharField(label=_("Private key"), required=False, strip=False, widget=widget)


class CredentialsFormMixin:
    """A form of a server, with ``Secrets``; ``_stored`` are its credentials, if there are any.

    What is stored stays where nothing is typed, but for the place alone that it was entered for.
    """

    _stored: Any

    def _post_clean(self: Any) -> None:
        super()._post_clean()  # type: ignore[misc]
        with_key = self.cleaned_data.get("sign_in") == Connection.SignIn.KEY
        name = "private_key" if with_key else "secret"
        if self.cleaned_data.get(name) or name not in self.fields:
            return
        if not getattr(self._stored, name, None):
            self.add_error(name, gettext("AgencyHub needs it to sign in."))
        elif self._stored.place != self.instance.place:
            self.add_error(name, gettext("The address has changed. Enter the credentials for it."))

    def secrets(self: Any) -> Secrets:
        """What was typed to sign in with."""
        return Secrets(**{name: self.cleaned_data.get(name, "") for name in vars(Secrets())})
