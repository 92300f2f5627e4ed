"""Why an enrollment is held for a person: the record that matches may be somebody else's."""

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from individuals.models import Individual, SalesRecord
from integrations.errors import HeldForReviewError, Hold
from integrations.plancompare.mapping import Beneficiary
from integrations.plancompare.sync import candidates

AMBIGUOUS = "ambiguous_person"
MBI_CONTRADICTION = "mbi_contradiction"
PERSON_CONTRADICTION = "person_contradiction"


def refuse_contradiction(
    matched: Individual | SalesRecord,
    person: Beneficiary,
    *,
    sales_record: SalesRecord | None = None,
) -> None:
    """Hold when the matched record is known to be somebody else.

    A full MBI that differs says so; so does a different name together with a different birth date.
    Another Individual that has the incoming MBI is a second candidate.
    """
    individuals = [matched] if isinstance(matched, Individual) else []
    records = [matched] if isinstance(matched, SalesRecord) else []
    if sales_record is not None:
        records.append(sales_record)
    full = person.mbi.full if person.mbi else ""
    if full and matched.mbi_index is not None and not matched.has_mbi(full):
        owners = [owner for owner in candidates.with_mbi(person) if owner not in individuals]
        reason = gettext_noop("The MBI differs from the MBI of the matched record.")
        raise held(
            MBI_CONTRADICTION, reason, individuals=[*individuals, *owners], sales_records=records
        )
    if full and matched.mbi_index is None and isinstance(matched, Individual):
        owners = [owner for owner in candidates.with_mbi(person) if owner.pk != matched.pk]
        if owners:
            reason = gettext_noop("The MBI belongs to another Individual than the matched record.")
            raise held(
                MBI_CONTRADICTION,
                reason,
                individuals=[*individuals, *owners],
                sales_records=records,
            )
    if _is_somebody_else(matched, person):
        reason = gettext_noop("The matched record has another last name and another date of birth.")
        raise held(PERSON_CONTRADICTION, reason, individuals=individuals, sales_records=records)


def _is_somebody_else(matched: Individual | SalesRecord, person: Beneficiary) -> bool:
    if matched.date_of_birth is None or matched.date_of_birth == person.date_of_birth:
        return False
    if person.mbi and person.mbi.full and matched.has_mbi(person.mbi.full):
        return False
    same_name = (
        type(matched)
        ._default_manager.filter(pk=matched.pk)
        .named(first_name=matched.first_name, last_name=person.last_name)
    )
    return not same_name.exists()


def held(
    code: str,
    reason: str,
    *,
    individuals: Iterable[Individual | SalesRecord] = (),
    sales_records: Iterable[Individual | SalesRecord] = (),
) -> HeldForReviewError:
    """What holds an enrollment for a person, with the records that it may be about."""
    found = [{"kind": "individual", "id": row.pk} for row in individuals]
    found += [{"kind": "sales_record", "id": row.pk} for row in sales_records]
    return HeldForReviewError(Hold(code, reason, {"hold": code, "candidates": found}))
