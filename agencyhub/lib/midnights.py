"""When a day begins, in the time zone of whoever asks."""

from datetime import date, datetime, time

from django.utils import timezone


def midnight(day: date) -> datetime:
    """The first moment of a day, aware, in the current time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
