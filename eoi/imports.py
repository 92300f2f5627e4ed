"""Worksheets of decisions on EOI, which come in through a page of their own."""

from django.utils import timezone

from agencyhub.imports import kinds
from agencyhub.imports.kinds import Kind
from agencyhub.imports.models import Import
from eoi.selectors.worksheets import KIND
from eoi.services import worksheets


def take(run: Import) -> None:
    """Decide what the rows of a worksheet say, now."""
    worksheets.take(run, at=timezone.now())


DECISIONS = Kind(
    key=KIND,
    label="EOI decisions",
    permissions=("eoi.decide_eoirequest",),
    help="What carriers decided on evidence of insurability, a row for each decision.",
    fields=(),
    targets=(),
    take=take,
    page="eoi:worksheet_detail",
)

kinds.register(DECISIONS)
