"""Worksheets on their way through the pages, with the worker's part done at once."""

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencyhub.imports import tasks
from agencyhub.imports.models import Import
from eoi.models import EoiRequest
from eoi.worksheets import reading
from tests.eoi.sheets import row
from tests.factories.eoi import EoiRequestFactory
from tests.factories.groups import CoveragePeriodFactory, PlanRateFactory

SSN = "012-00-3456"


def waiting(**values: Any) -> EoiRequest:
    """$100,000 in force, $50,000 more wait."""
    request = EoiRequestFactory(**values)
    CoveragePeriodFactory(election=request.election)
    PlanRateFactory(plan=request.election.plan)
    return request


def asked(request: EoiRequest, action: str, **values: Any) -> list[Any]:
    """The row of a worksheet that decides on a request."""
    values.setdefault("effective_date", "2026-12-01")
    return row(
        subscriber_id=request.employee.external_id,
        benefit_lookup_code="subscriber_life",
        action=action,
        **values,
    )


def upload(page: Any, content: bytes, name: str = "decisions.xml") -> Import:
    """Send a worksheet and let the worker read it."""
    page.post(reverse("eoi:worksheet_upload"), {"file": SimpleUploadedFile(name, content)})
    run = Import.objects.latest("pk")
    tasks.stage_import(run.pk)
    run.refresh_from_db()
    return run


def content_of(answer: Any) -> bytes:
    """The file that a page sent."""
    return b"".join(answer.streaming_content)


def read(path: Path, content: bytes) -> reading.Worksheet:
    """A worksheet as the product reads it."""
    path.write_bytes(content)
    return reading.read(path)
