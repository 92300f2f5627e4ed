"""The rows of an import: what they would do, what is wrong with them, what they add up to."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import Any

import polars as pl
from django.utils.translation import gettext

from agencyhub.imports import kinds
from agencyhub.imports.engine import reasons, rejected
from agencyhub.imports.engine import repaired as repairs_engine
from agencyhub.imports.engine.columns import CUSTOM, TAIL
from agencyhub.imports.engine.comparing import AFTER, BEFORE, OUTCOME, UPDATE, WRITE, plan_column
from agencyhub.imports.engine.parts import Parts
from agencyhub.imports.engine.planning import ROW, record_of
from agencyhub.imports.engine.reading import LINE as LINE_COLUMN
from agencyhub.imports.engine.reasons import Reason, Tally
from agencyhub.imports.engine.totals import ROWS
from agencyhub.imports.engine.words import Words
from agencyhub.imports.kinds import Kind, Target
from agencyhub.imports.models import Import, Repair
from agencyhub.imports.selectors import layouts
from agencyhub.imports.selectors.layouts import LINE, REASON
from agencyhub.imports.types.contacts import MASKED
from agencyhub.imports.types.known import Known
from agencyhub.lib.formulas import defuse
from agencyhub.lib.text import tidy

FIXED, LEFT_OUT = "fixed", "left_out"
PIECE = 1_000


@dataclass(frozen=True)
class Total:
    """One control total: ours and, where the file tells it, the file's own."""

    label: str
    ours: str
    files: str | None
    is_equal: bool | None


@dataclass(frozen=True)
class Change:
    """A value of a record that a row would change."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class PreviewRow:
    """One row and what becomes of it; ``cells`` by field, sealed ones masked."""

    line: int
    label: str
    record_id: int | None
    changes: list[Change]
    cells: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class ProblemRow:
    """One rejected row: cells by field, what is wrong by field, and what a person made of it."""

    line: int
    cells: dict[str, str] = field(repr=False)
    errors: list[tuple[str, str]]
    repair: str
    is_changed: bool = False


@dataclass(frozen=True)
class Repaired:
    """How many rejected rows can be imported by now, were left out, and wait."""

    valid: int
    left_out: int
    open: int


def totals(run: Import) -> list[Total]:
    """Rows and amounts, beside what the file says under its table."""
    fields = kinds.of(run.kind).fields_for(run.user)
    found = []
    for key, sums in run.totals.items():
        if key == ROWS:
            same = sums["ours"] == sums["files"]
            found.append(
                Total(gettext("Rows"), f"{int(sums['ours']):,}", f"{int(sums['files']):,}", same)
            )
            continue
        ours, files = Decimal(sums["ours"]), sums["files"]
        is_equal = None if files is None else Decimal(files) == ours
        words = None if files is None else f"${Decimal(files):,.2f}"
        label = fields[key].label if key in fields else key
        found.append(Total(label, f"${ours:,.2f}", words, is_equal))
    return found


def error_groups(run: Import) -> list[Reason]:
    """Why rows were rejected, the commonest reason first; while checking, of the first page."""
    if run.reasons is not None:
        return reasons.opened(bytes(run.reasons))
    page = run.rejections.order_by("first_line").first()
    if page is None:
        return []
    tally = Tally(kinds.of(run.kind).fields_for(run.user))
    tally.add(rejected.frame_of(page))
    return reasons.opened(tally.sealed())


def problem_rows(run: Import, *, after_line: int = 0, limit: int = 50) -> list[ProblemRow]:
    """Rejected rows behind a line that were not imported since, with what was made of them."""
    keys = _keys(run)
    found: list[ProblemRow] = []
    waiting = rejected.read(run, after_line=after_line)
    while len(found) < limit and (piece := list(islice(waiting, limit))):
        repairs = {one.line: one for one in run.repairs.filter(line__in=[r.line for r in piece])}
        for row in piece:
            repair = repairs.get(row.line)
            if repair is None or repair.committed_at is None:
                found.append(_problem(row, keys, repair))
    return _as_they_are_now(run, found[:limit])


def _as_they_are_now(run: Import, found: list[ProblemRow]) -> list[ProblemRow]:
    """Rows that somebody repaired, but not for good, with what is wrong with them by now."""
    changed = {row.line: row.cells for row in found if row.is_changed and not row.repair}
    kind = kinds.of(run.kind).for_user(run.user)
    errors = repairs_engine.errors_of(run, kind, changed)
    return [replace(row, errors=errors[row.line]) if row.line in errors else row for row in found]


def waiting_for(
    run: Import, kind: Kind, *, list_key: str, texts: Collection[str], most: int
) -> dict[int, dict[str, str]]:
    """Cells by line of rejected rows that a list rejected for one of ``texts``: ``most`` of them.

    Rows that somebody repaired or left out are not among them.
    """
    keys = _keys(run)
    of_list = {
        one.key for one in kind.fields if isinstance(one.type, Known) and one.type.of == list_key
    }
    wanted = {text.casefold() for text in texts}
    decided = set(run.repairs.values_list("line", flat=True))
    found: dict[int, dict[str, str]] = {}
    for row in rejected.read(run):
        cells = {key: row.cells[at] for at, key in enumerate(keys) if key and at < len(row.cells)}
        said = {tidy(cells.get(key, "")).casefold() for key, _ in row.errors if key in of_list}
        if said & wanted and row.line not in decided:
            found[row.line] = cells
        if len(found) == most:
            break
    return found


def repaired(run: Import) -> Repaired:
    """How far the repair of rejected rows is."""
    repairs = run.repairs.filter(committed_at__isnull=True)
    valid = repairs.filter(is_valid=True).count()
    left_out = repairs.filter(cells__isnull=True).count()
    return Repaired(valid, left_out, max(run.rejected - valid - left_out, 0))


def rejected_csv(run: Import) -> Iterator[bytes]:
    """The rejected rows as a file to correct: their own columns, the line, and what is wrong."""
    done = set(run.repairs.exclude(committed_at=None).values_list("line", flat=True))
    labels = {key: one.label for key, one in kinds.of(run.kind).fields_for(run.user).items()}
    yield "\ufeff".encode() + _csv([[*run.headers, LINE, REASON]])
    rows = (row for row in rejected.read(run) if row.line not in done)
    while piece := list(islice(rows, PIECE)):
        yield _csv(
            [
                *(defuse(cell) for cell in row.cells[: len(run.headers)]),
                str(row.line),
                defuse(" ".join(_said(labels.get(key, ""), words) for key, words in row.errors)),
            ]
            for row in piece
        )


def preview_rows(run: Import, *, outcome: str, after: int = 0, limit: int = 50) -> list[PreviewRow]:
    """Rows of one outcome (new, changed, same) behind a line, in the order of the file."""
    if not run.staged_as:
        return []
    parts = Parts(run.staged_as, run.parts)
    outline = parts.read_outline()
    wanted = outline.filter(
        (pl.col(OUTCOME) == outcome) & (pl.col(LINE_COLUMN) > after) & (pl.col("part") >= 0)
    ).head(limit)
    found: list[PreviewRow] = []
    for (number,), rows in wanted.group_by("part"):
        found += _preview(run, parts, int(number), rows[LINE_COLUMN])
    return sorted(found, key=lambda row: row.line)


def _preview(run: Import, parts: Parts, number: int, lines: pl.Series) -> list[PreviewRow]:
    kind = kinds.of(run.kind).for_user(run.user)
    fields = {one.key: one for one in kind.fields}
    plan = parts.read_plan(number).filter(pl.col(LINE_COLUMN).is_in(lines.implode()))
    typed = parts.read(number).join(plan.select(ROW), on=ROW, how="semi")
    words = Words(fields)
    keys = [key for key in fields if key in typed.columns]
    for key in keys:
        words.prepare(key, typed[key])
    cells = {row[LINE_COLUMN]: row for row in typed.iter_rows(named=True)}
    first = kind.targets[0]
    exact = _exact_changes(kind, typed, plan)
    found = []
    for row in plan.iter_rows(named=True):
        own = cells[row[LINE_COLUMN]]
        said = {key: words.say(key, own[key]) for key in keys if own[key] is not None}
        record = row[record_of(first)]
        found.append(
            PreviewRow(
                line=row[LINE_COLUMN],
                label=" ".join(said[key] for key in first.required if key in said),
                record_id=record if record and record > 0 else None,
                changes=[
                    *(one for target in kind.targets for one in _changes(row, target, words)),
                    *exact.get(row[ROW], []),
                ],
                cells=said,
            )
        )
    return found


def _exact_changes(kind: Kind, typed: pl.DataFrame, plan: pl.DataFrame) -> dict[int, list[Change]]:
    """What the rows of a file that is taken whole change, by row."""
    if kind.exact is None:
        return {}
    labels = {one.key: one.label for one in kind.fields}
    record = plan.select(ROW, record=record_of(kind.targets[0]))
    found: dict[int, list[Change]] = {}
    rows = kind.exact.changes(typed.join(record, on=ROW, maintain_order="left"))
    for row, key, before, after in rows.iter_rows():
        found.setdefault(row, []).append(Change(labels[key], before, after))
    return found


def _changes(row: Mapping[str, Any], target: Target, words: Words) -> list[Change]:
    """What a row would change of its record in one table."""
    if row.get(plan_column(WRITE, target)) != UPDATE:
        return []
    names = dict(target.columns)
    names |= {CUSTOM + key.removeprefix("custom_"): key for key in target.custom}
    names |= {column + TAIL: key for column, key in target.sealed.items()}
    found = []
    for column, key in names.items():
        before = row.get(plan_column(BEFORE, target, column))
        after = row.get(plan_column(AFTER, target, column))
        if before == after or key not in words.fields:
            continue
        if column.endswith(TAIL) and key in target.sealed.values():
            before, after = (value and MASKED + value for value in (before, after))
        words.prepare(key, (before, after))
        label = words.fields[key].label
        found.append(Change(label, words.say(key, before), words.say(key, after)))
    return found


def _problem(row: rejected.Rejected, keys: list[str], repair: Repair | None) -> ProblemRow:
    cells = {key: row.cells[at] for at, key in enumerate(keys) if key and at < len(row.cells)}
    state = ""
    if repair is not None:
        state = FIXED if repair.is_valid else "" if repair.cells is not None else LEFT_OUT
        cells |= repairs_engine.cells_of(repair)
    is_changed = repair is not None and repair.cells is not None
    return ProblemRow(row.line, cells, row.errors, state, is_changed)


def _keys(run: Import) -> list[str]:
    """The field of each column, once; blank where a column is not imported."""
    if run.version is None:
        return []
    seen: set[str] = set()
    found = []
    for key in layouts.keys_of(run.version, run.headers):
        found.append("" if key in seen else key)
        seen.add(key)
    return found


def _said(label: str, words: str) -> str:
    return f"{label}: {words}" if label else words


def _csv(rows: Any) -> bytes:
    received = io.StringIO()
    csv.writer(received).writerows(rows)
    return received.getvalue().encode()
