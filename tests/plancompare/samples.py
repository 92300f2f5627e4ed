"""Enrollments as PlanCompare sends them; all people are made up."""

import copy
import json
from typing import Any

from integrations import registry
from integrations.models import InboundMessage
from integrations.services import inbox, processing

ENROLLMENT: dict[str, Any] = {
    "enrollment_id": "PC-20261015-0001",
    "confirmation_number": "CN123456",
    "username": "agent1.pc",
    "individual_id": None,
    "sales_record_id": None,
    "beneficiary": {
        "first_name": "Ana",
        "last_name": "Lopez",
        "date_of_birth": "1958-03-14",
        "mbi": "1EG4TE5MK73",
        "part_a_effective_date": "2023-03-01",
        "part_b_effective_date": "2023-04-01",
        "email": "ana@example.com",
        "home_phone": "5155550100",
        "cell_phone": None,
        "business_phone": None,
        "address_1": "12 Oak St",
        "address_2": "Apt 4",
        "city": "Ames",
        "state": "IA",
        "zip": "50010",
    },
    "plan": {
        "carrier_name": "Humana",
        "plan_name": "Humana Gold Plus H5216-001",
        "plan_id": "H5216-001-000",
        "plan_type": "MAPD",
        "plan_year": 2027,
        "premium_per_month": "12.50",
    },
    "submission_date": "2026-10-15",
    "application_effective_date": "2027-01-01",
    "site": "broker",
}


def enrollment(**changes: Any) -> dict[str, Any]:
    """The sample with changes; ``beneficiary`` and ``plan`` are merged into the sample's."""
    made = copy.deepcopy(ENROLLMENT)
    for part in ("beneficiary", "plan"):
        made[part].update(changes.pop(part, {}))
    made.update(changes)
    return made


def deliver(**changes: Any) -> InboundMessage:
    """Store an enrollment as the hook does and apply it as a worker does."""
    message = store(**changes)
    list(processing.process_waiting(partners=registry.PARTNERS))
    message.refresh_from_db()
    return message


def store(**changes: Any) -> InboundMessage:
    """Store an enrollment as the hook does."""
    receipts = inbox.receive(
        partner=registry.PARTNERS["plancompare"], body=json.dumps(enrollment(**changes)).encode()
    )
    return InboundMessage.objects.get(public_id=receipts[0].message_id)
