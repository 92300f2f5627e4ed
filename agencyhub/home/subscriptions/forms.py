"""How a report is to come by mail."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.home.models import Subscription
from agencyhub.lib.forms import SectionsMixin
from agencyhub.lib.identifiers import OpenTextsMixin
from agencyhub.mailing import clock
from agencyhub.mailing import selectors as mail
from agencyhub.mailing.forms.settings import TimeInput


class SubscriptionForm(SectionsMixin, OpenTextsMixin, forms.ModelForm):
    """A title and a rhythm; the report and its choices are those of the page it was asked from."""

    section_fields: ClassVar = (
        (_("What comes"), _("The figures as you see them, recounted each time."), ("title",)),
        (_("When it comes"), _("Never in your quiet hours."),
         ("frequency", "hour", "weekday", "month_day")),
    )  # fmt: skip
    columns: ClassVar = {"title": 12}
    open_texts: ClassVar = ("title",)

    class Meta:
        model = Subscription
        fields = ("title", "frequency", "hour", "weekday", "month_day")
        labels = {"title": _("Subject of the email")}
        widgets = {"hour": TimeInput()}
        help_texts = {
            "title": _("Without names of people: subjects of emails are read by others, too."),
            "weekday": _("Of weekly emails."),
            "month_day": _("Of monthly emails; where a month has no such day, its last one."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["hour"].help_text = gettext("In your time zone, %(zone)s.") % {
            "zone": user.time_zone
        }

    def clean_hour(self) -> Any:
        """An hour that is quiet every day is a mistake."""
        hour, wants = self.cleaned_data["hour"], mail.preference_of(self.user)
        if clock.lies_within(hour, start=wants.quiet_from, end=wants.quiet_to):
            msg = gettext("This hour is one of your quiet hours. Choose another.")
            raise ValidationError(msg)
        return hour
