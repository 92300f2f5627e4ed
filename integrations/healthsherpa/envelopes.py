"""Finding the submissions in a delivery, however it is wrapped and spelled. Pure.

Receivers in the field have met: the object itself, an array, a wrapper under ``data`` or
``payload``, the whole as JSON in a string under ``text``, and keys in camelCase at any level.
Source: reference of receivers, public code, read 2026-11-22.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from integrations.errors import FieldProblem, PartnerContractError

APPLICATION = "medicare_application"
WRAPPERS = ("data", "payload", "text")
MOST_SUBMISSIONS = 500
DEEPEST = 6
_HUMP_AFTER_CAPITALS = re.compile(r"([A-Z]+)([A-Z][a-z])")
_HUMP = re.compile(r"([a-z0-9])([A-Z])")


def open_envelopes(payload: Any) -> list[dict[str, Any]]:
    """List the submissions of a delivery, their own keys in snake_case.

    Raises:
        PartnerContractError: nothing in it is a submission, or too many are.
    """
    found: list[dict[str, Any]] = []
    for submission in _unwrapped(payload, 0):
        found.append(submission)
        if len(found) > MOST_SUBMISSIONS:
            detail = gettext("Send at most %(most_submissions)s submissions in one delivery.") % {
                "most_submissions": MOST_SUBMISSIONS
            }
            raise PartnerContractError([FieldProblem("", "too_many", detail)])
    if not found:
        raise _missing()
    return found


def _unwrapped(payload: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        raise _missing()
    if isinstance(payload, str):
        yield from _unwrapped(_parsed(payload), depth + 1)
    elif isinstance(payload, list):
        for item in payload:
            yield from _unwrapped(item, depth + 1)
    elif isinstance(payload, Mapping):
        yield from _of_object(snake_keys(payload), depth)
    else:
        raise _missing()


def _of_object(item: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    if APPLICATION in item:
        yield item
        return
    inner = next((item[name] for name in WRAPPERS if item.get(name)), None)
    if inner is None:
        raise _missing()
    yield from _unwrapped(inner, depth + 1)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _missing() from error


def snake_keys(item: Mapping[str, Any]) -> dict[str, Any]:
    """The object with its own keys in snake_case; of two spellings the first with a value wins."""
    found: dict[str, Any] = {}
    for name, value in item.items():
        key = snake(name)
        if found.get(key) is None:
            found[key] = value
    return found


def snake(name: str) -> str:
    """``cmsPlanId``, ``CmsPlanID`` and ``cms-plan-id`` all become ``cms_plan_id``."""
    humps = _HUMP.sub(r"\1_\2", _HUMP_AFTER_CAPITALS.sub(r"\1_\2", name.strip()))
    return humps.replace("-", "_").replace(" ", "_").lower()


def _missing() -> PartnerContractError:
    detail = gettext(
        "A delivery holds an object medicare_application, alone or under data or payload."
    )
    return PartnerContractError([FieldProblem(APPLICATION, "required", detail)])
