"""Reads of the history: a record's timeline, and what one batch did."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.records import bulk, redoing, tables, wording
from agencyhub.records.acts import Act, acts_of
from agencyhub.records.custom import may_see_health
from agencyhub.records.models import UNDO_WINDOW, Batch, Change, Entry, InsertedRange
from agencyhub.records.subjects import Subject, subjects_of
from agencyhub.records.wording import Line

UNDO = "records.undo_batch"
SHOWN = 4
ROWS_SHOWN = 200
ICONS = {
    Batch.Channel.SCREEN: "pencil",
    Batch.Channel.ADMIN: "settings",
    Batch.Channel.IMPORT: "upload",
    Batch.Channel.API: "webhook",
    Batch.Channel.SYNC: "refresh",
    Batch.Channel.SYSTEM: "robot",
}
NOBODY = "AgencyHub"
UNDO_LABEL = _("Undo")


@dataclass
class Item:
    """One act on a timeline, as ``components/timeline.html`` shows it."""

    when: datetime
    who: str
    channel: str
    text: str
    icon: str = "history"
    reasons: list[str] = field(default_factory=list)
    changes: list[Line] = field(default_factory=list)
    more_changes: list[Line] = field(default_factory=list)
    subject: Subject | None = None
    undo_url: str = ""
    undo_label: StrOrPromise = UNDO_LABEL
    detail_url: str = ""
    is_undone: bool = False


@dataclass(frozen=True)
class BatchRow:
    """One row that a batch touched; ``url`` leads to the record, where it has a page."""

    headline: str
    lines: list[Line]
    url: str


@dataclass(frozen=True)
class BatchPage:
    """One batch as its page shows it; of an undo, ``reasons`` are what it left as it was."""

    batch: Batch
    who: str
    rows: list[BatchRow]
    is_cut: bool
    reasons: list[str]
    is_undo: bool
    may_undo: bool
    refusal: str


def timeline(
    *,
    table: str,
    record_id: int,
    viewer: User,
    individual_id: int | None = None,
    former_ids: Sequence[int] = (),
    limit: int = 50,
) -> list[Item]:
    """What happened to a record, newest first, for ``components/timeline.html``.

    With ``individual_id`` also what happened to everything that belongs to that individual, as far
    as ``viewer`` may see it; ``former_ids`` are records that became part of this one.
    The number of queries does not depend on the number of items.
    """
    own = (table, record_id, individual_id)
    acts = acts_of(own, former_ids, viewer=viewer, limit=limit)[:limit]
    changes = [change for act in acts for change in act.changes]
    words = wording.prepare(changes, show_health=may_see_health(viewer), own=own)
    undoable = _undoable(acts, viewer=viewer)
    return [
        _item(act, words, may_undo=act.batch is not None and act.batch.pk in undoable)
        for act in acts
    ]


def _undoable(acts: Sequence[Act], *, viewer: User) -> set[int]:
    """The batches among the acts that ``viewer`` may undo or redo, by key."""
    batches = [act.batch for act in acts if act.batch and _is_undoable(act.batch)]
    if not batches or not viewer.has_perm(UNDO):
        return set()
    # A line may tell of an act that changed other records only: a merge, another name.
    told = [act.batch.pk for act in acts if act.batch and not act.changes]
    asked = {batch.pk for batch in batches}.intersection(told)
    changed = Batch.objects.filter(_changed_something("pk"), pk__in=asked)
    empty = asked.difference(changed.values_list("pk", flat=True)) if asked else set()
    return {one.pk for one in batches} - empty - redoing.refusals(batches).keys()


def batch_page(batch: Batch, *, viewer: User, limit: int = ROWS_SHOWN) -> BatchPage:
    """What one batch did, row by row, as its page shows it."""
    shown = batch.changes.exclude(table_name__in=tables.bookkeeping())
    changes = list(shown.order_by("pk")[: limit + 1])
    changes += bulk.additions_of(batch, limit=limit + 1 - len(changes))
    words = wording.prepare(changes[:limit], show_health=may_see_health(viewer), own=None)
    entries = Entry.objects.filter(batch=batch).order_by("pk")
    is_undo = batch.undo_of_id is not None
    refusal = redoing.refusals([batch]).get(batch.pk, "")
    may_undo = bool(changes) and viewer.has_perm(UNDO) and not refusal
    return BatchPage(
        batch=batch,
        who=batch.user.display_name if batch.user else NOBODY,
        rows=[_row(change, words(change)) for change in changes[:limit]],
        is_cut=len(changes) > limit,
        reasons=list(dict.fromkeys(reason for entry in entries for reason in entry.reasons)),
        is_undo=is_undo,
        may_undo=may_undo and _is_undoable(batch),
        refusal=refusal,
    )


def _row(change: Change, lines: list[Line]) -> BatchRow:
    return BatchRow(wording.headline(change), lines, _url_of(change))


def _url_of(change: Change) -> str:
    """The page of the record, else of the individual it belongs to."""
    table = tables.table_of(change.table_name)
    candidates = [(change.record_id, table)]
    if change.individual_id:
        candidates.append((change.individual_id, tables.table_of(wording.INDIVIDUAL_TABLE)))
    for pk, known in candidates:
        if known is None or (known is table and change.action == Change.Action.DELETE):
            continue
        meta = known.model._meta
        try:
            return reverse(f"{meta.app_label}:{meta.model_name}_detail", args=[pk])
        except NoReverseMatch:
            continue
    return ""


def recent_acts(user: User, *, limit: int = 8) -> list[Item]:
    """What the user did last and to which record, with Undo; without the changes themselves."""
    batches = Batch.objects.filter(user=user).annotate(has_changes=_changed_something("pk"))
    batches = batches.order_by("-pk")[:limit]
    may_undo = user.has_perm(UNDO)
    final = redoing.refusals(batches)
    subjects = subjects_of(batches, user=user)
    items = []
    for batch in batches:
        act = Act(batch, batch.created_at, user)
        item = _item(act, may_undo=may_undo and batch.has_changes and batch.pk not in final)
        item.subject = subjects.get(batch.pk)
        items.append(item)
    return items


def _changed_something(batch: str) -> Q:
    """Whether the batch that the column names changed or added any row."""
    about = {"batch": OuterRef(batch)}
    return Q(Exists(Change.objects.filter(**about))) | Q(
        Exists(InsertedRange.objects.filter(**about))
    )


def _is_undoable(batch: Batch) -> bool:
    is_open = batch.undone_at is None and timezone.now() - batch.created_at <= UNDO_WINDOW
    return is_open and batch.channel != Batch.Channel.SYSTEM


def _item(act: Act, words: Callable[[Change], list[Line]] | None = None, *, may_undo: bool) -> Item:
    batch = act.batch
    entries = list(reversed(act.entries))
    edited, filled = _lines(act, words) if words else ([], [])
    item = Item(
        when=act.when,
        who=act.user.display_name if act.user else NOBODY,
        channel=batch.get_channel_display() if batch else "",
        text=_text(act, entries),
        icon=_icon(act),
        reasons=_reasons(entries) or _rows_in_words(act),
        changes=edited[:SHOWN],
        more_changes=edited[SHOWN:] + filled,
    )
    if batch:
        item.is_undone = batch.undone_at is not None
        item.detail_url = reverse("records:batch_detail", args=[batch.pk])
        item.undo_label = (
            gettext("Redo") if batch.summary.startswith(wording.UNDID) else gettext("Undo")
        )
        if may_undo and _is_undoable(batch):
            item.undo_url = reverse("records:batch_undo", args=[batch.pk])
    return item


def _lines(act: Act, words: Callable[[Change], list[Line]]) -> tuple[list[Line], list[Line]]:
    """Edited fields, and the fields of whole rows that came or went: those are folded away."""
    edited: list[Line] = []
    filled: list[Line] = []
    for change in reversed(act.changes):
        is_edit = change.action == Change.Action.UPDATE
        (edited if is_edit else filled).extend(words(change))
    return edited, filled


def _rows_in_words(act: Act) -> list[str]:
    """Name the rows that came or went, where nobody wrote down more."""
    rows = [change for change in reversed(act.changes) if change.action != Change.Action.UPDATE]
    named = [wording.headline(change) for change in rows[:SHOWN]]
    more = len(rows) - len(named)
    words = ngettext("%(more)s more row", "%(more)s more rows", more)
    return [*named, words % {"more": more}] if more else named


def _text(act: Act, entries: Sequence[Entry]) -> str:
    if entries:
        return entries[0].text
    if act.batch:
        return act.batch.summary
    return wording.headline(act.changes[0])


def _reasons(entries: Iterable[Entry]) -> list[str]:
    reasons: list[str] = []
    for position, entry in enumerate(entries):
        if position:
            reasons.append(entry.text)
        reasons += entry.reasons
    return list(dict.fromkeys(reasons))


def _icon(act: Act) -> str:
    if act.batch is None:
        return "note" if act.entries else "history"
    if act.batch.undo_of_id:
        return "arrow-back-up"
    return ICONS[Batch.Channel(act.batch.channel)]
