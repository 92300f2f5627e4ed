"""The codes of ``groups.evidence`` and ``groups.allowed`` in words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from agencyhub.lib.templatetags.ui import usd
from groups.allowed import Refusal, Refused
from groups.evidence import Code, Reason

_WHY = {
    Code.ABOVE_GUARANTEED: gettext_lazy("More than the guaranteed issue of %(volume)s."),
    Code.LATE: gettext_lazy(
        "Chosen more than %(days)s days after becoming eligible: any amount needs evidence."
    ),
    Code.ABOVE_STEP: gettext_lazy(
        "More than %(volume)s, which this enrollment allows without evidence."
    ),
    Code.AFTER_ENROLLMENT: gettext_lazy(
        "An increase above %(volume)s outside the time for new employees."
    ),
    Code.AWAITS_EMPLOYEE: gettext_lazy(
        "More than %(volume)s: at most %(percent)s%% of what the employee has been approved for."
    ),
    Code.OTHER_COVERAGE: gettext_lazy("Another plan or coverage level than the one in force."),
}
_REFUSED = {
    Refused.NO_VOLUME: gettext_lazy("Enter how much coverage is chosen."),
    Refused.NO_SALARY: gettext_lazy(
        "This plan counts in multiples of the salary. Enter the employee’s salary first."
    ),
    Refused.BELOW_MINIMUM: gettext_lazy("Choose at least %(volume)s: the plan begins there."),
    Refused.ABOVE_MAXIMUM: gettext_lazy("Choose at most %(volume)s: the plan ends there."),
    Refused.OFF_STEP: gettext_lazy("Choose an amount in steps of %(volume)s."),
    Refused.ABOVE_MULTIPLE: gettext_lazy("Choose at most %(multiple)s times the salary."),
    Refused.ABOVE_EMPLOYEE: gettext_lazy(
        "Choose at most %(volume)s: the plan ties it to the employee’s own coverage."
    ),
    Refused.LOCKED: gettext_lazy(
        "The carrier allows no more than %(volume)s for this person. "
        "The lock must be lifted before more can be chosen."
    ),
}


def as_json(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Reasons as they are stored: the code, and the values that it has."""
    return [
        {"code": str(one.code)}
        | ({} if one.volume is None else {"volume": f"{one.volume:.2f}"})
        | ({} if one.days is None else {"days": one.days})
        | ({} if one.percent is None else {"percent": one.percent})
        for one in reasons
    ]


def in_words(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why evidence is asked for, each reason as a sentence in the reader's language."""
    return [
        str(_WHY[Code(one["code"])])
        % {
            "volume": usd(Decimal(one["volume"])) if "volume" in one else "",
            "days": one.get("days", ""),
            "percent": one.get("percent", ""),
        }
        for one in reasons
    ]


def refusal_in_words(refusal: Refusal) -> str:
    """Why a choice is not taken, and what would be."""
    limit = refusal.limit or Decimal(0)
    return str(_REFUSED[refusal.code]) % {
        "volume": usd(limit),
        "multiple": f"{limit.normalize():f}",
    }
