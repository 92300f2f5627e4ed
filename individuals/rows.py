"""Rows of the lists: every cell ready, so that the template only writes it down."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString

from agencyhub.accounts.models import Agent
from agencyhub.lib.phones import format_phone
from agencyhub.records.models import Option
from individuals.ages import age
from individuals.selectors import place

DASH = "—"
TONES = {
    "client": "success", "lead": "info", "none": "neutral",
    "won": "success", "open": "info", "lost": "neutral",
}  # fmt: skip
Chip = Callable[[object, str, str | None], SafeString]


class IndividualRow(NamedTuple):
    """One line of the list of individuals."""

    url: str
    name: str
    born: str
    phone: str
    place: str
    type: SafeString | str
    status: str
    agent: str


class SalesRecordRow(NamedTuple):
    """One line of the list of sales records."""

    url: str
    name: str
    born: str
    phone: str
    place: str
    stage: SafeString | str
    source: str
    agent: str
    individual_url: str
    is_converted: bool


def individual_rows(
    page: Iterable[Any],
    *,
    today: date,
    places: Mapping[int, str],
    chips: Mapping[int, SafeString],
    labels: Mapping[int, str],
    agents: Mapping[int, str],
) -> list[IndividualRow]:
    """Turn the columns of ``selectors.INDIVIDUAL_COLUMNS`` into lines."""
    return [
        IndividualRow(
            address("individual", row.pk),
            name(row),
            born(row.date_of_birth, today=today),
            phone(row),
            places.get(row.pk) or DASH,
            chips.get(row.type_id, DASH),
            labels.get(row.status_id, DASH),
            agents.get(row.servicing_agent_id, DASH),
        )
        for row in page
    ]


def sales_record_rows(
    page: Iterable[Any],
    *,
    today: date,
    chips: Mapping[int, SafeString],
    labels: Mapping[int, str],
    agents: Mapping[int, str],
) -> list[SalesRecordRow]:
    """Turn the columns of ``selectors.SALES_RECORD_COLUMNS`` into lines."""
    return [
        SalesRecordRow(
            address("salesrecord", row.pk),
            name(row),
            born(row.date_of_birth, today=today),
            phone(row),
            place(row.city, row.state) or DASH,
            chips.get(row.stage_id, DASH),
            labels.get(row.lead_source_id, DASH),
            agents.get(row.assigned_agent_id, DASH),
            address("individual", row.individual_id) if row.individual_id else "",
            row.converted_at is not None,
        )
        for row in page
    ]


def chips(options: Iterable[Option], *, chip: Chip) -> dict[int, SafeString]:
    """Draw each option once; the rows share the drawing."""
    return {o.pk: chip(o.label, TONES.get(o.meaning, "neutral"), "") for o in options}


def agent_names(agents: Iterable[Agent]) -> dict[int, str]:
    """Names by key."""
    return {agent.pk: agent.full_name for agent in agents}


def address(model: str, pk: int) -> str:
    """Where a record page is; the pattern is looked up once per list, not once per row."""
    return f"{_list_url(model)}{pk}/"


@cache
def _list_url(model: str) -> str:
    return reverse(f"individuals:{model}_list")


def name(row: Any) -> str:
    """Last name first, as the list is sorted."""
    last = f"{row.last_name} {row.suffix}" if row.suffix else row.last_name
    return f"{last}, {row.first_name}"


def born(day: date | None, *, today: date) -> str:
    """Date of birth and age."""
    return f"{day:%m/%d/%Y} ({age(born=day, on=today)})" if day else DASH


def phone(row: Any) -> str:
    """The number to call."""
    return format_phone(row.home_phone or row.cell_phone or row.business_phone) or DASH
