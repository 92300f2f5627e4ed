"""What may be settled of a difference, and what a decision about many is going to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from agencyhub.records.lists.columns import us_day
from individuals.models import Gender
from integrations.noyo.comparing import SSN, VOLUME, spelled_date
from integrations.noyo.lists_differences import field_words
from integrations.noyo.models import Difference, NoyoMember

State, Kind, Verdict = Difference.State, Difference.Kind, Difference.Verdict
OF_PEOPLE = frozenset({"first_name", "last_name", "date_of_birth", "gender", "hire_date"})
OF_EMPLOYEES = frozenset({"hire_date"})
DAYS = frozenset({"date_of_birth", "hire_date"})
SAMPLE = 5


class Left(StrEnum):
    """Why the carrier's value is not taken over here."""

    DECIDED = "decided"
    SSN = "ssn"
    VOLUME = "volume"
    NO_VALUE = "no_value"
    NOBODY = "nobody"
    CHANGED_THERE = "changed_there"
    CHANGED_HERE = "changed_here"
    NOYO = "noyo"


NOT_OURS_TO_SET = {SSN: Left.SSN, VOLUME: Left.VOLUME}
WORDS: Mapping[str, StrOrPromise] = {
    Left.DECIDED: gettext_lazy("decided already"),
    Left.SSN: gettext_lazy("of the carrier’s SSN only the end is kept: ask the employee"),
    Left.VOLUME: gettext_lazy("a volume is changed by an election, with its premium and evidence"),
    Left.NO_VALUE: gettext_lazy("somebody or a coverage is missing: there is no value to take"),
    Left.NOBODY: gettext_lazy("nobody of ours is linked with this member"),
    Left.CHANGED_THERE: gettext_lazy(
        "the carrier says something else by now: read the group again"
    ),
    Left.CHANGED_HERE: gettext_lazy("ours was changed since: the next reading compares it again"),
    Left.NOYO: gettext_lazy("Noyo did not take it: try again later"),
}


def why_left(one: Difference) -> str:
    """Why the carrier's value may not be taken over; blank where it may.

    Needs ``member``, ``employee`` and ``dependent``.
    """
    if one.state != State.OPEN:
        return Left.DECIDED
    if one.field in NOT_OURS_TO_SET:
        return NOT_OURS_TO_SET[one.field]
    if one.kind != Kind.FIELD or one.field not in OF_PEOPLE:
        return Left.NO_VALUE
    return _why_not(one, one.employee or one.dependent, one.member)


def _why_not(one: Difference, person: Any, member: NoyoMember | None) -> str:
    if person is None or member is None or member.gone_at is not None:
        return Left.NOBODY
    if one.employee is None and one.field in OF_EMPLOYEES:
        return Left.NO_VALUE
    ours, theirs = (_spelled(getattr(side, one.field)) for side in (person, member))
    if not theirs or theirs.casefold() != one.carrier_value.casefold():
        return Left.CHANGED_THERE
    return "" if ours.casefold() == one.our_value.casefold() else Left.CHANGED_HERE


def in_words(why: str) -> str:
    """Why one is left; a refusal of a rule is a sentence already."""
    return str(WORDS.get(why, why))


def shown(name: str, text: str) -> str:
    """A value as a page shows it: days and genders in the reader's form."""
    if name in DAYS and text:
        try:
            return us_day(date.fromisoformat(text))
        except ValueError:
            return text
    if name == "gender" and text in Gender.values:
        return str(Gender(text).label)
    return f"${text}" if name == VOLUME and text else text


@dataclass(frozen=True)
class Sample:
    """One of those that are settled: whose, which field, ours and the carrier's."""

    name: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Scope:
    """What a decision is about, said before the button."""

    pks: Sequence[int]
    words: str
    settled: int
    left: Sequence[tuple[int, str]]
    sample: Sequence[Sample]


def scope(rows: QuerySet[Difference], *, verdict: str) -> Scope:
    """How many are meant, how many are settled and how many are left alone, with why."""
    found = list(rows.select_related("member", "employee", "dependent__employee").order_by("pk"))
    whys = {one.pk: _left_of(one, verdict) for one in found}
    left = Counter(why for why in whys.values() if why)
    settled = [one for one in found if not whys[one.pk]]
    words = ngettext(
        "%(number)s difference is selected.", "%(number)s differences are selected.", len(found)
    ) % {"number": f"{len(found):,}"}
    return Scope(
        pks=[one.pk for one in found],
        words=words,
        settled=len(settled),
        left=[(number, in_words(why)) for why, number in left.most_common()],
        sample=[_sample(one) for one in settled[:SAMPLE]],
    )


def _left_of(one: Difference, verdict: str) -> str:
    if verdict == Verdict.CARRIER:
        return why_left(one)
    return "" if one.state == State.OPEN else Left.DECIDED


def _sample(one: Difference) -> Sample:
    before, after = (shown(one.field, text) for text in (one.our_value, one.carrier_value))
    return Sample(name_of(one), field_words(one.field), before, after)


def name_of(one: Difference) -> str:
    """Whom a difference is about."""
    person: Any = one.employee or one.dependent
    if person is not None:
        return str(person.full_name)
    return f"{one.member.first_name} {one.member.last_name}" if one.member else ""


def _spelled(value: Any) -> str:
    return spelled_date(value) if isinstance(value, date) else str(value or "")
