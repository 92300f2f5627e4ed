"""How imports are shown: tones, steps and sentences."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy, ngettext

from agencyhub.accounts.models import User
from agencyhub.imports import kinds
from agencyhub.imports.models import Import, Template
from agencyhub.imports.selectors import layouts, rows
from agencyhub.imports.selectors.ledger import WORKING

State = Import.State
TONES: dict[str, tuple[str, str]] = {
    State.RECEIVED: ("info", "clock"),
    State.MAPPING: ("warning", "help"),
    State.CHECKING: ("info", "progress-check"),
    State.CHECKED: ("warning", "eye"),
    State.COMMITTING: ("info", "progress-check"),
    State.IMPORTED: ("success", "circle-check"),
    State.UNDOING: ("info", "progress-check"),
    State.UNDONE: ("neutral", "arrow-back-up"),
    State.DUPLICATE: ("neutral", "copy"),
    State.ATTENTION: ("danger", "alert-circle"),
    State.DISCARDED: ("neutral", "trash"),
}
STEPS = (
    gettext_lazy("Upload"),
    gettext_lazy("Match columns"),
    gettext_lazy("Look at the dry run"),
    gettext_lazy("Result"),
)
STEP_OF: dict[str, int] = {
    State.RECEIVED: 0,
    State.DUPLICATE: 0,
    State.ATTENTION: 0,
    State.MAPPING: 1,
    State.CHECKING: 2,
    State.CHECKED: 2,
    State.DISCARDED: 2,
    State.COMMITTING: 3,
    State.IMPORTED: 3,
    State.UNDOING: 3,
    State.UNDONE: 3,
}


@dataclass(frozen=True)
class Step:
    """One of the four steps; those before the current one are done."""

    number: int
    label: str
    is_current: bool
    is_done: bool


@dataclass(frozen=True)
class Row:
    """One import as the ledger shows it."""

    run: Import
    kind: str
    state: str
    tone: str
    icon: str

    @property
    def is_working(self) -> bool:
        """Whether a worker is busy with it."""
        return self.run.state in WORKING


def row(run: Import) -> Row:
    """An import with the words and colours of its state."""
    state = State(State.UNDONE if is_undone(run) else run.state)
    tone, icon = TONES[state]
    return Row(run=run, kind=kind_label(run.kind), state=str(state.label), tone=tone, icon=icon)


def is_undone(run: Import) -> bool:
    """Whether it was taken back: here, or on the page of its batch."""
    return run.state == State.UNDONE or bool(run.batch and run.batch.undone_at)


def kind_label(key: str) -> str:
    """The label of a kind; imports outlive kinds, so an unknown one is its key."""
    known = (*kinds.every(), kinds.UNDECIDED)
    return {kind.key: gettext(kind.label) for kind in known}.get(key, key)


def made_by(template: Template) -> str:
    """Who made a template; blank when nobody did by hand."""
    if template.origin:
        return "AgencyHub"
    maker = layouts.maker_of(template)
    return maker.display_name if maker else ""


def whose(template: Template, *, user: User) -> str:
    """Whose template it is, and what a new version of it does."""
    maker = layouts.maker_of(template)
    if maker == user:
        return gettext("“%(name)s” is your own template.") % {"name": template.name}
    if template.origin:
        said = gettext("“%(name)s” comes with AgencyHub.")
    elif maker:
        said = gettext("“%(name)s” was made by %(who)s.")
    else:
        said = gettext("“%(name)s” was made outside these pages.")
    said %= {"name": template.name, "who": maker.display_name if maker else ""}
    return " ".join((said, gettext("A new version reads the files of everybody who uses it.")))


def is_exact(run: Import) -> bool:
    """Whether everything of its file is imported, or nothing."""
    return any(kind.key == run.kind and kind.exact is not None for kind in kinds.every())


def steps(run: Import) -> list[Step]:
    """The four steps of the wizard, with the one that the import is at."""
    at = STEP_OF[run.state]
    return [
        Step(number + 1, str(label), is_current=number == at, is_done=number < at)
        for number, label in enumerate(STEPS)
    ]


def percent(run: Import) -> int | None:
    """How far the worker is; None when that is not known."""
    if run.state == State.UNDOING:
        return None
    whole = run.new + run.changed if _is_writing(run) else run.rows
    return min(100, run.progress * 100 // whole) if whole and run.progress else None


def _is_writing(run: Import) -> bool:
    """Whether progress counts rows written; before its batch, a commit may check them again."""
    return run.state == State.COMMITTING and run.batch_id is not None


def doing(run: Import) -> str:
    """What a worker does with it, in a sentence."""
    if run.state == State.UNDOING:
        return gettext("Rows go back to what they were.")
    if run.state == State.COMMITTING and run.progress and not _is_writing(run):
        return gettext("Records changed since the dry run: the rows are compared once more.")
    if run.state == State.COMMITTING:
        words = gettext("%(done)s of %(rows)s rows are in the records.")
        return words % {"done": f"{run.progress:,}", "rows": f"{run.new + run.changed:,}"}
    if run.state == State.CHECKING and run.progress:
        words = gettext("%(done)s rows were read.")
        return words % {"done": f"{run.progress:,}"}
    return gettext("A worker opens the file.")


def scope(run: Import, *, repaired: int) -> str:
    """What pressing the button does: "Import 12,300 new and 210 changed records"; or nothing."""
    if run.rejected and is_exact(run):
        return ""
    parts = []
    if run.new:
        parts.append(gettext("%s new") % f"{run.new:,}")
    if run.changed:
        parts.append(gettext("%s changed") % f"{run.changed:,}")
    if repaired:
        parts.append(gettext("%s repaired") % f"{repaired:,}")
    if not parts:
        return ""
    number = run.new + run.changed + repaired
    words = ngettext("Import %s record", "Import %s records", number)
    return words % gettext(" and ").join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def result(run: Import) -> str:
    """What became of the file, in a sentence."""
    parts = []
    if run.new or not run.changed:
        words = ngettext("%s record was added", "%s records were added", run.new)
        parts.append(words % f"{run.new:,}")
    if run.changed and not run.new:
        words = ngettext("%s record was changed", "%s records were changed", run.changed)
        return words % f"{run.changed:,}"
    if run.changed:
        words = ngettext("%s was changed", "%s were changed", run.changed)
        parts.append(words % f"{run.changed:,}")
    return gettext(", ").join(parts)


def staying_out(run: Import, *, repaired: int) -> str:
    """What the button leaves alone."""
    parts = []
    out = 0 if is_exact(run) else run.rejected - repaired
    if out:
        words = ngettext("%s row stays out", "%s rows stay out", out)
        parts.append(words % f"{out:,}")
    if run.same:
        words = ngettext("%s row says nothing new", "%s rows say nothing new", run.same)
        parts.append(words % f"{run.same:,}")
    return "; ".join(parts)


@dataclass(frozen=True)
class Besides:
    """What importing does besides the rows of the file; ``import_id`` is the earlier file's."""

    words: str
    import_id: int | None


def besides(run: Import) -> list[Besides]:
    """What the check foresaw, in sentences."""
    words = kinds.of(run.kind).foreseen
    told = run.mark.get("foreseen", [])
    return [
        Besides(
            str(words[one["label"]]) % {"count": f"{one['count']:,}", "file": one["file_name"]},
            one["import_id"],
        )
        for one in told
        if one["label"] in words
    ]


@dataclass(frozen=True)
class Reason:
    """Why rows were rejected, and where the first of them is."""

    count: int
    label: str
    message: str
    first_line: int
    list_key: str
    """Where to say once what a text means (``records.kinds``); blank where nothing is to map."""

    @property
    def before(self) -> int:
        """The line to page on from, so that the first such row comes first."""
        return self.first_line - 1


def reasons(run: Import, *, limit: int | None = None) -> list[Reason]:
    """Why rows were rejected, the most frequent reason first."""
    return [
        Reason(one.count, one.label, one.message, one.first_line, one.list_key)
        for one in rows.error_groups(run)[:limit]
    ]


@dataclass(frozen=True)
class Line:
    """A row of the dry run: what changes, or what it says."""

    line: int
    label: str
    changes: list[rows.Change]
    says: list[tuple[str, str]]


def lines(run: Import, *, outcome: str, user: User, after: int = 0, limit: int) -> list[Line]:
    """Rows of the dry run with one outcome, in the order of the file."""
    fields = kinds.of(run.kind).fields_for(user)
    return [
        Line(
            one.line,
            one.label,
            one.changes,
            [
                (fields[key].label, text)
                for key, text in one.cells.items()
                if key in fields and text
            ],
        )
        for one in rows.preview_rows(run, outcome=outcome, after=after, limit=limit)
    ]
