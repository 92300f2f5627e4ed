"""Turning a worked sales record into an individual, or merging it into the one it is linked to."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, cast

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.lib.mbi import Mbi
from agencyhub.records import history
from agencyhub.records.models import Batch, CustomField, Option
from individuals import merging
from individuals.models import DuplicatePair, Individual, SalesRecord
from individuals.services import addresses, duplicates, wording

FACTS = (
    "title",
    "middle_name",
    "suffix",
    "nickname",
    "date_of_birth",
    "gender",
    "email",
    "home_phone",
    "cell_phone",
    "business_phone",
    "part_a_effective_date",
    "part_b_effective_date",
)


class SalesRecordConvertedError(DomainError):
    """The link of a converted sales record is history; undo the conversion first."""

    code = "sales_record_converted"


class IndividualOutOfReachError(DomainError):
    """The sales record is linked to an individual whom the user may not see."""

    code = "individual_out_of_reach"


@dataclass(frozen=True)
class Conversion:
    """What became of a sales record.

    ``reasons`` say in words what was done, and ``kept`` where the individual's own value differed
    and stayed; neither holds a value.
    """

    individual: Individual
    created: bool
    reasons: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def convert_sales_record(*, sales_record_id: int, at: datetime) -> Conversion:
    """Turn a sales record into an individual, or merge it into the one it is linked to.

    A new individual gets every field, the address as its primary one, and the assigned agent as
    servicing agent. A merge fills only what the individual lacks. A record that was converted
    before answers with its individual and changes nothing, also when two calls race. The record
    itself stays, closed as won. Runs inside ``history.batch``.

    Raises:
        UnreadableSecretError: the record's MBI was sealed with a key that is not configured.
        InvalidAddressError: the record's address cannot be read.
    """
    # Without joins: a row that waited for its lock is looked at again, and dropped when what it was
    # joined to (its stage) has changed meanwhile.
    record = SalesRecord.objects.select_for_update().get(pk=sales_record_id)
    if record.converted_at is not None:
        individual = _locked_individual(record)
        said = gettext_noop("Sales Record %(id)s was converted into Individual %(id2)s before")
        ids = {"id": record.pk, "id2": individual.pk}
        return Conversion(individual, created=False, reasons=[said % ids])
    with translation.override(None):  # what timelines keep is English
        conversion = _create(record) if record.individual_id is None else _merge(record)
    _close(record, individual=conversion.individual, at=at)
    return conversion


def convert_by_hand(*, sales_record_id: int, user: User, at: datetime) -> tuple[Conversion, Batch]:
    """Convert as one act of ``user`` with a line on both timelines; the batch can be undone.

    Raises:
        IndividualOutOfReachError: the user may not see the individual it is linked to.
    """
    summary = gettext_noop("Converted Sales Record %(sales_record_id)s") % {
        "sales_record_id": sales_record_id
    }
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary) as batch:
        _ensure_in_reach(sales_record_id, user=user)
        conversion = convert_sales_record(sales_record_id=sales_record_id, at=at)
        line = partial(
            history.entry,
            batch=batch,
            text=summary,
            reasons=conversion.reasons + conversion.kept,
        )
        individual = conversion.individual
        duplicates.detect(individual_ids=[individual.pk], door=DuplicatePair.Door.CONVERT)
        history.write(
            line(record=individual, individual_id=individual.pk),
            line(record=SalesRecord(pk=sales_record_id)),
        )
    return conversion, batch


def _ensure_in_reach(sales_record_id: int, *, user: User) -> None:
    """Merging changes the individual and tells what it lacked: both are for who sees them."""
    record = SalesRecord.objects.select_for_update().get(pk=sales_record_id)
    if record.individual_id is None:
        return
    if not Individual.objects.visible_to(user).filter(pk=record.individual_id).exists():
        msg = gettext(
            "Sales Record %(id)s is linked to an Individual of another agent's book. "
            "Ask for access to that book, or link the Sales Record to somebody of "
            "yours."
        ) % {"id": record.pk}
        raise IndividualOutOfReachError(msg)


def link_sales_record(*, sales_record_id: int, individual_id: int | None) -> SalesRecord:
    """Say which individual a sales record is about (None: nobody yet). Inside ``history.batch``.

    Raises:
        SalesRecordConvertedError: it was converted, so its individual is settled.
    """
    record = SalesRecord.objects.select_for_update(of=("self",)).get(pk=sales_record_id)
    if record.converted_at is not None:
        msg = gettext(
            "Sales Record %(id)s is converted. Undo the conversion to link it differently."
        ) % {"id": record.pk}
        raise SalesRecordConvertedError(msg)
    if record.individual_id != individual_id:
        record.individual_id = individual_id
        record.save(update_fields=["individual", "updated_at"])
    return record


def _create(record: SalesRecord) -> Conversion:
    values, taken = _free_custom_values(record)
    individual = Individual(
        first_name=record.first_name,
        last_name=record.last_name,
        language=record.language,
        type=_furthest_lead_type(),
        servicing_agent_id=record.assigned_agent_id,
        custom=values,
        notes=record.notes,
        **{name: getattr(record, name) for name in FACTS},
    )
    individual.set_mbi(_mbi_of(record))
    individual.save()
    reasons = [
        gettext("Sales Record %(id)s had no linked Individual: created Individual %(id2)s")
        % {"id": record.pk, "id2": individual.pk}
    ]
    if record.assigned_agent_id:
        reasons.append(gettext("The assigned agent became the servicing agent"))
    if _receive_address(record, individual).added:
        reasons.append(gettext("The address became the primary one"))
    return Conversion(individual, created=True, reasons=reasons, kept=taken)


def _merge(record: SalesRecord) -> Conversion:
    individual = _locked_individual(record)
    fill = merging.fill_gaps(own=_facts(individual), incoming=_facts(record))
    values, taken = _free_custom_values(record)
    custom = merging.fill_gaps(own=individual.custom, incoming=values)
    filled, kept = list(fill.values), _differing_names(record, individual) + fill.conflicts
    for name, value in fill.values.items():
        setattr(individual, name, value)
    individual.custom = {**individual.custom, **custom.values}
    notes = merging.joined_notes(
        own=individual.notes,
        incoming=record.notes,
        heading=gettext("From Sales Record %(id)s:") % {"id": record.pk},
    )
    if notes != individual.notes.strip():
        individual.notes = notes
        filled.append("notes")
    _merge_mbi(record, individual, filled=filled, kept=kept)
    if filled or custom.values:
        individual.save()
    reasons = [
        gettext("Sales Record %(id)s was linked: merged into Individual %(id2)s")
        % {"id": record.pk, "id2": individual.pk}
    ]
    labels = wording.labels([*custom.values, *custom.conflicts])
    if filled or custom.values:
        words = [*map(wording.field_label, filled), *(labels[key] for key in custom.values)]
        reasons.append(gettext("Filled in: %(words)s") % {"words": ", ".join(words)})
    outcome = _receive_address(record, individual)
    if outcome.added:
        reasons.append(gettext("The address was added as the primary one"))
    elif outcome.address is not None:
        reasons.append(gettext("The address was there already and stayed as it is"))
    differing = [*map(wording.field_label, kept), *(labels[key] for key in custom.conflicts)]
    kept_own = wording.in_words(differing)
    return Conversion(individual, created=False, reasons=reasons, kept=kept_own + taken)


def _locked_individual(record: SalesRecord) -> Individual:
    locked = Individual.objects.select_for_update(of=("self",), no_key=True)
    return locked.get(pk=cast("int", record.individual_id))


def _facts(person: Individual | SalesRecord) -> dict[str, Any]:
    facts = {name: getattr(person, name) for name in (*FACTS, "language")}
    facts["servicing_agent_id"] = (
        person.servicing_agent_id if isinstance(person, Individual) else person.assigned_agent_id
    )
    return facts


def _free_custom_values(record: SalesRecord) -> tuple[dict[str, Any], list[str]]:
    """The record's custom values but unique ones that another individual has; and about those."""
    target = CustomField.Target.INDIVIDUAL
    unique = CustomField.objects.filter(target=target, is_unique=True, key__in=list(record.custom))
    others = Individual.objects.exclude(sales_records=record.pk)
    values, taken = dict(record.custom), []
    for field_ in unique.order_by("position", "pk"):
        same = {field_.key: values[field_.key]}
        if others.filter(custom__contains=same).exists():
            del values[field_.key]
            taken.append(
                gettext("%(label)s is unique and another Individual has it: not taken over")
                % {"label": field_.label}
            )
    return values, taken


def _differing_names(record: SalesRecord, individual: Individual) -> list[str]:
    """Names are compared by their keys: nobody differs by an accent."""
    names = ("first_name", "last_name")
    return [n for n in names if getattr(record, f"{n}_key") != getattr(individual, f"{n}_key")]


def _merge_mbi(
    record: SalesRecord, individual: Individual, *, filled: list[str], kept: list[str]
) -> None:
    """Take the record's MBI when the individual has none, or only the last characters of it."""
    mbi = _mbi_of(record)
    if mbi is None:
        return
    other_tail = bool(individual.mbi_tail) and individual.mbi_tail != mbi.tail
    other_full = bool(mbi.full and individual.mbi) and not individual.has_mbi(mbi.full)
    if other_tail or other_full:
        kept.append("mbi")
    elif individual.set_mbi(mbi):
        filled.append("mbi")


def _mbi_of(record: SalesRecord) -> Mbi | None:
    """The record's MBI, opened so that it can be sealed for the individual's own column."""
    if record.mbi:
        return Mbi(record.mbi.reveal(), record.mbi_tail)
    return Mbi("", record.mbi_tail) if record.mbi_tail else None


def _receive_address(record: SalesRecord, individual: Individual) -> addresses.AddressOutcome:
    return addresses.receive_address(
        individual=individual,
        line_1=record.address_1,
        line_2=record.address_2,
        city=record.city,
        state=record.state,
        zip_code=record.zip_code,
        county=record.county,
        address_type=record.address_type,
        is_locked=True,
    )


def _close(record: SalesRecord, *, individual: Individual, at: datetime) -> None:
    record.individual = individual
    record.converted_at = at
    won = _first_option(Option.List.SALES_STAGE, meaning="won")
    if won is not None and record.stage.meaning != "won":
        record.stage = won
    record.save(update_fields=["individual", "converted_at", "stage", "updated_at"])


def _furthest_lead_type() -> Option | None:
    """The last active type that means a lead: Prospect, as shipped."""
    leads = Option.objects.active(Option.List.INDIVIDUAL_TYPE).filter(meaning="lead")
    return leads.last()


def _first_option(option_list: Option.List, *, meaning: str) -> Option | None:
    return Option.objects.active(option_list).filter(meaning=meaning).first()
