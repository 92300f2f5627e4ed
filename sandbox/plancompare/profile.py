"""What PlanCompare keeps of a beneficiary, and the checks of each value. Pure rules."""

import re
from collections.abc import Mapping
from datetime import date

from sandbox.html import Input

ZIP = re.compile(r"[0-9]{5}(-?[0-9]{4})?")
MBI = re.compile(
    r"[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9]"
    r"[AC-HJKMNP-RT-Y]{2}[0-9]{2}"
)
PHONES = ("home_phone", "cell_phone", "business_phone")
DATES = ("date_of_birth", "part_a_effective_date", "part_b_effective_date")
NEEDED_TO_ENROLL = ("first_name", "last_name", "date_of_birth", "zip")

PERSON = (
    Input("first_name", "First name"),
    Input("last_name", "Last name"),
    Input("date_of_birth", "Date of birth", kind="date"),
)
MEDICARE = (
    Input("mbi", "MBI", hint="As on the Medicare card", limit=13),
    Input("part_a_effective_date", "Part A effective date", kind="date"),
    Input("part_b_effective_date", "Part B effective date", kind="date"),
)
CONTACT = (
    Input("email", "Email", kind="email"),
    Input("home_phone", "Home phone", kind="tel", hint="10 digits"),
    Input("cell_phone", "Cell phone", kind="tel"),
    Input("business_phone", "Business phone", kind="tel"),
)
ADDRESS = (
    Input("address_1", "Address 1"),
    Input("address_2", "Address 2"),
    Input("city", "City"),
    Input("state", "State", hint="Two letters", limit=2),
    Input("zip", "Zip code", hint="5 or 9 digits", is_required=True, limit=10),
)
GROUPS = (("Person", PERSON), ("Medicare", MEDICARE), ("Contact", CONTACT), ("Address", ADDRESS))
INPUTS = (*PERSON, *MEDICARE, *CONTACT, *ADDRESS)
LABELS = {spec.name: spec.label for spec in INPUTS}


def is_zip(text: str) -> bool:
    """Say whether PlanCompare can load this zip: 5 or 9 digits and nothing around them."""
    return ZIP.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """Say whether a text is a day written YYYY-MM-DD."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def read_typed(form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Read a profile that a person typed: (values tidied, errors by field)."""
    values = {name: form.get(name, "").strip()[:200] for name in LABELS}
    for name in PHONES:
        digits = re.sub(r"[\s().+-]", "", values[name])
        values[name] = re.sub(r"^1(?=[0-9]{10}$)", "", digits)
    values["mbi"] = re.sub(r"[\s-]", "", values["mbi"]).upper()
    values["state"] = values["state"].upper()
    return values, _errors(values)


def missing_to_enroll(profile: Mapping[str, str]) -> list[str]:
    """Name the fields that an application cannot do without and the profile lacks."""
    return [LABELS[name] for name in NEEDED_TO_ENROLL if not profile.get(name)]


def changed_labels(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Name the fields that differ between two profiles, in the order of the form."""
    return [LABELS[n] for n in LABELS if before.get(n, "") != after.get(n, "")]


def _errors(values: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    for name, (pattern, words) in _SHAPES.items():
        if values[name] and not pattern.fullmatch(values[name]):
            errors[name] = words
    for name in DATES:
        if values[name] and not is_date(values[name]):
            errors[name] = "Enter a day that exists."
    if not values["zip"]:
        errors["zip"] = _SHAPES["zip"][1]
    return {name: errors[name] for name in LABELS if name in errors}


_SHAPES = {
    "zip": (ZIP, "Enter 5 or 9 digits."),
    "mbi": (MBI, "This is not an MBI; the card shows it like 1EG4-TE5-MK73."),
    "state": (re.compile(r"[A-Z]{2}"), "Enter two letters, such as IA."),
    "email": (
        re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
        "Enter an address such as ana@example.com.",
    ),
} | dict.fromkeys(PHONES, (re.compile(r"[0-9]{10}"), "Enter 10 digits."))
