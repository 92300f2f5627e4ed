"""The report of unusual viewing: lines that say why, each a door to the rows it is about."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencyhub.accounts.models import User
from agencyhub.home.viewing import counting, rules
from individuals import looking
from individuals.models import Individual

MOST_ROWS = 500
WORDS = {
    "opened": _("People opened"),
    "outside": _("People of other agents' books"),
    "namesakes": _("People with the same last name"),
    "night": _("People opened at night"),
    "taken": _("People exported, or read through the API"),
    "reveals": _("MBIs revealed"),
}


@dataclass(frozen=True)
class Reason:
    """Why a day stands out, and where its rows are."""

    words: str
    url: str


@dataclass(frozen=True)
class Line:
    """One user and day that stand out."""

    user: User
    day: date
    opened: int
    reasons: list[Reason]


@dataclass(frozen=True)
class Seen:
    """One row behind a reason."""

    at: datetime
    individual_id: int | None
    name: str
    how: str
    note: str = ""


def lines(*, last: date, days: int) -> list[Line]:
    """Users and days that stand out in the ``days`` up to ``last``: newest day first."""
    first = last - timedelta(days=days - 1)
    counts = counting.counts_by_day(first=first, last=last)
    by_user: dict[int, dict[date, rules.Counts]] = defaultdict(dict)
    opened_on: dict[date, dict[int, int]] = defaultdict(dict)
    for (user, day), numbers in counts.items():
        by_user[user][day] = numbers
        opened_on[day][user] = numbers.opened
    users = User.objects.in_bulk(by_user)
    found = []
    for user, own in by_user.items():
        for day, numbers in own.items():
            if not first <= day <= last:
                continue
            others = [opened for who, opened in opened_on[day].items() if who != user]
            usual = rules.usual(own, day=day, others=others)
            why = rules.findings(numbers, usual)
            if why:
                reasons = [Reason(one.words, _url(user, day, one.key)) for one in why]
                found.append(Line(users[user], day, numbers.opened, reasons))
    return sorted(found, key=lambda line: (-line.day.toordinal(), -len(line.reasons), line.user.pk))


def rows(user: User, day: date, *, key: str) -> list[Seen]:
    """What a reason is about, newest first and no more than can be read."""
    if key == "reveals":
        return _reveals(user, day)
    looks = list(looking.look_rows(counting.looks_of_day(user, day, key=key))[:MOST_ROWS])
    names = _names({look.individual_id for look in looks})
    return [
        Seen(
            look.looked_at,
            look.individual_id if look.individual_id in names else None,
            names.get(look.individual_id, f"Individual {look.individual_id}, no longer there"),
            look.get_how_display(),
            gettext("viewing as %(display_name)s") % {"display_name": look.viewing_as.display_name}
            if look.viewing_as
            else "",
        )
        for look in looks
    ]


def _reveals(user: User, day: date) -> list[Seen]:
    found = list(counting.reveals_of_day(user, day)[:MOST_ROWS])
    names = _names({one.individual_id for one in found if one.individual_id})
    return [
        Seen(
            one.revealed_at,
            one.individual_id,
            names.get(one.individual_id or 0, f"Sales Record {one.sales_record_id}"),
            gettext("MBI revealed"),
            one.reason,
        )
        for one in found
    ]


def _names(pks: set[int]) -> dict[int, str]:
    return {pk: one.full_name for pk, one in Individual.objects.in_bulk(pks).items()}


def _url(user: int, day: date, key: str) -> str:
    return f"{reverse('home:viewing_rows', args=[day.isoformat(), user])}?why={key}"
