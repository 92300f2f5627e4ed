"""Reads for the page of unknown values: what is asked, what it may mean, who decided what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, utils

from agencyhub.accounts.models import User
from agencyhub.lib import keyset
from agencyhub.lib.keyset import Key, KeysetPage
from agencyhub.lib.text import tidy
from agencyhub.records.kinds import KINDS, Choice, Kind
from agencyhub.records.unknown import UnknownValue, ValueMention

VIEW = "records.view_unknownvalue"
DECIDE = "records.change_unknownvalue"
MOST_COUNTED = 99
PAGE_SIZE = 25
MENTIONS_SHOWN = 3
MOST_MET_FIRST = (Key("times", descending=True), Key("pk"))
LATEST_DECIDED_FIRST = (Key("decided_at", descending=True), Key("pk", descending=True))
SURE = 90
# From this likeness on (0 to 100), in words; below the last one nothing is suggested.
LIKENESS = ((SURE, _("almost the same")), (80, _("very similar")), (66, _("a little similar")))
WORDS_ADDED = 0.89


@dataclass(frozen=True)
class Suggestion:
    """What a value probably means, and how much alike the two are."""

    pk: int
    label: str
    words: str
    is_sure: bool


@dataclass(frozen=True)
class Question:
    """One value as the page shows it."""

    value: UnknownValue
    kind: Kind
    within: str
    times: int
    mentions: list[ValueMention]
    more_mentions: int
    suggestion: Suggestion | None
    may_add: bool
    means: str = ""

    @property
    def choices_id(self) -> str:
        """The ``id`` of the list of choices that the row offers."""
        return _choices_id(self.value.kind, self.value.within_id)


@dataclass(frozen=True)
class ChoiceList:
    """The choices that the rows of one list share, and what the list belongs to, in words."""

    id: str
    choices: Sequence[Choice]
    within: str


def _choices_id(kind: str, within_id: int) -> str:
    return f"choices-{kind}-{within_id}"


def open_values() -> QuerySet[UnknownValue]:
    """Everything that waits for somebody, with ``times`` it was met."""
    met = ValueMention.objects.filter(value=OuterRef("pk")).order_by().values("value")
    times = Subquery(met.annotate(n=Sum("times")).values("n"), output_field=IntegerField())
    values = UnknownValue.objects.filter(kind__in=list(KINDS))
    return values.filter(state=UnknownValue.State.OPEN).annotate(times=Coalesce(times, 0))


def count_open() -> int:
    """How many values wait; counting stops after ``MOST_COUNTED``."""
    waiting = UnknownValue.objects.filter(state=UnknownValue.State.OPEN, kind__in=list(KINDS))
    return waiting.order_by()[: MOST_COUNTED + 1].count()


def open_by_kind() -> dict[str, int]:
    """How many values of each kind wait."""
    waiting = UnknownValue.objects.filter(state=UnknownValue.State.OPEN, kind__in=list(KINDS))
    return dict(Counter(waiting.values_list("kind", flat=True)))


def open_page(*, kind: str, params: Mapping[str, str]) -> KeysetPage[UnknownValue]:
    """One page of open values, those met most often first; ``kind`` blank means all."""
    rows = open_values()
    if kind:
        rows = rows.filter(kind=kind)
    return keyset.page(
        rows, order=MOST_MET_FIRST, params=params, size=PAGE_SIZE, among=open_values()
    )


def decided_page(*, kind: str, params: Mapping[str, str]) -> KeysetPage[UnknownValue]:
    """One page of decided values, the latest first."""
    rows = UnknownValue.objects.filter(kind__in=list(KINDS), decided_at__isnull=False)
    if kind:
        rows = rows.filter(kind=kind)
    rows = rows.select_related("decided_by")
    return keyset.page(rows, order=LATEST_DECIDED_FIRST, params=params, size=PAGE_SIZE)


def questions(
    values: Sequence[UnknownValue], *, user: User
) -> tuple[list[Question], list[ChoiceList]]:
    """Put values as the page shows them, and the choices that they share."""
    lists = {
        one: _choices(*one) for one in {(value.kind, value.within_id): None for value in values}
    }
    met: dict[int, list[ValueMention]] = {value.pk: [] for value in values}
    for mention in ValueMention.objects.filter(value__in=met).order_by("-last_seen_at", "-pk"):
        met[mention.value_id].append(mention)
    means = _meanings(values)
    asked = [
        Question(
            value=value,
            kind=KINDS[value.kind],
            within=lists[value.kind, value.within_id].within,
            times=sum(mention.times for mention in met[value.pk]),
            mentions=met[value.pk][:MENTIONS_SHOWN],
            more_mentions=len(met[value.pk][MENTIONS_SHOWN:]),
            suggestion=suggest(value.text, lists[value.kind, value.within_id].choices),
            may_add=_may_add(KINDS[value.kind], user),
            means=means.get(value.pk, ""),
        )
        for value in values
    ]
    return asked, list(lists.values())


def suggest(text: str, choices: Sequence[Choice]) -> Suggestion | None:
    """The choice that reads most like the text, if any does."""
    wanted = utils.default_process(text)
    scored = [(_likeness(wanted, choice), choice) for choice in choices]
    score, best = max(scored, key=lambda one: one[0], default=(0.0, None))
    words = next((words for least, words in LIKENESS if score >= least), "")
    if best is None or not words:
        return None
    return Suggestion(pk=best.pk, label=best.label, words=str(words), is_sure=score >= SURE)


def _likeness(wanted: str, choice: Choice) -> float:
    """From 0 to 100; a name that the text only adds words to is nearly as good as the same one."""
    name = utils.default_process(choice.name or choice.label)
    added = fuzz.token_set_ratio(wanted, name) * WORDS_ADDED
    return max(fuzz.token_sort_ratio(wanted, name), added)


def target_named(text: str, *, kind: str, within_id: int) -> int | None:
    """The choice with this label, whatever the case; None for none."""
    wanted = tidy(text).casefold()
    for choice in KINDS[kind].choices(within_id=within_id):
        if choice.label.casefold() == wanted:
            return choice.pk
    return None


def _choices(kind: str, within_id: int) -> ChoiceList:
    return ChoiceList(
        id=_choices_id(kind, within_id),
        choices=KINDS[kind].choices(within_id=within_id),
        within=KINDS[kind].name_of(within_id) if within_id else "",
    )


def _may_add(kind: Kind, user: User) -> bool:
    return bool(kind.add_permission) and user.has_perm(kind.add_permission)


def _meanings(values: Sequence[UnknownValue]) -> dict[int, str]:
    """What decided values mean, in words."""
    targets: dict[str, set[int]] = {}
    for value in values:
        if value.target_id is not None:
            targets.setdefault(value.kind, set()).add(value.target_id)
    labels = {kind: KINDS[kind].label_of(pks) for kind, pks in targets.items()}
    return {
        value.pk: labels[value.kind].get(value.target_id, "")
        for value in values
        if value.target_id is not None
    }
