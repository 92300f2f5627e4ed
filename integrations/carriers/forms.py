"""The forms of Retrieve: a connection, fields by its transport, and a run for a range of days."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.lib.errors import DomainError
from agencyhub.lib.forms import SectionsMixin, SwitchInput
from agencyhub.lib.outbound.checks import check_host, check_url
from integrations.carriers.credentials import (
    KEPT,
    SEALED,
    CredentialsFormMixin,
    private_key_field,
    secret_field,
)
from integrations.carriers.models import Connection, Credentials
from integrations.carriers.services import requesting
from integrations.carriers.services.connections import Secrets
from policies.models import Carrier

SignIn, Transport = Connection.SignIn, Connection.Transport
DAYS = (
    (0, _("Mon")),
    (1, _("Tue")),
    (2, _("Wed")),
    (3, _("Thu")),
    (4, _("Fri")),
    (5, _("Sat")),
    (6, _("Sun")),
)
WAYS = {
    Transport.HTTPS: (SignIn.FORM, SignIn.PASSWORD, SignIn.TOKEN),
    Transport.SFTP: (SignIn.PASSWORD, SignIn.KEY),
    Transport.API: (SignIn.TOKEN, SignIn.PASSWORD),
}
WEB_FIELDS = ("base_url", "index_path")
FORM_FIELDS = ("login_path", "user_field", "password_field")
SFTP_FIELDS = ("host", "port", "folder", "private_key", "passphrase")
OTHERS = {
    Transport.HTTPS: SFTP_FIELDS,
    Transport.SFTP: (*WEB_FIELDS, *FORM_FIELDS),
    Transport.API: (*FORM_FIELDS, *SFTP_FIELDS),
}
NEEDED = {
    SignIn.FORM: ("username", "login_path"),
    SignIn.PASSWORD: ("username",),
    SignIn.KEY: ("username",),
    SignIn.TOKEN: (),
}
PATTERNS = _(
    "A file is fetched if its name fits a pattern: * stands for anything, capitals do not matter."
    " Leave a pattern empty for what this carrier does not bring."
)
PATTERN_FIELDS = ("book_pattern", "statement_pattern", "status_pattern")


class ConnectionForm(CredentialsFormMixin, SectionsMixin, forms.ModelForm[Connection]):
    """A connection; only the fields that its transport needs."""

    section_fields = (
        (_("Carrier"), "", ("carrier", "is_active")),
        (
            _("Where"),
            _("AgencyHub opens public addresses only and follows no redirect."),
            ("base_url", "index_path", "host", "port", "folder"),
        ),
        (
            _("Sign-in"),
            "",
            (
                *("sign_in", "username", "secret", "private_key", "passphrase", "expires_on"),
                *FORM_FIELDS,
            ),
        ),
        (
            _("What it brings"),
            PATTERNS,
            (
                *("book_pattern", "statement_pattern", "statement_type", "current_month"),
                "status_pattern",
            ),
        ),
        (
            _("When"),
            _("Times are in the agency's time zone."),
            ("days", "at", "look_back_days"),
        ),
    )
    columns: ClassVar[dict[str, int]] = {
        "host": 5, "port": 2, "folder": 5, "private_key": 12, "days": 12, "at": 4,
        "look_back_days": 4, "login_path": 4, "user_field": 4, "password_field": 4,
    }  # fmt: skip

    base_url = forms.URLField(
        label=_("Address"),
        max_length=300,
        assume_scheme="https",
        help_text=_("Such as https://agents.carrier.example/"),
    )
    secret = secret_field(_("Password"))
    private_key = private_key_field()
    passphrase = secret_field(_("Passphrase of the private key"))
    days = forms.TypedMultipleChoiceField(
        coerce=int, choices=DAYS, widget=forms.CheckboxSelectMultiple({"class": "choices-line"})
    )

    class Meta:
        model = Connection
        fields = (
            *("carrier", "is_active", "base_url", "index_path", "login_path", "user_field"),
            *("password_field", "host", "port", "folder", "sign_in", "username", "expires_on"),
            *("book_pattern", "statement_pattern", "statement_type", "current_month", "days"),
            *("status_pattern", "at", "look_back_days"),
        )
        widgets: ClassVar[dict[str, Any]] = {
            "is_active": SwitchInput(),
            "at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "username": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        labels: ClassVar[dict[str, StrOrPromise]] = {
            "is_active": _("Run on its schedule"),
            "statement_type": _("Statements are"),
            "current_month": _("A statement of the current month"),
            "look_back_days": _("Days back"),
            "sign_in": _("Sign in with"),
        }
        help_texts: ClassVar[dict[str, StrOrPromise]] = {
            "is_active": "",
            "index_path": _("Path of the page or JSON that lists the files, from the address on."),
            "login_path": _("Path of the page that asks for username and password."),
            "folder": _("Such as /outbound"),
            "at": "",
            "look_back_days": _("How far back each run on schedule looks."),
            "expires_on": _("We warn two weeks before. Leave it empty if they do not expire."),
            "current_month": _("Only for rolling statements."),
            "book_pattern": _("Such as *BookOfBusiness*"),
            "statement_pattern": _("Such as *Commission*"),
            "status_pattern": _("Policy and payment statuses, told daily. Such as *Status*"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        transport = Transport(self.instance.transport)
        for name in OTHERS[transport]:
            del self.fields[name]
        self.fields["sign_in"] = forms.ChoiceField(
            label=gettext("Sign in with"),
            choices=[(way.value, way.label) for way in WAYS[transport]],
        )
        for name in {"host", "folder", "at"} & set(self.fields):
            self.fields[name].required = True
        self._name_secret(transport)
        if self.instance.pk:
            del self.fields["carrier"]
        else:
            free = Carrier.objects.filter(connection=None, is_active=True)
            self.fields["carrier"].queryset = free.order_by("name", "pk")  # type: ignore[attr-defined]

    def _name_secret(self, transport: Connection.Transport) -> None:
        if transport != Transport.SFTP:
            self.fields["secret"].label = gettext("Password or access token")
        self._stored = Credentials.objects.filter(connection_id=self.instance.pk).first()
        has = {name: bool(getattr(self._stored, name, None)) for name in vars(Secrets())}
        for name in has.keys() & self.fields.keys():
            self.fields[name].help_text = KEPT if has[name] else SEALED

    def clean_base_url(self) -> str:
        """Refuse an address without encryption, and one inside a network of ours."""
        return check_url(self.cleaned_data["base_url"])

    def clean(self) -> dict[str, Any]:
        """Ask for what the way of signing in needs, and for something to bring."""
        data = super().clean() or self.cleaned_data
        check_host(self)
        for name in NEEDED.get(data.get("sign_in", ""), ()):
            if name in self.fields and not data.get(name):
                self.add_error(name, gettext("This way of signing in needs it."))
        if not any(data.get(name) for name in PATTERN_FIELDS):
            self.add_error(
                "book_pattern", gettext("Enter a pattern for something that this carrier brings.")
            )
        return data


class RunForm(forms.Form):
    """Run now: the last 30, 60 or 90 days, or a range."""

    RANGES = (
        ("30", _("30 days")),
        ("60", _("60 days")),
        ("90", _("90 days")),
        ("custom", _("From … to …")),
    )
    columns: ClassVar[dict[str, int]] = {"days": 12, "since": 6, "until": 6}

    days = forms.ChoiceField(
        label=_("How far back"),
        choices=RANGES,
        initial="30",
        widget=forms.RadioSelect({"class": "choices-line"}),
    )
    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput)

    def clean(self) -> dict[str, Any]:
        """Turn the choice into two days."""
        data = super().clean() or self.cleaned_data
        if data.get("days") == "custom":
            self._clean_range(data)
        elif data.get("days"):
            data["until"] = timezone.localdate()
            data["since"] = data["until"] - timedelta(days=int(data["days"]))
        return data

    def _clean_range(self, data: dict[str, Any]) -> None:
        for name in ("since", "until"):
            if name not in self.errors and not data.get(name):
                self.add_error(name, gettext("Enter a day."))
        if self.errors:
            return
        try:
            requesting.check_range(data["since"], data["until"])
        except DomainError as error:
            self.add_error(error.field, error.message)

    def range(self) -> tuple[date, date]:
        """The first and the last day."""
        return self.cleaned_data["since"], self.cleaned_data["until"]
