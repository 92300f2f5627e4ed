"""Two individuals become one: the chosen values, and all that points to either (ADR 0012)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history, references
from agencyhub.records.custom import may_see_health
from agencyhub.records.models import Batch, CustomField
from individuals import merge_fields, merging
from individuals.merging import Side
from individuals.models import (
    Address,
    DuplicatePair,
    Individual,
    IndividualAgent,
    MergedIndividual,
)
from individuals.services import addresses, duplicates, pairs, people

PRIMARY_ADDRESS = "primary_address"
BY_HAND = (Address, IndividualAgent)
"""Tables with rules of their own; all others move as they are."""


class MergeRefusedError(DomainError):
    """These two cannot be merged, or not by this user."""

    code = "merge_refused"


class AlreadyMergedError(DomainError):
    """Somebody merged them before: nothing is left to do."""

    code = "already_merged"

    def __init__(self, message: str, *, survivor_id: int) -> None:
        super().__init__(message)
        self.survivor_id = survivor_id


@dataclass
class Merge:
    """What a merge did, in words without values."""

    survivor: Individual
    batch: Batch
    reasons: list[str] = field(default_factory=list)


def merge(
    *,
    survivor_id: int,
    loser_id: int,
    choices: Mapping[str, str],
    seen: Mapping[int, datetime | None],
    user: User,
    at: datetime,
) -> Merge:
    """Make one individual of two; the batch can be undone for 30 days.

    ``choices`` say "left" (of the survivor) or "right" for fields, ``custom_<key>`` and
    ``primary_address``; what they leave out goes by ``merging.better``. ``seen`` holds the
    ``updated_at`` of both when the choice was made.

    Raises:
        AlreadyMergedError: the two are one already.
        MergeRefusedError: the same person twice, somebody who is gone, or one out of reach.
        ChangedMeanwhileError: one of them was saved after ``seen``.
        ReferenceCollisionError: both have something that only one may have.
    """
    summary = gettext_noop("Merged Individual %(loser_id)s into Individual %(survivor_id)s") % {
        "loser_id": loser_id,
        "survivor_id": survivor_id,
    }
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary) as batch:
        survivor, loser = _locked(survivor_id, loser_id, user=user)
        _refuse_if_changed((survivor, loser), seen=seen)
        result = Merge(survivor, batch)
        pairs.remember(survivor, loser, user=user, at=at)
        former = {survivor.servicing_agent_id, loser.servicing_agent_id}
        newer = Side.RIGHT if _is_newer(loser, survivor) else Side.LEFT  # before either is saved
        with translation.override(None):  # what timelines keep is English
            _take_fields(result, loser, choices=choices, user=user, at=at)
            wished = choices.get(PRIMARY_ADDRESS) or newer
            _take_addresses(result, loser, wants_theirs=wished == Side.RIGHT)
            _take_agents(result, loser, former=former)
        _move_references(result, loser)
        MergedIndividual.objects.create(
            pk=loser_id, survivor=survivor, batch=batch, name=loser.full_name, merged_at=at
        )
        Individual.objects.filter(pk=loser_id).delete()
        duplicates.detect(individual_ids=[survivor_id], door=DuplicatePair.Door.MERGE)
        line = history.entry(
            batch=batch,
            record=survivor,
            individual_id=survivor_id,
            text=gettext_noop("Merged Individual %(loser_id)s into this one")
            % {"loser_id": loser_id},
            reasons=result.reasons,
        )
        history.write(line)
    return result


def better_survivor(one: Individual, other: Individual) -> tuple[Individual, Individual]:
    """Who should remain, and who not: the one to whom more points, else the older record."""
    pointers = list(references.pointers_to(Individual))

    def weight(person: Individual) -> tuple[int, int]:
        return sum(pointer.rows(person.pk).count() for pointer in pointers), -person.pk

    survivor, loser = sorted((one, other), key=weight, reverse=True)
    return survivor, loser


def _locked(survivor_id: int, loser_id: int, *, user: User) -> tuple[Individual, Individual]:
    """Both, locked in one order, so that two merges wait for each other."""
    if survivor_id == loser_id:
        msg = gettext("Individual %(survivor_id)s cannot be merged with itself.") % {
            "survivor_id": survivor_id
        }
        raise MergeRefusedError(msg)
    wanted = Individual.objects.filter(pk__in=(survivor_id, loser_id))
    found = {one.pk: one for one in wanted.select_for_update(of=("self",)).order_by("pk")}
    for pk in (survivor_id, loser_id):
        if pk not in found:
            _refuse_missing(pk, other=loser_id if pk == survivor_id else survivor_id)
    visible = Individual.objects.visible_to(user).filter(pk__in=found)
    if visible.count() != len(found):
        msg = gettext(
            "One of these Individuals is in another agent's book. Ask for access to that book."
        )
        raise MergeRefusedError(msg)
    return found[survivor_id], found[loser_id]


def _refuse_missing(pk: int, *, other: int) -> None:
    survivor_id = MergedIndividual.objects.survivor_of(pk)
    if survivor_id is not None and survivor_id == other:
        msg = gettext("Individual %(id)s is part of Individual %(other)s already.") % {
            "id": pk,
            "other": other,
        }
        raise AlreadyMergedError(msg, survivor_id=survivor_id)
    if survivor_id is not None:
        msg = gettext("Individual %(id)s was merged into Individual %(survivor_id)s meanwhile.") % {
            "id": pk,
            "survivor_id": survivor_id,
        }
        raise MergeRefusedError(msg)
    msg = gettext("Individual %(id)s was removed meanwhile.") % {"id": pk}
    raise MergeRefusedError(msg)


def _refuse_if_changed(both: Sequence[Individual], *, seen: Mapping[int, datetime | None]) -> None:
    for one in both:
        if one.updated_at != seen.get(one.pk):
            msg = gettext(
                "%(last_editor)s saved Individual %(id)s after you opened this page. "
                "Nothing was merged: look at the values below again."
            ) % {"last_editor": people.last_editor(one), "id": one.pk}
            raise people.ChangedMeanwhileError(msg)


def _is_newer(one: Individual, other: Individual) -> bool:
    return one.updated_at > other.updated_at


def _take_fields(
    result: Merge, loser: Individual, *, choices: Mapping[str, str], user: User, at: datetime
) -> None:
    survivor = result.survivor
    fields = visible_custom_fields(user)
    sides = merge_fields.choose(survivor, loser, custom_fields=fields, wishes=choices)
    columns = merge_fields.take(survivor, loser, sides)
    notes = merging.joined_notes(
        own=survivor.notes,
        incoming=loser.notes,
        heading=gettext("From Individual %(id)s, merged %(at)s:")
        % {"id": loser.pk, "at": f"{at:%m/%d/%Y}"},
    )
    if notes != survivor.notes.strip():
        survivor.notes = notes
        columns.append("notes")
    if columns:
        survivor.save(update_fields=[*columns, "updated_at"])
        labels = dict.fromkeys(_label(column) for column in columns)
        result.reasons.append(
            gettext("Taken from Individual %(id)s: %(labels)s")
            % {"id": loser.pk, "labels": ", ".join(labels)}
        )


def visible_custom_fields(user: User) -> list[CustomField]:
    """The custom fields that the user sees and so may choose between."""
    fields = CustomField.objects.filter(target=CustomField.Target.INDIVIDUAL, is_active=True)
    if not may_see_health(user):
        fields = fields.filter(is_health=False)
    return list(fields.order_by("position", "pk"))


def _label(column: str) -> str:
    name = "mbi" if column in merge_fields.MBI_COLUMNS else column
    return str(Individual._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _take_addresses(result: Merge, loser: Individual, *, wants_theirs: bool) -> None:
    """Move the addresses that the survivor lacks; the chosen primary one is primary."""
    own = list(Address.objects.filter(individual=result.survivor).order_by("pk"))
    incoming = list(Address.objects.filter(individual=loser).order_by("-is_primary", "pk"))
    added = 0
    primary: Address | None = None
    for address in incoming:
        was_primary = address.is_primary
        same = addresses.same_place(own, street=address.line_1, zip_code=address.zip_code)
        if same is not None:
            address.delete()
        else:
            address.individual, address.is_primary = result.survivor, False
            address.save(update_fields=["individual", "is_primary"])
            own.append(address)
            added += 1
        if was_primary:
            primary = same or address
    has_primary = any(address.is_primary for address in own)
    if primary is not None and (wants_theirs or not has_primary):
        addresses.make_primary(address_id=primary.pk)
    if added:
        result.reasons.append(gettext("Addresses added: %(added)s") % {"added": added})
    if len(incoming) > added:
        result.reasons.append(
            gettext("Addresses that were here already: %(value)s")
            % {"value": len(incoming) - added}
        )


def _take_agents(result: Merge, loser: Individual, *, former: set[int | None]) -> None:
    """Let everybody who could see either see the survivor; ``former`` looked after one of them."""
    survivor = result.survivor
    of_survivor = IndividualAgent.objects.filter(individual=survivor)
    of_loser = IndividualAgent.objects.filter(individual=loser)
    servicing = survivor.servicing_agent_id
    of_survivor.filter(agent=servicing).delete()
    had = set(of_survivor.values_list("agent_id", flat=True))
    of_loser.filter(agent__in=(had | {servicing}) - {None}).delete()
    moved = of_loser.update(individual=survivor)
    named = set(of_survivor.values_list("agent_id", flat=True))
    for agent_id in former - named - {servicing}:
        if agent_id is not None:
            IndividualAgent.objects.create(individual=survivor, agent_id=agent_id)
            moved += 1
    if moved:
        result.reasons.append(gettext("Additional agents added: %(moved)s") % {"moved": moved})


def _move_references(result: Merge, loser: Individual) -> None:
    for pointer in references.pointers_to(Individual):
        if pointer.model in BY_HAND:
            continue
        moved = references.move(
            pointer, from_pk=loser.pk, to_pk=result.survivor.pk, batch=result.batch
        )
        if moved and not getattr(pointer.model, "is_bookkeeping", False):
            result.reasons.append(_moved(pointer, moved))


def _moved(pointer: references.Pointer, number: int) -> str:
    with translation.override(None):  # what timelines keep is English
        noun = pointer.noun[:1].upper() + pointer.noun[1:]
        return gettext("%(noun)s moved: %(moved)s") % {"noun": noun, "moved": f"{number:,}"}
