"""How policy numbers and CMS plan IDs are compared and written. Pure."""

import re

PLAN_ID = re.compile(r"([A-Z]\d{4})-?(\d{3})(?:-?(\d{1,3}))?")


def number_key(text: str) -> str:
    """A policy number without case, spaces, punctuation and leading zeros.

    Blank when nothing remains to compare by. ``models.NumberKey`` is the same in SQL.
    """
    return "".join(one for one in text.lower() if one.isalnum()).lstrip("0")


def read_plan_id(text: str) -> str:
    """Write a CMS plan ID one way: ``H5216-001-000``. Anything else is only trimmed.

    Sources leave the segment out or write it as 0; Medigap plans have no CMS ID at all.
    Source: CMS landscape files, contract - plan - segment (read 09/2026).
    """
    trimmed = " ".join(text.split())
    found = PLAN_ID.fullmatch(trimmed.upper().replace(" ", ""))
    if not found:
        return trimmed
    contract, plan, segment = found.groups()
    return f"{contract}-{plan}-{int(segment or 0):03d}"
