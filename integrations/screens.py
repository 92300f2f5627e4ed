"""What a partner's package adds to the shared pages: catalogue cards, health, held messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from integrations.models import InboundMessage
from integrations.reports import Report


@dataclass(frozen=True)
class Card:
    """One integration of the catalogue. ``state`` is in words; ``add_url`` is a POST address."""

    title: StrOrPromise
    text: StrOrPromise
    url: str
    icon: str
    is_active: bool
    state: str
    add_url: str = ""
    refusal: str = ""


@dataclass(frozen=True)
class Notice:
    """Something about a partner's settings that somebody should know before it bites."""

    tone: str
    title: StrOrPromise
    text: StrOrPromise
    url: str
    icon: str


@dataclass(frozen=True)
class Cell:
    """A candidate's value beside what came in."""

    text: str
    is_different: bool


@dataclass(frozen=True)
class CompareRow:
    """One field: what came in, and each candidate's value in the order of the candidates."""

    label: str
    incoming: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Candidate:
    """A record that the message may be about; ``choice`` is what the form sends."""

    choice: str
    noun: str
    title: str
    url: str


@dataclass(frozen=True)
class Review:
    """A held message as a person decides about it: values side by side, nothing preselected."""

    message: InboundMessage
    title: str
    facts: tuple[tuple[str, str], ...]
    candidates: tuple[Candidate, ...]
    rows: tuple[CompareRow, ...]
    may_be_new: bool


@dataclass(frozen=True)
class ValueGroup:
    """An unknown value that holds several messages until somebody maps it once."""

    partner: str
    value: str
    waiting: int
    choices: Sequence[tuple[str, str]] = ()


class Reporting(Protocol):
    """What the health page and the incidents ask of whatever works by itself."""

    def reports(self, *, now: datetime) -> Sequence[Report]:
        """How each part of it is doing, in a number of queries that does not grow with them."""


class CatalogueScreens(Reporting, Protocol):
    """What the catalogue and the health page ask of an integration."""

    def cards(self) -> Sequence[Card]:
        """Its variants in the catalogue."""

    def notices(self, *, on: date) -> Sequence[Notice]:
        """What somebody should settle and no report says."""


class PartnerScreens(CatalogueScreens, Protocol):
    """What the shared pages ask of a partner that delivers messages."""

    def settings_url(self) -> str:
        """Where its settings are."""

    def value_choices(self) -> Sequence[tuple[str, str]]:
        """What an unknown value can be mapped to: values of the form and their words."""

    def map_value(self, *, value: str, choice: str, user: User) -> None:
        """Map an unknown value once, for good.

        Raises:
            DomainError: the choice is none, or the integration is not active.
        """

    def review(self, message: InboundMessage, *, user: User) -> Review:
        """Put a held message beside its candidates, as far as ``user`` may see them."""


class NothingToMapError(DomainError):
    """Values of this partner are not mapped with its messages."""

    code = "nothing_to_map"


class NothingHeld:
    """A partner whose messages wait for nobody; ``maps_nothing`` says why no value is mapped."""

    maps_nothing: StrOrPromise

    def value_choices(self) -> Sequence[tuple[str, str]]:
        """There is nothing to map."""
        return []

    def map_value(self, *, value: str, choice: str, user: User) -> None:
        """There is nothing to map.

        Raises:
            NothingToMapError: always.
        """
        raise NothingToMapError(str(self.maps_nothing))

    def review(self, message: InboundMessage, *, user: User) -> Review:
        """A message that waits for nobody's decision."""
        words = gettext("This message needs no decision")
        return Review(message, words, facts=(), candidates=(), rows=(), may_be_new=False)


def nightly_state(*, is_active: bool | None) -> str:
    """How a partner that is asked every night stands; None: it was never set up."""
    if is_active is None:
        return gettext("Not set up")
    return gettext("Active, every night") if is_active else gettext("Not active, settings kept")
