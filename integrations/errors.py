"""What can go wrong with a partner's message, by who acts on it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agencyhub.lib.errors import DomainError


class PartnerUnavailableError(Exception):
    """The partner did not answer; nobody acts, the call is tried again."""


class PartnerRejectedError(Exception):
    """The partner refused; a person acts. ``status`` is the HTTP status, or None; no contents."""

    def __init__(self, status: int | None, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class FieldProblem:
    """One field that breaks the contract: a dotted path, a stable code and a sentence."""

    field: str
    code: str
    detail: str


_PLACE = re.compile(r"\[\d+\]|(?<=\.)\d+(?=\.|$)")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\[\])?(\.([a-z][a-z0-9_]*|\[\])(\[\])?)*", re.IGNORECASE)


def fields_in(problems: Iterable[FieldProblem]) -> str:
    """The fields that are wrong, as equal errors share them: without places in lists.

    A path that is none of ours is left out: whoever sends the body chooses its keys.
    """
    paths = dict.fromkeys(_PLACE.sub("[]", problem.field) for problem in problems)
    return ", ".join(path for path in paths if _PATH.fullmatch(path))


class PartnerContractError(Exception):
    """A message of another shape than published; ``problems`` name the fields, not values."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Hold:
    """Why a message waits for a person; ``details`` is what the review screen shows.

    ``value`` is what equal holds share and one decision settles, such as an unknown plan type.
    """

    code: str
    reason: str
    details: dict[str, Any] = field(default_factory=dict)
    value: str = ""


class HeldForReviewError(Exception):
    """Nothing is guessed: a person decides what this message is about."""

    def __init__(self, hold: Hold) -> None:
        super().__init__(hold.code)
        self.hold = hold


class MessageStateError(DomainError):
    """The message is not in a state that allows this."""

    code = "message_state"
