"""What the inbox asks of a partner's package."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

from agencyhub.records.models import Batch
from integrations.errors import FieldProblem
from integrations.models import InboundMessage


@dataclass(frozen=True)
class Envelope:
    """One item of a delivery: the partner's id for it and the JSON to keep.

    ``sameness`` is what a repeated id is compared by to tell whether it brings something else:
    without it, the body. ``problems`` are parts that are refused without losing the others.
    """

    external_id: str
    content: dict[str, Any]
    sameness: bytes = b""
    problems: list[FieldProblem] = field(default_factory=list)


@dataclass(frozen=True)
class Touched:
    """A record that a message made or changed; ``action`` is a past participle."""

    kind: str
    record_id: int
    action: str


@dataclass
class Applied:
    """What applying a message did: every rule that fired, and what is left for a person to do.

    Both are sentences for the screen, without personal data.
    """

    reasons: list[str] = field(default_factory=list)
    touched: list[Touched] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    is_ignored: bool = False


class Session(Protocol):
    """Settings read once for a page of messages."""

    def apply(self, *, message: InboundMessage, body: bytes, batch: Batch, at: datetime) -> Applied:
        """Apply one message inside the caller's transaction.

        Raises:
            HeldForReviewError: a person has to decide.
            DomainError: the rules refuse it; the message fails with the sentence.
            PartnerContractError: the body cannot be read.
        """


class Partner(Protocol):
    """A partner that delivers messages."""

    slug: str
    title: str
    api_key_scope: str

    @property
    def door(self) -> str:
        """Which of its addresses this is, where deliveries come to several; else blank."""

    def at_door_of(self, *, external_id: str, details: Mapping[str, Any]) -> "Partner":
        """The partner as it was when a stored message came in."""

    def subject_of(self, external_id: str) -> str:
        """The part of an external id that a corrected body must keep."""

    def refusal(self) -> str:
        """Why deliveries are refused now (the integration is inactive), or blank."""

    def open_delivery(self, payload: Any) -> list[Any]:
        """Split a delivery into its items.

        Raises:
            PartnerContractError: the delivery as a whole has the wrong shape.
        """

    def read_item(self, item: Any) -> Envelope:
        """Check one item's shape.

        Raises:
            PartnerContractError: naming every field that is wrong.
        """

    def open_session(self) -> Session:
        """Read the settings that a page of messages is applied with."""

    def remember_hold(self, *, hold_details: dict[str, Any]) -> None:
        """Keep what a hold teaches (an unknown value to map); runs after the apply rolled back."""


class OneDoor:
    """What is the same for every partner whose deliveries all come to one address."""

    door = ""

    def at_door_of(self, *, external_id: str, details: Mapping[str, Any]) -> Self:
        """It has no other."""
        return self

    def subject_of(self, external_id: str) -> str:
        """All of it."""
        return external_id
