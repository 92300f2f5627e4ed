"""What the record pages show, gathered so that templates only write it down."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from agencyhub.accounts.models import User
from agencyhub.lib.presence import Presence
from agencyhub.lib.written import Written
from agencyhub.records.models import UNDO_WINDOW, Option
from agencyhub.records.selectors import Item, timeline
from individuals import duplicate_pages, lookalikes, rows, selectors
from individuals.models import (
    Address,
    DuplicatePair,
    Individual,
    IndividualAgent,
    MergedIndividual,
    RevealLog,
    SalesOpportunity,
    SalesRecord,
)
from individuals.person_words import (
    Chip,
    Pair,
    age_words,
    chips_of,
    contact_of,
    day_words,
    details_of,
)

REVEAL = "individuals.reveal_mbi"
UNDO = "records.undo_batch"
SHOWN_ACTS = 10
ALL_ACTS = 200
# Most people have none of these.
OF_INDIVIDUAL = Presence(
    merged=(MergedIndividual, ("survivor",)),
    agents=(IndividualAgent, ("individual",)),
    sales_records=(SalesRecord, ("individual",)),
    opportunities=(SalesOpportunity, ("individual",)),
    pairs=(DuplicatePair, ("first", "second")),
    reveals=(RevealLog, ("individual",)),
)
_ADDRESSES = Written(
    lambda *, individual: (
        Address.objects.filter(individual=individual)
        .select_related("type")
        .order_by("-is_primary", "-pk")
    )
)
COPIED = (
    "title", "first_name", "middle_name", "last_name", "suffix", "nickname", "date_of_birth",
    "gender", "language", "email", "home_phone", "cell_phone", "business_phone",
    "part_a_effective_date", "part_b_effective_date",
)  # fmt: skip


@dataclass
class IndividualPage:
    """Everything about one individual."""

    age: str
    chips: list[Chip]
    contact: list[Pair]
    details: list[Pair]
    addresses: list[Address]
    sales_records: list[SalesRecord]
    opportunities: list[SalesOpportunity]
    lives_in: str
    timeline: list[Item]
    has_older: bool
    duplicates: list[DuplicatePair]
    merged: list[duplicate_pages.MergedLine]
    reveals: list[RevealLog] = field(default_factory=list)


@dataclass
class SalesRecordPage:
    """Everything about one sales record."""

    age: str
    chips: list[Chip]
    contact: list[Pair]
    details: list[Pair]
    individual: Individual | None
    lookalikes: list[lookalikes.Lookalike]
    conversion: selectors.ConversionFacts
    undo_url: str
    lives_in: str
    timeline: list[Item]
    has_older: bool
    reveals: list[RevealLog] = field(default_factory=list)


@dataclass
class OpportunityPage:
    """Everything about one sales opportunity."""

    individual: Individual | None
    facts: list[Pair]
    timeline: list[Item]


def individual_page(
    individual: Individual, *, user: User, today: date, limit: int = SHOWN_ACTS
) -> IndividualPage:
    """Gather the page of an individual for ``user``; the number of queries is constant."""
    pk = individual.pk
    has = OF_INDIVIDUAL.of(pk)
    merged = duplicate_pages.merged_into(individual, user=user) if "merged" in has else []
    acts = timeline(
        table=Individual._meta.db_table,
        record_id=pk,
        individual_id=pk,
        former_ids=[line.number for line in merged],
        viewer=user,
        limit=limit + 1,
    )
    found = _ADDRESSES.rows(individual=pk)
    return IndividualPage(
        age=age_words(individual, today=today),
        chips=chips_of(individual),
        contact=contact_of(individual),
        details=[
            Pair(gettext("Additional agents"), _others(individual) if "agents" in has else ""),
            *details_of(individual, user=user),
        ],
        addresses=found,
        sales_records=_sales_records(individual, user=user) if "sales_records" in has else [],
        opportunities=_opportunities(individual, user=user) if "opportunities" in has else [],
        lives_in=_lives_in(found),
        timeline=acts[:limit],
        has_older=len(acts) > limit,
        duplicates=duplicate_pages.open_pairs_of(individual, user=user) if "pairs" in has else [],
        merged=merged,
        reveals=selectors.reveals(person=individual) if "reveals" in has else [],
    )


def sales_record_page(
    record: SalesRecord, *, user: User, today: date, limit: int = SHOWN_ACTS
) -> SalesRecordPage:
    """Gather the page of a sales record for ``user``."""
    seen = Individual.objects.visible_to(user).filter(sales_records=record.pk)
    conversion = selectors.ConversionFacts() if record.is_open else selectors.conversion_of(record)
    table = SalesRecord._meta.db_table
    acts = timeline(table=table, record_id=record.pk, viewer=user, limit=limit + 1)
    return SalesRecordPage(
        age=age_words(record, today=today),
        chips=[Chip(record.stage.words, rows.TONES.get(record.stage.meaning, "neutral"))],
        contact=contact_of(record),
        details=[
            Pair(gettext("Lead source"), record.lead_source and record.lead_source.words),
            Pair(gettext("Lead date"), day_words(record.lead_date)),
            *details_of(record, user=user),
        ],
        individual=seen.first() if record.individual_id else None,
        lookalikes=_lookalikes(record, user=user),
        conversion=conversion,
        undo_url=_undo_url(conversion, user=user),
        lives_in=selectors.place(record.city, record.state),
        timeline=acts[:limit],
        has_older=len(acts) > limit,
        reveals=selectors.reveals(person=record),
    )


def opportunity_page(opportunity: SalesOpportunity, *, user: User) -> OpportunityPage:
    """Gather the page of a sales opportunity; its individual only when ``user`` may see them."""
    producer = opportunity.primary_producer
    individual = (
        Individual.objects.visible_to(user)
        .select_related("servicing_agent")
        .filter(pk=opportunity.individual_id)
        .first()
    )
    premium = opportunity.expected_premium
    return OpportunityPage(
        individual=individual,
        facts=[
            Pair(
                gettext("Coverage type"),
                opportunity.coverage_type and opportunity.coverage_type.words,
            ),
            Pair(gettext("Primary producer"), producer and producer.full_name),
            Pair(gettext("Target effective date"), day_words(opportunity.target_effective_date)),
            Pair(
                gettext("Expected monthly premium"), "" if premium is None else f"${premium:,.2f}"
            ),
        ],
        timeline=timeline(
            table=SalesOpportunity._meta.db_table, record_id=opportunity.pk, viewer=user
        ),
    )


def sales_record_start(individual: Individual | None, *, user: User) -> dict[str, Any]:
    """What a new sales record starts from: the individual it is about, and the user's own agent.

    The lead came today, unless somebody types another day.
    """
    open_stages = Option.objects.active(Option.List.SALES_STAGE).filter(meaning="open")
    start: dict[str, Any] = {
        "stage": open_stages.first(),
        "assigned_agent": getattr(user, "agent", None),
        "lead_date": timezone.localdate(),
    }
    if individual is None:
        return start
    start |= {name: getattr(individual, name) for name in COPIED}
    start |= {f"custom_{key}": value for key, value in individual.custom.items()}
    start["assigned_agent"] = individual.servicing_agent or start["assigned_agent"]
    address = individual.addresses.filter(is_primary=True).first()
    if address:
        start |= {
            "address_type": address.type, "address_1": address.line_1,
            "address_2": address.line_2, "city": address.city, "state": address.state,
            "zip_code": address.zip_code, "county": address.county,
        }  # fmt: skip
    return start


def _others(individual: Individual) -> str:
    """The names of the additional agents."""
    agents = individual.additional_agents.order_by("last_name", "first_name", "pk")
    return ", ".join(agent.full_name for agent in agents)


def _lives_in(addresses: list[Address]) -> str:
    """City and state of the primary address."""
    for address in addresses:
        if address.is_primary:
            return selectors.place(address.city, address.state)
    return ""


def _sales_records(individual: Individual, *, user: User) -> list[SalesRecord]:
    if not user.has_perm("individuals.view_salesrecord"):
        return []
    found = SalesRecord.objects.visible_to(user).filter(individual=individual)
    return list(found.select_related("stage", "assigned_agent").order_by("-pk")[:20])


def _opportunities(individual: Individual, *, user: User) -> list[SalesOpportunity]:
    if not user.has_perm("individuals.view_salesopportunity"):
        return []
    found = selectors.opportunities(user=user).filter(individual=individual)
    return list(found.order_by("-pk")[:20])


def _lookalikes(record: SalesRecord, *, user: User) -> list[lookalikes.Lookalike]:
    """Who an unlinked, open record might be about."""
    if record.individual_id or not record.is_open:
        return []
    return lookalikes.find(lookalikes.typed_of_record(record), user=user)


def _undo_url(conversion: selectors.ConversionFacts, *, user: User) -> str:
    """Where the conversion can be undone; blank when it cannot."""
    batch = conversion.batch
    if batch is None or batch.undone_at or timezone.now() - batch.created_at > UNDO_WINDOW:
        return ""
    return reverse("records:batch_undo", args=[batch.pk]) if user.has_perm(UNDO) else ""
