"""Custom fields of the demo agency, and values for them."""

from random import Random
from typing import Any

from agencyhub.records.models import CustomField

Target, Type = CustomField.Target, CustomField.Type
CONFIRMATION, PLAN_ID = "enrollment_confirmation_number", "plan_id"
PHARMACIES = ("Hy-Vee Pharmacy", "Walgreens", "CVS Pharmacy", "Walmart Pharmacy", "Costco Pharmacy")
CONTACT = ("Phone", "Text message", "Email", "Mail")
MEDICAID = ("None", "QMB", "SLMB", "Full dual")

# target, key, label, type, choices, is health data
FIELDS: tuple[tuple[str, str, str, str, tuple[str, ...], bool], ...] = (
    (Target.POLICY, CONFIRMATION, "Enrollment Confirmation Number", Type.TEXT, (), False),
    (Target.POLICY, PLAN_ID, "Plan ID", Type.TEXT, (), False),
    (Target.INDIVIDUAL, "contact_method", "Preferred contact method", Type.CHOICE, CONTACT, False),
    (Target.INDIVIDUAL, "pharmacy", "Preferred pharmacy", Type.TEXT, (), False),
    (Target.INDIVIDUAL, "medicaid_level", "Medicaid level", Type.CHOICE, MEDICAID, True),
    (Target.INDIVIDUAL, "tobacco_use", "Tobacco use", Type.YES_NO, (), True),
    (Target.INDIVIDUAL, "veteran", "Veteran", Type.YES_NO, (), False),
)


def ensure_fields() -> None:
    """Add the custom fields that are missing."""
    CustomField.objects.bulk_create(
        [
            CustomField(
                target=target,
                key=key,
                label=label,
                type=kind,
                choices=list(choices),
                is_health=is_health,
                position=position,
            )
            for position, (target, key, label, kind, choices, is_health) in enumerate(FIELDS, 1)
        ],
        ignore_conflicts=True,
    )


def for_person(dice: Random) -> dict[str, Any]:
    """Values of an Individual or Sales Record; most fields are empty, as in real life."""
    values: dict[str, Any] = {}
    if dice.random() < 0.45:
        values["contact_method"] = dice.choices(CONTACT, (6, 2, 3, 1))[0]
    if dice.random() < 0.35:
        values["pharmacy"] = dice.choice(PHARMACIES)
    if dice.random() < 0.25:
        values["medicaid_level"] = dice.choices(MEDICAID, (7, 1, 1, 2))[0]
    if dice.random() < 0.3:
        values["tobacco_use"] = dice.random() < 0.15
    if dice.random() < 0.2:
        values["veteran"] = dice.random() < 0.3
    return values


def for_policy(dice: Random, plan_id: str) -> dict[str, Any]:
    """Values of a policy: its plan, and how the carrier confirmed the application."""
    values: dict[str, Any] = {PLAN_ID: plan_id} if plan_id else {}
    if dice.random() < 0.6:
        values[CONFIRMATION] = f"CN{dice.randrange(10**8, 10**9)}"
    return values
