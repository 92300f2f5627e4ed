"""Storing what somebody typed about a person, without losing what others typed."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext

from agencyhub.accounts.models import Agent
from agencyhub.lib.errors import DomainError
from agencyhub.lib.mbi import Mbi
from agencyhub.records.models import Change
from individuals.models import Address, Individual, SalesRecord
from individuals.services import addresses, duplicates


class ChangedMeanwhileError(DomainError):
    """Somebody else saved the record after the form was opened; nothing was saved."""

    code = "changed_meanwhile"


def create_individual(
    *, individual: Individual, additional_agents: Iterable[Agent], address: Address | None = None
) -> Individual:
    """Store a new individual, their further agents and, if given, the primary address.

    Possible duplicates are opened for review. Runs inside ``history.batch``.
    """
    individual.save()
    individual.additional_agents.set(additional_agents)
    if address is not None:
        address.individual = individual
        addresses.save_address(address=address)
    duplicates.detect(individual_ids=[individual.pk])
    return individual


def update_individual(
    *, individual: Individual, additional_agents: Iterable[Agent], seen_at: datetime | None
) -> Individual:
    """Store an edited individual. ``seen_at`` is the ``updated_at`` that the form started from.

    Runs inside ``history.batch``.

    Raises:
        ChangedMeanwhileError: somebody saved the individual after that.
    """
    _refuse_if_changed(individual, seen_at=seen_at)
    individual.save()
    individual.additional_agents.set(additional_agents)
    duplicates.detect(individual_ids=[individual.pk])
    return individual


def create_sales_record(*, record: SalesRecord) -> SalesRecord:
    """Store a new sales record; one about an individual also takes over their MBI.

    The MBI is sealed again for the record's own column; nobody sees it on the way. Runs inside
    ``history.batch``.
    """
    individual = record.individual
    if individual is not None and individual.mbi and not record.mbi_tail:
        record.set_mbi(Mbi(individual.mbi.reveal(), individual.mbi_tail))
    record.save()
    return record


def update_sales_record(*, record: SalesRecord, seen_at: datetime | None) -> SalesRecord:
    """Store an edited sales record, under the same rule as ``update_individual``.

    Raises:
        ChangedMeanwhileError: somebody saved the record after ``seen_at``.
    """
    _refuse_if_changed(record, seen_at=seen_at)
    record.save()
    return record


def _refuse_if_changed(person: Individual | SalesRecord, *, seen_at: datetime | None) -> None:
    """Lock the row and compare; the lock lasts until the edit is committed."""
    rows = type(person)._default_manager.select_for_update(of=("self",), no_key=True)
    stored = rows.only("updated_at").get(pk=person.pk)
    if stored.updated_at == seen_at:
        return
    noun = gettext("Individual") if isinstance(person, Individual) else gettext("Sales Record")
    msg = gettext(
        "%(last_editor)s saved this %(noun)s after you opened it. Your entries "
        "are all still here: compare them with what is saved now, then save "
        "again."
    ) % {"last_editor": last_editor(person), "noun": noun}
    raise ChangedMeanwhileError(msg)


def last_editor(person: Individual | SalesRecord) -> str:
    """The name of whoever saved the record last."""
    changes = Change.objects.filter(table_name=person._meta.db_table, record_id=person.pk)
    last = changes.select_related("batch__user").order_by("-pk").first()
    user = last.batch.user if last and last.batch else None
    return user.display_name if user else "AgencyHub"
