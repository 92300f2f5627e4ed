"""What people keep on their desk: reports that come by mail, and how far their tour is."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User

LAST_WEEKDAY, LONGEST_MONTH = 6, 31


class Subscription(models.Model):
    """One view of a report that comes to one user by mail, until it is stopped.

    ``query`` holds the report's parameters as its address does. ``reach`` is what the reader could
    see when the last mail was written: whoever sees less by now is told so, and gets no more.
    Only occasions after ``since`` count; ``done_on`` is the last one that was looked after.
    """

    class Frequency(models.TextChoices):
        DAILY = "daily", _("Daily")
        WEEKLY = "weekly", _("Weekly")
        MONTHLY = "monthly", _("Monthly")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=40)
    query = models.CharField(max_length=500, blank=True, default="")
    title = models.CharField(_("subject of the mail"), max_length=80)
    frequency = models.CharField(
        _("how often"), max_length=8, choices=Frequency.choices, default=Frequency.WEEKLY
    )
    # Translators: The hour at which a report comes by mail.
    hour = models.TimeField(_("at"), default=time(8))
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=list(WEEKDAYS.items()),
        default=0,
        validators=[MaxValueValidator(LAST_WEEKDAY)],
    )
    month_day = models.PositiveSmallIntegerField(
        _("day of the month"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTH)],
    )
    reach = models.JSONField(default=dict)
    created_at = models.DateTimeField(editable=False)
    since = models.DateTimeField(editable=False)
    done_on = models.DateField(null=True, editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)
    stop_reason = models.CharField(max_length=20, blank=True, default="", editable=False)

    class Meta:
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                "user",
                "report",
                "query",
                "frequency",
                condition=Q(stopped_at__isnull=True),
                name="view_of_a_report_comes_once_per_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stop_reason="")
                | (Q(stopped_at__isnull=False) & ~Q(stop_reason="")),
                name="subscription_stops_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(weekday__lte=LAST_WEEKDAY)
                & Q(month_day__gte=1, month_day__lte=LONGEST_MONTH),
                name="subscription_comes_on_a_day_that_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class Tour(models.Model):
    """How far a user is with the tour of the first days. No row: it has not begun."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    done = ArrayField(models.CharField(max_length=20), default=list)
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"tour of user {self.pk}"
