"""The form of a Premier feed."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.lib.forms import SwitchInput
from agencyhub.lib.outbound.checks import check_url
from integrations.http import split_address
from integrations.premier.models import Feed
from policies.models import Carrier


class FeedForm(forms.ModelForm[Feed]):
    """How one carrier tells its statuses; carrier and slug are chosen once."""

    api_url = forms.URLField(
        label=_("Address of the status API"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_("Leave it empty if the carrier sends automatically, or puts files somewhere."),
    )
    token = forms.CharField(
        label=_("Access token of the API"),
        required=False,
        max_length=400,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )

    class Meta:
        model = Feed
        fields = ("carrier", "slug", "is_active", "api_url", "api_time")
        widgets: ClassVar[dict[str, Any]] = {
            "is_active": SwitchInput(),
            "api_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        labels: ClassVar[dict[str, Any]] = {
            "slug": _("Name in the address"),
            "is_active": _("Take statuses"),
            "api_time": _("Ask every day at"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "slug": _("The carrier sends to /hooks/premier/…/status/. It cannot be changed later."),
            "api_time": _("In the agency’s time zone."),
            "is_active": "",
        }

    field_order = ("carrier", "slug", "is_active", "api_url", "token", "api_time")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["carrier"], self.fields["slug"]
        else:
            free = Carrier.objects.filter(premier_feed=None, is_active=True)
            self.fields["carrier"].queryset = free.order_by("name", "pk")  # type: ignore[attr-defined]
            self.fields["slug"].required = False
        self._stored = getattr(self.instance, "credentials", None) if self.instance.pk else None
        kept = _("Stored and never shown again. Leave it empty to keep it.")
        self.fields["token"].help_text = kept if self._stored else ""

    def clean_slug(self) -> str:
        """Make one of the carrier's name where none is typed."""
        carrier = self.cleaned_data.get("carrier")
        name = self.cleaned_data["slug"] or slugify(carrier.name if carrier else "")[:40].strip("-")
        if Feed.objects.filter(slug=name).exists():
            raise ValidationError(gettext("Another carrier has this address. Choose another name."))
        return str(name)

    def clean_api_url(self) -> str:
        """Refuse an address without encryption, and one inside a network of ours."""
        url: str = self.cleaned_data["api_url"]
        return check_url(url, with_query=True) if url else url

    def clean(self) -> dict[str, Any]:
        """An API is asked with a token, entered for this server."""
        values: dict[str, Any] = super().clean() or {}
        url = values.get("api_url")
        fits = bool(url and self._stored and self._stored.place == split_address(url)[0])
        if url and not values.get("token") and not fits:
            self.add_error("token", gettext("AgencyHub needs it to ask this server."))
        return values
