"""How the agency sends mail, and what each user wants of it."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.records.models import Option
from agencyhub.records.triggers import history

EVENING, MORNING = time(21), time(8)
WORKDAYS = (0, 1, 2, 3, 4)
LAST_WEEKDAY = 6


def workdays() -> list[int]:
    """Monday to Friday, as ``date.weekday`` counts."""
    return list(WORKDAYS)


class MailSettings(models.Model):
    """The agency's one set of rules about mail that is sent by itself."""

    sends_digests = models.BooleanField(_("daily digests to agents"), default=True)
    sends_reminders = models.BooleanField(_("payment reminders to clients"), default=True)
    agency_name = models.CharField(
        _("name of the agency"), max_length=120, blank=True, help_text=_("As mails show it.")
    )
    signature = models.TextField(
        _("signature"),
        max_length=1000,
        blank=True,
        help_text=_("Under reminders of agents who have none of their own."),
    )
    overrides_signatures = models.BooleanField(
        _("use this signature for every agent"), default=False
    )
    quiet_from = models.TimeField(_("clients are not written to from"), default=EVENING)
    # Translators: The hour at which the quiet hours of clients end.
    quiet_to = models.TimeField(_("until"), default=MORNING)
    most_per_minute = models.PositiveSmallIntegerField(
        _("mails per minute, at most"),
        default=120,
        validators=[MinValueValidator(1), MaxValueValidator(6000)],
        help_text=_("What the mail server allows."),
    )
    silent_statuses = models.ManyToManyField(
        Option,
        blank=True,
        related_name="+",
        verbose_name=_("statuses of people who are not written to"),
        limit_choices_to={"list": Option.List.INDIVIDUAL_STATUS},
    )

    class Meta:
        default_permissions = ("view", "change")
        verbose_name = "mail settings"
        verbose_name_plural = "mail settings"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="agency_has_one_set_of_mail_settings"),
            models.CheckConstraint(
                condition=Q(most_per_minute__gte=1), name="some_mail_leaves_per_minute"
            ),
        ]
        triggers = history()

    def __str__(self) -> str:
        return "mail settings"


class MailPreference(models.Model):
    """When one user's digest comes, and how mails in their name look. No row: the defaults."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="mail_preference"
    )
    gets_digest = models.BooleanField(_("send me the daily digest"), default=True)
    # Translators: The hour of the daily digest; "send me the daily digest" stands before it.
    digest_time = models.TimeField(_("at"), default=MORNING)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(LAST_WEEKDAY)]),
        # Translators: The weekdays of the daily digest.
        verbose_name=_("on"),
        default=workdays,
    )
    quiet_from = models.TimeField(_("quiet from"), default=EVENING)
    quiet_to = models.TimeField(_("quiet until"), default=MORNING)
    sends_reminders = models.BooleanField(
        _("remind my clients of their initial payment, in my name"), default=True
    )
    signature = models.TextField(_("signature"), max_length=1000, blank=True)
    digest_day = models.DateField(
        null=True, editable=False, help_text="The last day whose digest was looked after."
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"mail preference of user {self.pk}"
