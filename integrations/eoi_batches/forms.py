"""The forms of EOI batches: a server, and a group's folder on one."""

import posixpath
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.lib.forms import SectionsMixin, SwitchInput
from agencyhub.lib.outbound.checks import check_host
from groups.models import EmployerGroup
from integrations.carriers.credentials import (
    KEPT,
    SEALED,
    CredentialsFormMixin,
    private_key_field,
    secret_field,
)
from integrations.carriers.services.connections import Secrets
from integrations.eoi_batches.models import Credentials, Folder, Server


class ServerForm(CredentialsFormMixin, SectionsMixin, forms.ModelForm[Server]):
    """A server and what it is signed in to with."""

    section_fields = (
        (_("Server"), "", ("name", "is_active")),
        (_("Where"), _("AgencyHub opens public addresses only."), ("host", "port")),
        (
            _("Sign-in"),
            "",
            ("sign_in", "username", "secret", "private_key", "passphrase"),
        ),
    )
    columns: ClassVar[dict[str, int]] = {"host": 8, "port": 4, "private_key": 12}

    secret = secret_field(_("Password"))
    private_key = private_key_field()
    passphrase = secret_field(_("Passphrase of the private key"))

    class Meta:
        model = Server
        fields = ("name", "is_active", "host", "port", "sign_in", "username")
        widgets: ClassVar[dict[str, Any]] = {
            "is_active": SwitchInput(),
            "username": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        labels: ClassVar[dict[str, StrOrPromise]] = {
            "is_active": _("Look for files every minute"),
            "sign_in": _("Sign in with"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = Credentials.objects.filter(server_id=self.instance.pk).first()
        for name in vars(Secrets()):
            self.fields[name].help_text = KEPT if getattr(self._stored, name, None) else SEALED

    def clean(self) -> dict[str, Any]:
        """Refuse a host inside a network of ours; a name that nobody knows yet may be saved."""
        values = super().clean() or self.cleaned_data
        check_host(self)
        return values


class FolderForm(forms.ModelForm[Folder]):
    """A group's folder; the group is chosen once."""

    class Meta:
        model = Folder
        fields = ("group", "server", "path", "is_active")
        widgets: ClassVar[dict[str, Any]] = {"is_active": SwitchInput()}
        labels: ClassVar[dict[str, StrOrPromise]] = {
            "group": _("Employer group"),
            "is_active": _("Pick files up"),
        }
        help_texts: ClassVar[dict[str, StrOrPromise]] = {
            "path": _(
                "From the server’s root, such as /eoi/lakeside. AgencyHub makes inbound,"
                " processing, archive, rejected and outbound in it."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["server"].queryset = Server.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["group"]
        else:
            free = EmployerGroup.objects.filter(eoi_batch_folder=None)
            self.fields["group"].queryset = free.order_by("name_key", "pk")  # type: ignore[attr-defined]

    def clean_path(self) -> str:
        """Spell a path in one way; one that leads above itself is refused."""
        path: str = self.cleaned_data["path"].strip()
        if not path.startswith("/") or ".." in path.split("/") or "\\" in path:
            raise forms.ValidationError(gettext("Enter a path from the root, such as /eoi/group."))
        return "/" + posixpath.normpath(path).strip("/.")
