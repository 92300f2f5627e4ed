"""Expiry is proposed of what waits too long for a health form, and never decided."""

from datetime import date
from typing import Any

import pytest

from eoi.models import Decision
from eoi.services.proposing import propose_expiry
from tests.factories.eoi import EoiRequestFactory

pytestmark = pytest.mark.django_db
LAST = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("_case", "values", "on", "is_proposed"),
    [
        ("the last day", {}, LAST, False),
        ("the day after", {}, date(2026, 12, 15), True),
        ("the form is there", {"form_status": "complete"}, date(2026, 12, 15), False),
        ("no last day", {"expiration_date": None}, date(2026, 12, 15), False),
        (
            "more time was given",
            {"expiration_date": date(2027, 1, 31), "is_expiry_proposed": True},
            date(2026, 12, 15),
            False,
        ),
    ],
)
def test_proposes_only(_case: str, values: dict[str, Any], on: date, is_proposed: bool):
    request = EoiRequestFactory(**{"expiration_date": LAST, **values})

    assert propose_expiry(on=on) == int(is_proposed)

    assert propose_expiry(on=on) == 0
    request.refresh_from_db()
    assert (request.is_expiry_proposed, request.status) == (is_proposed, "pending")
    assert not Decision.objects.exists()
