"""Who an enrollment is about: Sales Record, then Individual, by id, MBI, or name and date of birth.

More than one candidate, or an MBI that contradicts, is held for a person: nothing is guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext_noop

from agencyhub.lib.db import one_or_none
from agencyhub.lib.errors import DomainError
from individuals.models import Individual, SalesRecord
from individuals.services.conversion import convert_sales_record, link_sales_record
from integrations.plancompare.mapping import Beneficiary, Enrollment
from integrations.plancompare.models import Site
from integrations.plancompare.sync import candidates
from integrations.plancompare.sync.holding import AMBIGUOUS, held, refuse_contradiction

POSSIBLE_DUPLICATE = gettext_noop(
    "Another Individual has the same name and date of birth. See whether they are one person."
)


class ChosenRecordGoneError(DomainError):
    """What the reviewer chose does not exist any more."""

    code = "chosen_record_gone"


@dataclass
class FoundPerson:
    """The person, if there is one, and how they were found."""

    individual: Individual | None = None
    sales_record: SalesRecord | None = None
    is_new: bool = False
    sales_record_action: str = ""
    reasons: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)

    @property
    def individual_id(self) -> int | None:
        """The Individual's id, unless one has to be created."""
        return self.individual.pk if self.individual else None


def known_person(individual_id: int) -> FoundPerson:
    """The person whose id is certain: a reviewer's choice, or the holder of a known policy."""
    rows = Individual.objects.select_for_update(of=("self",))
    individual = one_or_none(rows.filter(pk=individual_id))
    return FoundPerson(individual=individual or rows.get(merged_individuals=individual_id))


def chooses(decision: Mapping[str, Any] | None, individual_id: int) -> bool:
    """Whether a reviewer chose this Individual, or a Sales Record about them."""
    if not decision:
        return False
    if "sales_record_id" in decision:
        about = SalesRecord.objects.filter(individual=individual_id)
        return about.filter(pk=int(decision["sales_record_id"])).exists()
    return decision.get("individual_id") == individual_id


def find_person(
    site: Site, enrollment: Enrollment, *, decision: Mapping[str, Any] | None, at: datetime
) -> FoundPerson:
    """Find the person, converting or merging a matched Sales Record on the way.

    Raises:
        HeldForReviewError: several candidates, or an MBI or identity that contradicts the match.
    """
    if decision:
        return _decided(decision, at)
    record = _matching_sales_record(enrollment) if site.match_sales_records_first else None
    if record is not None:
        return _from_sales_record(record, enrollment, at)
    return _matching_individual(enrollment)


def _decided(decision: Mapping[str, Any], at: datetime) -> FoundPerson:
    try:
        if "individual_id" in decision:
            found = known_person(int(decision["individual_id"]))
            found.reasons.append(
                gettext_noop("A reviewer chose Individual %(individual_id)s")
                % {"individual_id": found.individual_id}
            )
            return found
        if "sales_record_id" in decision:
            record = SalesRecord.objects.get(pk=int(decision["sales_record_id"]))
            return _convert(
                record, gettext_noop("A reviewer chose Sales Record %(id)s") % {"id": record.pk}, at
            )
    except ObjectDoesNotExist as error:
        msg = gettext_noop(
            "The chosen record was deleted meanwhile. Retry the message and choose again."
        )
        raise ChosenRecordGoneError(msg) from error
    return FoundPerson(is_new=True, reasons=[gettext_noop("A reviewer chose a new Individual")])


def _matching_sales_record(enrollment: Enrollment) -> tuple[SalesRecord, str] | None:
    records = SalesRecord.objects.all()
    if enrollment.echoed_sales_record_id:
        by_id = one_or_none(records.filter(pk=enrollment.echoed_sales_record_id))
        if by_id is not None:
            return by_id, gettext_noop("Matched Sales Record %(id)s by id") % {"id": by_id.pk}
    person = enrollment.beneficiary
    is_open = records.filter(converted_at__isnull=True, stage__meaning="open")
    named = list(
        is_open.filter(date_of_birth=person.date_of_birth)
        .named(first_name=person.first_name, last_name=person.last_name)
        .order_by("pk")[:10]
    )
    if len(named) > 1:
        reason = gettext_noop("%(count)s open Sales Records have this name and date of birth.") % {
            "count": len(named)
        }
        raise held(AMBIGUOUS, reason, sales_records=named)
    if named:
        how = gettext_noop("Matched Sales Record %(id)s by name and date of birth") % {
            "id": named[0].pk
        }
        return named[0], how
    return None


def _from_sales_record(
    match: tuple[SalesRecord, str], enrollment: Enrollment, at: datetime
) -> FoundPerson:
    record, how = match
    person = enrollment.beneficiary
    refuse_contradiction(record, person)
    if record.individual is not None:
        named = _echoed_individual(enrollment)
        if named is not None and named.pk != record.individual_id:
            reason = gettext_noop(
                "The enrollment names another Individual than the Sales Record is about."
            )
            both = [named, record.individual]
            raise held(AMBIGUOUS, reason, individuals=both, sales_records=[record])
        refuse_contradiction(record.individual, person)
        return _convert(record, how, at)
    same = _certain_individual(record, enrollment)
    if same is not None:
        individual, why = same
        refuse_contradiction(individual, person, sales_record=record)
        link_sales_record(sales_record_id=record.pk, individual_id=individual.pk)
        return _convert(record, f"{how}; {why}", at)
    namesakes = candidates.named(person)
    found = _convert(record, how, at)
    if namesakes:
        numbers = ", ".join(str(other.pk) for other in namesakes)
        found.reasons.append(
            gettext_noop("Possible duplicate of Individual %(numbers)s: same name and birth date")
            % {"numbers": numbers}
        )
        found.attention.append(POSSIBLE_DUPLICATE)
    return found


def _echoed_individual(enrollment: Enrollment) -> Individual | None:
    echoed = enrollment.echoed_individual_id
    if not echoed:
        return None
    found = one_or_none(Individual.objects.filter(pk=echoed))
    return found or one_or_none(Individual.objects.filter(merged_individuals=echoed))


def _certain_individual(
    record: SalesRecord, enrollment: Enrollment
) -> tuple[Individual, str] | None:
    """An Individual that is the unlinked Sales Record's person beyond doubt, and why."""
    echoed = _echoed_individual(enrollment)
    if echoed is not None:
        return echoed, gettext_noop("the enrollment names Individual %(id)s") % {"id": echoed.pk}
    same_mbi = candidates.with_mbi(enrollment.beneficiary)
    if len(same_mbi) > 1:
        reason = gettext_noop("%(count)s Individuals have this MBI.") % {"count": len(same_mbi)}
        raise held(AMBIGUOUS, reason, individuals=same_mbi, sales_records=[record])
    if same_mbi:
        return same_mbi[0], gettext_noop("Individual %(id)s has the same MBI") % {
            "id": same_mbi[0].pk
        }
    return None


def _convert(record: SalesRecord, how: str, at: datetime) -> FoundPerson:
    action = "merged" if record.converted_at is None else "matched"
    conversion = convert_sales_record(sales_record_id=record.pk, at=at)
    if conversion.created:
        action = "converted"
    return FoundPerson(
        individual=conversion.individual,
        sales_record=record,
        sales_record_action=action,
        is_new=conversion.created,
        reasons=[f"{how} → {action}", *conversion.reasons, *conversion.kept],
    )


def _matching_individual(enrollment: Enrollment) -> FoundPerson:
    person = enrollment.beneficiary
    reasons: list[str] = []
    if enrollment.echoed_individual_id:
        echoed = enrollment.echoed_individual_id
        by_id = candidates.locked(Individual.objects.filter(pk=echoed))
        if by_id:
            return _accept(
                by_id[0],
                gettext_noop("Matched Individual %(id)s by id") % {"id": by_id[0].pk},
                person,
            )
        merged = candidates.locked(Individual.objects.filter(merged_individuals=echoed))
        if merged:
            how = gettext_noop(
                "Matched Individual %(id)s, of whom Individual %(echoed)s is part now"
            ) % {"id": merged[0].pk, "echoed": echoed}
            return _accept(merged[0], how, person)
        reasons.append(
            gettext_noop("Individual %(echoed)s does not exist any more") % {"echoed": echoed}
        )
    same_mbi = candidates.with_mbi(person)
    if len(same_mbi) > 1:
        reason = gettext_noop("%(count)s Individuals have this MBI.") % {"count": len(same_mbi)}
        raise held(AMBIGUOUS, reason, individuals=same_mbi)
    if same_mbi:
        return _accept(
            same_mbi[0],
            gettext_noop("Matched Individual %(id)s by MBI") % {"id": same_mbi[0].pk},
            person,
            reasons,
        )
    named = candidates.named(person)
    if len(named) > 1:
        reason = gettext_noop("%(count)s Individuals have this name and date of birth.") % {
            "count": len(named)
        }
        raise held(AMBIGUOUS, reason, individuals=named)
    if named:
        how = gettext_noop("Matched Individual %(id)s by name and date of birth") % {
            "id": named[0].pk
        }
        return _accept(named[0], how, person, reasons)
    return FoundPerson(
        is_new=True, reasons=[*reasons, gettext_noop("No match: created a new Individual")]
    )


def _accept(
    individual: Individual, how: str, person: Beneficiary, reasons: Iterable[str] = ()
) -> FoundPerson:
    refuse_contradiction(individual, person)
    return FoundPerson(individual=individual, reasons=[*reasons, how])
