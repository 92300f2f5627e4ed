"""Counts who looked at how many people, by user and day of their own time zone: a few queries."""

import zoneinfo
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast

from agencyhub.accounts.models import Agent, User
from agencyhub.home.viewing.rules import HABIT_DAYS, NIGHT_FROM, NIGHT_TO, Counts
from agencyhub.lib.db import NameKey
from individuals.models import Individual, IndividualAgent, Look, RevealLog

READ = (Look.How.SCREEN, Look.How.MERGE, Look.How.SEARCH, Look.How.ADMIN)
TAKEN = (Look.How.EXPORT, Look.How.API)
READER = User.accessible_agents.through
A_DAY = timedelta(days=1)
Days = dict[tuple[int, date], Counts]


class AtZone(Func):
    """A moment as the clock of a zone shows it."""

    template = "(%(expressions)s)"
    arg_joiner = " AT TIME ZONE "
    output_field = DateTimeField()


class HourOf(Func):
    """The hour of a clock's time."""

    template = "EXTRACT(hour FROM %(expressions)s)::int"
    output_field = IntegerField()


def counts_by_day(*, first: date, last: date) -> Days:
    """What each user did on each day from 30 days before ``first`` to ``last``.

    Whose people they were is looked up for the days of the report only.
    """
    found: dict[tuple[int, date], dict[str, int]] = defaultdict(dict)
    start, zone = first - timedelta(days=HABIT_DAYS), _zone()
    how_many = {
        "opened": _people(Q(how__in=READ)),
        "at_night": _people(Q(how__in=READ) & _NIGHT),
        "taken": _people(Q(how__in=TAKEN)),
    }
    for row in _by_day(_looks(start, last, zone)).annotate(**how_many):
        found[row["user_id"], row["day"]].update({name: row[name] for name in how_many})
    whose = {"outside": _people(Q(is_outside=True)), "namesakes": _people(Q(is_namesake=True))}
    opened = _looks(first, last, zone).filter(how__in=READ)
    for row in _by_day(_judged(opened)).annotate(**whose):
        found[row["user_id"], row["day"]].update({name: row[name] for name in whose})
    for row in _by_day(_reveals(start, last, zone)).annotate(number=Count("pk")):
        found[row["user_id"], row["day"]]["reveals"] = row["number"]
    return {key: Counts(**numbers) for key, numbers in found.items()}


def looks_of_day(user: User, day: date, *, key: str) -> QuerySet[Look]:
    """The looks of one user and day that a finding is about, newest first."""
    looks: Any = _judged(_looks(day, day, _zone()))
    wanted = {
        "opened": Q(how__in=READ),
        "outside": Q(how__in=READ, is_outside=True),
        "namesakes": Q(how__in=READ, is_namesake=True),
        "night": Q(how__in=READ) & _NIGHT,
        "taken": Q(how__in=TAKEN),
    }
    found: QuerySet[Look] = looks.filter(wanted.get(key, Q()), user=user, day=day)
    return found.order_by("-looked_at", "-pk")


def reveals_of_day(user: User, day: date) -> QuerySet[RevealLog]:
    """The MBIs that one user uncovered on a day, newest first."""
    reveals: Any = _reveals(day, day, _zone())
    found: QuerySet[RevealLog] = reveals.filter(user=user, day=day)
    return found.order_by("-revealed_at", "-pk")


_NIGHT = Q(hour_of_day__gte=NIGHT_FROM) | Q(hour_of_day__lt=NIGHT_TO)


def _people(condition: Q) -> Count:
    return Count("individual_id", distinct=True, filter=condition)


def _looks(first: date, last: date, zone: Case) -> QuerySet[Look]:
    """Looks of people, with the day and hour that their own clock showed."""
    begin, end = _around(first, last)
    looks = Look.objects.filter(user__isnull=False, hour__gte=begin, hour__lt=end)
    clock = AtZone(F("looked_at"), zone)
    found: Any = looks.annotate(day=Cast(clock, DateField()), hour_of_day=HourOf(clock))
    return found.filter(day__gte=first, day__lte=last)


def _judged(looks: QuerySet[Look]) -> QuerySet[Look]:
    """Say of each look whether the person is in another agent's book, and named like the user.

    Somebody without a book of their own looks at everybody by trade. Books are those of today.
    """
    person = Individual.objects.filter(pk=OuterRef("individual_id"))
    additional = IndividualAgent.objects.filter(individual_id=OuterRef("individual_id"))
    opened_to = READER.objects.filter(user_id=OuterRef(OuterRef("user_id"))).values("agent_id")
    mine = additional.filter(Q(agent__user=OuterRef("user_id")) | Q(agent__in=opened_to))
    serviced = person.filter(servicing_agent__isnull=False)
    serviced_by_me = serviced.filter(
        Q(servicing_agent__user=OuterRef("user_id")) | Q(servicing_agent__in=opened_to)
    )
    has_book = Exists(Agent.objects.filter(user=OuterRef("user_id"))) | Exists(
        READER.objects.filter(user_id=OuterRef("user_id"))
    )
    is_assigned = Exists(serviced) | Exists(additional)
    named = person.filter(last_name_key=NameKey(OuterRef("user__last_name")))
    return looks.annotate(
        is_outside=has_book & is_assigned & ~Exists(serviced_by_me) & ~Exists(mine),
        is_namesake=~Q(user__last_name="") & Exists(named),
    )


def _reveals(first: date, last: date, zone: Case) -> QuerySet[RevealLog]:
    begin, end = _around(first, last)
    reveals = RevealLog.objects.filter(revealed_at__gte=begin, revealed_at__lt=end)
    found: Any = reveals.annotate(day=Cast(AtZone(F("revealed_at"), zone), DateField()))
    return found.filter(day__gte=first, day__lte=last)


def _by_day(rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    return rows.order_by().values("user_id", "day")


def _around(first: date, last: date) -> tuple[datetime, datetime]:
    """A span of moments that covers these days in every time zone."""
    begin = datetime.combine(first - A_DAY, time.min, UTC)
    return begin, datetime.combine(last + 2 * A_DAY, time.min, UTC)


def _zone() -> Case:
    """Each user's time zone; the agency's for a name that no clock knows."""
    names = User.objects.order_by().values_list("time_zone", flat=True).distinct()
    known = [name for name in names if _is_zone(name)]
    return Case(
        When(user__time_zone__in=known, then=F("user__time_zone")),
        default=Value(settings.TIME_ZONE),
    )


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return False
    return True
