"""Counts of an import as doors to the rows that they count: in the file, later in the lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from agencyhub.accounts.models import User
from agencyhub.imports import kinds, screens
from agencyhub.imports.models import Import
from agencyhub.records import touched

MOST_COUNTED = 10_000
OUTCOMES = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "same": gettext_lazy("Same"),
}
BEFORE = {
    "new": gettext_lazy("not in the records yet"),
    "changed": gettext_lazy("known, but something differs"),
    "same": gettext_lazy("nothing to do"),
}
AFTERWARDS = {
    "new": gettext_lazy("were added"),
    "changed": gettext_lazy("were updated"),
    "same": gettext_lazy("were left alone"),
}


@dataclass(frozen=True)
class Door:
    """A list that shows exactly the records of one table that an import touched."""

    label: str
    url: str
    words: str


def doors(run: Import, *, user: User) -> list[Door]:
    """Where the rows of an import are now, and how many of them ``user`` sees there."""
    if run.batch_id is None or run.kind not in {kind.key for kind in kinds.every()}:
        return []
    found = []
    for target in kinds.of(run.kind).targets:
        rows_there: Any = touched.rows(target.model, batch_id=run.batch_id)
        if hasattr(rows_there, "visible_to"):
            rows_there = rows_there.visible_to(user)
        number = rows_there.order_by()[: MOST_COUNTED + 1].count()
        if not number or not target.list_url_name:
            continue
        query = "&".join(filter(None, (f"batch={run.batch_id}", target.list_query)))
        label = str(target.model._meta.verbose_name_plural).capitalize()
        many = gettext("more than %s") % f"{MOST_COUNTED:,}"
        words = f"{number:,}" if number <= MOST_COUNTED else many
        found.append(Door(label, f"{reverse(target.list_url_name)}?{query}", words))
    return found


@dataclass(frozen=True)
class Card:
    """One count of the dry run, and the page with the rows that it counts."""

    label: str
    value: str
    url: str
    note: str


def counts(run: Import, lists: Sequence[Door] = ()) -> list[Card]:
    """New, Changed, Same and Rejected, each a door to its rows: in the file, later in a list."""
    values = {"new": run.new, "changed": run.changed, "same": run.same}
    notes = AFTERWARDS if run.state == Import.State.IMPORTED else BEFORE
    found = [
        Card(
            label=str(label),
            value=f"{values[outcome]:,}",
            url=_rows_url(run, outcome, lists) if values[outcome] else "",
            note=str(notes[outcome]),
        )
        for outcome, label in OUTCOMES.items()
    ]
    url = reverse("imports:problem_list", args=[run.pk]) if run.rejected else ""
    note = gettext("every row is fine")
    if run.rejected:
        is_exact = screens.is_exact(run)
        note = gettext("to correct") if is_exact else gettext("to repair, or to leave out")
    return [*found, Card(gettext("Rejected"), f"{run.rejected:,}", url, note)]


def _rows_url(run: Import, outcome: str, lists: Sequence[Door]) -> str:
    if run.state != Import.State.IMPORTED:
        return reverse("imports:row_list", args=[run.pk, outcome])
    return "" if outcome == "same" or not lists else lists[0].url
