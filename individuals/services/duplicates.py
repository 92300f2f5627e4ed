"""Possible duplicates: found at every door, and what people decided about them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils.translation import gettext, gettext_noop
from psycopg.types.json import Jsonb

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import bulk, history
from agencyhub.records.models import Batch
from individuals import blocking
from individuals.duplicates import Likeness, score
from individuals.models import DuplicatePair, Individual

PAGE = 10_000
"""Pairs that are compared at a time."""
State = DuplicatePair.State
Pair = tuple[int, int]

_UPSERT = """
INSERT INTO individuals_duplicatepair AS pair
  (first_id, second_id, score, reasons, state, door, found_at)
SELECT first_id, second_id, score, reasons, 'open', %(door)s, now()
FROM unnest(%(first)s::bigint[], %(second)s::bigint[], %(score)s::smallint[], %(reasons)s::jsonb[])
  AS found(first_id, second_id, score, reasons)
ON CONFLICT (first_id, second_id) DO UPDATE SET score = EXCLUDED.score, reasons = EXCLUDED.reasons
WHERE pair.state = 'open' AND (pair.score, pair.reasons) <> (EXCLUDED.score, EXCLUDED.reasons)
RETURNING (xmax = 0)
"""
_CLOSE = """
DELETE FROM individuals_duplicatepair AS pair
USING unnest(%(first)s::bigint[], %(second)s::bigint[]) AS gone(first_id, second_id)
WHERE (pair.first_id, pair.second_id) = (gone.first_id, gone.second_id) AND pair.state = 'open'
"""


class PairDecidedError(DomainError):
    """Somebody decided about the pair before."""

    code = "pair_decided"


@dataclass
class Detection:
    """What a search for duplicates did. ``skipped`` counts blocks too large to compare, by rule."""

    compared: int = 0
    opened: int = 0
    closed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    def words(self) -> list[str]:
        """The same for a result page, without personal data."""
        said = (
            [gettext("%(opened)s possible duplicates to review") % {"opened": f"{self.opened:,}"}]
            if self.opened
            else []
        )
        most = blocking.LARGEST_BLOCK
        for rule, blocks in sorted(self.skipped.items()):
            name = blocking.WORDS[rule]
            said.append(
                gettext(
                    "%(blocks)s %(name)s that more than %(most)s people share were not compared"
                )
                % {"blocks": f"{blocks:,}", "name": name, "most": most}
            )
        return said


def detect(
    *,
    individual_ids: Collection[int] | None = None,
    id_range: tuple[int, int] | None = None,
    door: DuplicatePair.Door | None = None,
) -> Detection:
    """Compare some individuals with everybody who shares a key with them.

    Pairs worth a look are opened, the reasons of open ones brought up to date, and open ones that
    are alike no more closed. What somebody decided stays. Running it again changes nothing. Set
    based: one statement finds the pairs of a million people, and only those pairs are compared.
    ``door`` says where they came in; without one it is the channel of the open batch.
    """
    some = blocking.Some(
        frozenset(individual_ids) if individual_ids is not None else None,  # type: ignore[arg-type]
        id_range,
    )
    found = Detection()
    came_by = door or _door()
    with transaction.atomic():
        page: set[Pair] = set()
        for block in blocking.blocks(some):
            if block.ids is None:
                found.skipped[block.rule] += 1
                continue
            page.update(_pairs(block.ids, some))
            if len(page) >= PAGE:
                _settle(page, door=came_by, found=found)
                page = set()
        _settle(page, door=came_by, found=found)
    return found


def sweep() -> Detection:
    """Compare everybody with everybody, and close the pairs of people who are gone."""
    ends = Individual.objects.aggregate(first=Min("pk"), last=Max("pk"))
    gone = DuplicatePair.objects.open().exclude(_both_exist())
    with transaction.atomic(), bulk.without_changes():
        closed, _by_table = gone.delete()
    if ends["first"] is None:
        return Detection(closed=closed)
    found = detect(id_range=(ends["first"], ends["last"]), door=DuplicatePair.Door.SWEEP)
    found.closed += closed
    return found


def _both_exist() -> Q:
    people = Individual.objects.all()
    return Q(
        Exists(people.filter(pk=OuterRef("first_id"))),
        Exists(people.filter(pk=OuterRef("second_id"))),
    )


def _door() -> DuplicatePair.Door:
    batch = history.current()
    known = batch is not None and batch.channel in DuplicatePair.Door.values
    return DuplicatePair.Door(batch.channel) if batch and known else DuplicatePair.Door.SWEEP


def _pairs(ids: Sequence[int], some: blocking.Some) -> Iterable[Pair]:
    """Every two of a block, at least one of whom is in question."""
    people = sorted(set(ids))
    inside = [some.has(pk) for pk in people]
    for place, one in enumerate(people):
        for other_place in range(place + 1, len(people)):
            if inside[place] or inside[other_place]:
                yield one, people[other_place]


def _settle(page: set[Pair], *, door: DuplicatePair.Door, found: Detection) -> None:
    """Compare a page of pairs and write what came of it."""
    if not page:
        return
    pairs = sorted(page)
    facts = blocking.facts_of(sorted({pk for pair in pairs for pk in pair}))
    alike: list[tuple[Pair, Likeness]] = []
    unlike: list[Pair] = []
    for pair in pairs:
        one, other = facts.get(pair[0]), facts.get(pair[1])
        likeness = score(one, other) if one and other else None
        if likeness is not None and likeness.is_worth_a_look:
            alike.append((pair, likeness))
        else:
            unlike.append(pair)
    found.compared += len(pairs)
    with bulk.without_changes():
        found.opened += _open(alike, door=door)
        found.closed += _close(unlike)


def _open(alike: Sequence[tuple[Pair, Likeness]], *, door: DuplicatePair.Door) -> int:
    if not alike:
        return 0
    columns: dict[str, Any] = {
        "first": [first for (first, _), _ in alike],
        "second": [second for (_, second), _ in alike],
        "score": [likeness.score for _, likeness in alike],
        "reasons": [Jsonb(list(likeness.reasons)) for _, likeness in alike],
        "door": door.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, columns)
        return sum(1 for (is_new,) in cursor.fetchall() if is_new)


def _close(unlike: Sequence[Pair]) -> int:
    if not unlike:
        return 0
    columns = {"first": [first for first, _ in unlike], "second": [other for _, other in unlike]}
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, columns)
        return int(cursor.rowcount)


def decide_not_duplicate(*, pair_id: int, user: User, at: datetime) -> DuplicatePair:
    """Remember for good that two individuals are two people; both timelines say so.

    Raises:
        PairDecidedError: somebody decided about them before, or merged them.
    """
    words = gettext_noop("Decided that two Individuals are not duplicates")
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=words) as batch:
        pair = DuplicatePair.objects.select_for_update(of=("self",)).get(pk=pair_id)
        if pair.state != State.OPEN:
            msg = gettext("This pair is decided already: %(lower)s.") % {
                "lower": pair.get_state_display().lower()
            }
            raise PairDecidedError(msg)
        _write(pair, State.NOT_DUPLICATE, user=user, at=at)
        _tell(batch, pair, gettext_noop("Not the same person as Individual {}"))
    return pair


def decide_others(
    *, individual_id: int, other_ids: Collection[int], user: User, at: datetime
) -> None:
    """Remember that a new individual is none of those whom the user was shown beforehand.

    Runs inside ``history.batch``.
    """
    pairs = DuplicatePair.objects.open().of(individual_id)
    for pair in pairs.select_for_update(of=("self",)).order_by("pk"):
        if {pair.first_id, pair.second_id} & set(other_ids):
            _write(pair, State.NOT_DUPLICATE, user=user, at=at)


def reopen(*, pair_id: int, user: User) -> DuplicatePair:
    """Take "not a duplicate" back; an open pair stays as it is.

    Raises:
        PairDecidedError: the two were merged: unmerge them instead.
    """
    words = gettext_noop("Took back that two Individuals are not duplicates")
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=words) as batch:
        pair = DuplicatePair.objects.select_for_update(of=("self",)).get(pk=pair_id)
        if pair.state == State.MERGED:
            msg = gettext(
                "These two were merged. Unmerge them on the page of the one that remains."
            )
            raise PairDecidedError(msg)
        if pair.state == State.NOT_DUPLICATE:
            _write(pair, State.OPEN, user=None, at=None)
            _tell(batch, pair, gettext_noop("Perhaps the same person as Individual {} after all"))
    return pair


def _write(
    pair: DuplicatePair, state: DuplicatePair.State, *, user: User | None, at: datetime | None
) -> None:
    pair.state, pair.decided_by, pair.decided_at = state, user, at
    pair.save(update_fields=["state", "decided_by", "decided_at"])


def _tell(batch: Batch, pair: DuplicatePair, words: str) -> None:
    history.write(
        *(
            history.entry(
                batch=batch,
                record=Individual(pk=one),
                individual_id=one,
                text=words.format(other),
                reasons=pair.reasons,
            )
            for one, other in (
                (pair.first_id, pair.second_id),
                (pair.second_id, pair.first_id),
            )
        )
    )
