"""Which column fills which field: what is proposed, and what a person decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.imports import kinds, proposing, queue
from agencyhub.imports.heads import head_of
from agencyhub.imports.models import Import, Template, TemplateVersion
from agencyhub.imports.selectors import contents, layouts
from agencyhub.imports.services import runs
from agencyhub.lib.errors import DomainError
from agencyhub.lib.reading.headers import Drift, drift

State = Import.State
OPEN = (State.MAPPING, State.CHECKED, State.ATTENTION)


class MappingIncompleteError(DomainError):
    """A required field has no column, or a field has two."""

    code = "mapping_incomplete"


class TemplateNameTakenError(DomainError):
    """Another template of this kind has the name."""

    code = "template_name_taken"


@dataclass(frozen=True)
class SheetInfo:
    """A sheet of a file and about how many rows it has."""

    name: str
    rows: int


@dataclass(frozen=True)
class Layout:
    """Where the list is, and the first lines of its sheet as they are."""

    sheets: list[SheetInfo]
    sheet: str
    header_line: int
    lines: list[tuple[int, list[str]]]


@dataclass(frozen=True)
class ProposedColumn:
    """A column, cells of it, and the field that it probably fills."""

    index: int
    header: str
    samples: list[str]
    field_key: str
    why: str
    is_renamed: bool


@dataclass(frozen=True)
class Proposal:
    """How a file would be read; ``template`` is the one it nearly is, ``drift`` how it differs."""

    columns: list[ProposedColumn]
    template: Template | None = None
    drift: Drift | None = None


def layout(run: Import) -> Layout:
    """Where the list of a file is.

    Raises:
        UnreadableFileError: see ``heads.opened``.
    """
    head = head_of(run)
    sheets = [SheetInfo(name, rows) for name, rows in head.sheets]
    return Layout(sheets, head.sheet, head.header_line, head.lines)


def propose(run: Import) -> Proposal:
    """Propose a field for each column: as the template says, else by names and synonyms.

    Raises:
        UnreadableFileError: see ``heads.opened``.
    """
    head = head_of(run)
    version = run.version or layouts.recognise(run.kind, head.labels)
    version = version or layouts.nearest(run.kind, head.labels)
    fields = kinds.of(run.kind).fields_for(run.user)
    names = [proposing.Names(one.key, one.label, one.aliases) for one in fields.values()]
    if version is None:
        guesses = proposing.guess(head.labels, names)
        guesses = contents.corrected(guesses, head, fields, user=run.user)
        return Proposal(_columns(head.labels, head.samples, guesses))
    known = {one["header"]: one["field"] for one in version.columns}
    words = gettext_noop("“%(name)s”, version %(number)s") % {
        "name": version.template.name,
        "number": version.number,
    }
    guesses = proposing.follow(head.labels, known, names, template=words)
    differs = drift(list(known), layouts.own_labels(head.labels))
    columns = _columns(head.labels, head.samples, guesses)
    return Proposal(columns, version.template, differs or None)


def _columns(
    labels: Sequence[str], samples: Sequence[list[str]], guesses: Sequence[proposing.Guess]
) -> list[ProposedColumn]:
    own = set(layouts.own_labels(labels))
    return [
        ProposedColumn(index, label, cells, one.key, one.why, one.is_renamed)
        for index, (label, cells, one) in enumerate(zip(labels, samples, guesses, strict=True))
        if label in own
    ]


@transaction.atomic
def save(
    *,
    import_id: int,
    columns: Sequence[dict[str, str]],
    template_id: int | None,
    name: str,
    user: User | None,
    options: Mapping[str, str] | None = None,
    like_id: int | None = None,
    is_queued: bool = True,
) -> TemplateVersion:
    """Keep a mapping, as a new version of a template or as a new one, and queue the check.

    ``options`` answer the questions of the kind; blank ones say nothing. A new template that
    is ``like_id`` but for its columns knows the same of its files; with the same columns it would
    say nothing new, and there is none.

    Raises:
        ImportNotAllowedError, ImportNotReadyError: see ``runs.again``.
        MappingIncompleteError: names the fields.
        TemplateNameTakenError: another one is called so.
    """
    run = runs.locked(import_id, user=user, states=OPEN)
    columns = [{"header": one["header"], "field": one["field"]} for one in columns]
    _check(columns, kinds.of(run.kind).fields_for(user))
    told = {key: value for key, value in (options or {}).items() if value}
    like = Template.objects.filter(kind=run.kind, pk=like_id).first() if like_id else None
    known: dict[str, Any] = {}
    if template_id is None and like is not None:
        asked, known = _known(like)
        if asked != told:
            known = {}  # of another carrier
        elif _is_newest(like, columns):
            template_id = like.pk
    template = _template(run.kind, template_id, name)
    if known or told:
        template.options = {**template.options, **known, **told}
        template.save(update_fields=["options"])
    last = template.versions.order_by("-number").first()
    if last is not None and last.columns == columns:
        version = last
    else:
        version = TemplateVersion.objects.create(
            template=template,
            number=last.number + 1 if last else 1,
            fingerprint=layouts.fingerprint([one["header"] for one in columns]),
            columns=columns,
            user=user,
        )
    run.version, run.state, run.problem = version, State.RECEIVED, ""
    run.progress, run.alive_at = 0, None
    run.options.pop(runs.UNATTENDED, None)
    run.save(update_fields=["version", "state", "problem", "progress", "alive_at", "options"])
    if is_queued:
        transaction.on_commit(partial(queue.stage, run.pk))
    return version


def _known(template: Template) -> tuple[dict[str, str], dict[str, Any]]:
    """What a template knows of its files: what a person is asked, and what is never asked.

    An answer that is not on offer, such as a carrier by a name it has elsewhere, is not asked.
    """
    offered = {one.key: dict(one.choices()) for one in kinds.of(template.kind).questions}
    asked = {
        key: str(value)
        for key, value in template.options.items()
        if str(value) in offered.get(key, {})
    }
    return asked, {key: value for key, value in template.options.items() if key not in asked}


def _is_newest(template: Template, columns: Sequence[dict[str, str]]) -> bool:
    last = template.versions.order_by("-number").first()
    return last is not None and last.columns == columns


def _check(columns: Sequence[dict[str, str]], fields: dict[str, kinds.Field]) -> None:
    taken = [one["field"] for one in columns if one["field"]]
    if not taken:
        msg = gettext_noop("Choose a field for one column at least, or discard the file.")
        raise MappingIncompleteError(msg)
    missing = [one.label for one in fields.values() if one.required and one.key not in taken]
    if missing:
        msg = gettext_noop("No column fills %(missing)s. Choose one for each.") % {
            "missing": ", ".join(missing)
        }
        raise MappingIncompleteError(msg)
    twice = sorted({fields[key].label for key in taken if taken.count(key) > 1 and key in fields})
    if twice:
        msg = gettext_noop("Two columns fill %(twice)s. Keep one of them.") % {
            "twice": ", ".join(twice)
        }
        raise MappingIncompleteError(msg)
    unknown = [one["header"] for one in columns if one["field"] and one["field"] not in fields]
    if unknown:
        msg = gettext_noop(
            "The field of “%(unknown)s” is not known any more. Choose another one."
        ) % {"unknown": unknown[0]}
        raise MappingIncompleteError(msg)


def _template(kind: str, template_id: int | None, name: str) -> Template:
    if template_id is not None:
        return Template.objects.select_for_update().get(pk=template_id, kind=kind)
    name = name.strip()
    if not name:
        msg = gettext_noop("Give the template a name, so that it can be found again.")
        raise MappingIncompleteError(msg, field="name")
    if Template.objects.filter(kind=kind, name__iexact=name).exists():
        msg = gettext_noop("There is a template “%(name)s” already. Choose another name.") % {
            "name": name
        }
        raise TemplateNameTakenError(msg, field="name")
    return Template.objects.create(kind=kind, name=name[:80])


def free_name(kind: str, wanted: str) -> str:
    """A name that no template of the kind has: the wanted one, or with a number."""
    wanted = wanted.strip()[:74] or gettext_noop("Template")
    rows = Template.objects.filter(kind=kind, name__istartswith=wanted)
    taken = {one.lower() for one in rows.values_list("name", flat=True)}
    numbered = (wanted if number == 1 else f"{wanted} {number}" for number in range(1, 10_000))
    return next(one for one in numbered if one.lower() not in taken)
