"""Words and links of people, as lists and cards write them."""

from datetime import date
from functools import cache
from typing import Any

from django.urls import reverse

from individuals.ages import age

DASH = "—"
TONES = {
    "client": "success", "lead": "info", "none": "neutral",
    "won": "success", "open": "info", "lost": "neutral",
}  # fmt: skip


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
