"""How the agency sends mail, and what users want of it."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencyhub.accounts.forms.users import ZoneMixin
from agencyhub.accounts.models import User
from agencyhub.lib.forms import SectionsMixin, SwitchInput
from agencyhub.mailing import clock
from agencyhub.mailing.models import MailPreference, MailSettings
from agencyhub.records.models import Option


class TimeInput(forms.TimeInput):
    """The browser's own picker of an hour."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class PreferenceForm(ZoneMixin, SectionsMixin, forms.ModelForm):
    """What one user wants, with the zone and the language that hold for everything else, too."""

    section_fields: ClassVar = (
        (gettext_lazy("Daily digest"),
         gettext_lazy("Your own policies with a payment due or past due. No email on days without "
                      "any."),
         ("gets_digest", "digest_time", "time_zone", "weekdays")),
        (gettext_lazy("Quiet hours"), gettext_lazy("Nothing is sent to you in between."),
         ("quiet_from", "quiet_to")),
        (gettext_lazy("Reminders to clients"),
         gettext_lazy("Written in your name 15, 5 and 1 days before an initial payment is due."),
         ("sends_reminders", "signature")),
        (gettext_lazy("Language"), "", ("language",)),
    )  # fmt: skip
    columns: ClassVar = {"gets_digest": 12, "weekdays": 12, "sends_reminders": 12}

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("Of every page and email. Clients are written to in theirs."),
    )

    class Meta:
        model = MailPreference
        fields = (
            "gets_digest", "digest_time", "weekdays", "quiet_from", "quiet_to", "sends_reminders",
            "signature",
        )  # fmt: skip
        widgets = {
            "gets_digest": SwitchInput(),
            "sends_reminders": SwitchInput(),
            "digest_time": TimeInput(),
            "quiet_from": TimeInput(),
            "quiet_to": TimeInput(),
            "signature": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "signature": gettext_lazy("Without one, the agency's stands under your reminders.")
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_zones(user.time_zone)
        self.fields["language"].choices = User._meta.get_field("language").choices  # type: ignore[attr-defined]
        self.initial["time_zone"], self.initial["language"] = user.time_zone, user.language

    def clean(self) -> dict[str, Any]:
        """A digest at an hour that is always quiet would never come."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        hours = {"digest_time", "quiet_from", "quiet_to"} <= cleaned.keys()
        if hours and clock.lies_within(
            cleaned["digest_time"], start=cleaned["quiet_from"], end=cleaned["quiet_to"]
        ):
            msg = _("This hour is one of your quiet hours. Choose another.")
            self.add_error("digest_time", ValidationError(msg))
        return cleaned


class MailSettingsForm(SectionsMixin, forms.ModelForm):
    """The agency's rules."""

    section_fields: ClassVar = (
        (gettext_lazy("What is sent"), "", ("sends_digests", "sends_reminders")),
        (gettext_lazy("Who clients hear from"),
         gettext_lazy("Reminders come in the agent's name."),
         ("agency_name", "signature", "overrides_signatures")),
        (gettext_lazy("When, and to whom not"),
         gettext_lazy("Hours are those of the state in which a client lives."),
         ("quiet_from", "quiet_to", "silent_statuses")),
        (gettext_lazy("Mail server"), "", ("most_per_minute",)),
    )  # fmt: skip
    columns: ClassVar = {"sends_digests": 12, "sends_reminders": 12, "overrides_signatures": 12}

    class Meta:
        model = MailSettings
        fields = (
            "sends_digests", "sends_reminders", "agency_name", "signature", "overrides_signatures",
            "quiet_from", "quiet_to", "silent_statuses", "most_per_minute",
        )  # fmt: skip
        widgets = {
            "sends_digests": SwitchInput(),
            "sends_reminders": SwitchInput(),
            "overrides_signatures": SwitchInput(),
            "quiet_from": TimeInput(),
            "quiet_to": TimeInput(),
            "signature": forms.Textarea(attrs={"rows": 4}),
            "silent_statuses": forms.CheckboxSelectMultiple(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statuses = Option.objects.active(Option.List.INDIVIDUAL_STATUS)
        self.fields["silent_statuses"].queryset = statuses  # type: ignore[attr-defined]
