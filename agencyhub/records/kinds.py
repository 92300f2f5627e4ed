"""The lists whose values come from outside, and who is told when an unknown value is decided on.

Each installed app may have a module ``values`` that registers its kinds and its listeners; it is
imported when Django starts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from django_stubs_ext import StrOrPromise


class Choice(NamedTuple):
    """Something that a value can mean; values are compared with its ``name``, else its label."""

    pk: int
    label: str
    name: str = ""


@dataclass(frozen=True)
class Source:
    """Where texts come from.

    ``key`` identifies the reading, as "import:42": what it says replaces what it said before. The
    part before the colon names the listener. ``label`` and ``url`` lead a person there.
    """

    key: str
    label: str
    url: str = ""


class Kind(Protocol):
    """One kind of list: what is in it, and how it learns.

    ``within_id`` is the record that the list belongs to, 0 where there is one list of the kind.
    ``keys`` are ``unknown.value_key`` of texts.
    """

    slug: str
    add_permission: str
    """The right to add to the list; blank where a value alone is too little to add one."""
    add_url: str
    """Name of the page that adds one where a value alone is too little; else blank."""
    meanings: Sequence[tuple[str, str]]
    """What a new one must be said to mean: values and words; none where nothing need be said."""

    @property
    def noun(self) -> StrOrPromise:
        """One of the list, as in “Policy status”."""

    @property
    def plural(self) -> StrOrPromise:
        """Several of them."""

    def find(self, keys: Mapping[str, str], *, within_id: int) -> dict[str, int]:
        """Primary keys by key, as far as known; ``keys`` maps a key to its text."""

    def choices(self, *, within_id: int) -> Sequence[Choice]:
        """Everything that a value can be mapped to; labels are unique."""

    def name_of(self, within_id: int) -> str:
        """The record that the list belongs to, in words; blank where there is one list."""

    def label_of(self, target_ids: Collection[int]) -> dict[int, str]:
        """Words for what values were mapped to."""

    def remember(self, *, text: str, target_id: int, within_id: int) -> None:
        """Let the text mean the target from now on. Runs inside ``history.batch``.

        Raises:
            DomainError: it means something else already, or the target is gone.
        """

    def forget(self, *, text: str, target_id: int, within_id: int) -> None:
        """Take back ``remember``."""

    def add(self, *, text: str, within_id: int, meaning: str) -> int:
        """Add the text to the list and answer the new one's key. Runs inside ``history.batch``.

        Raises:
            DomainError: see the service that adds.
        """

    def remove(self, *, target_id: int) -> None:
        """Take back ``add``.

        Raises:
            DomainError: it is in use.
        """


KINDS: dict[str, Kind] = {}
LISTENERS: dict[str, str] = {}


def register(kind: Kind) -> None:
    """Make a kind known; the last one of a slug counts."""
    KINDS[kind.slug] = kind


def listen(prefix: str, *, task: str) -> None:
    """Have a Celery task told of decisions about values that sources "prefix:…" mentioned.

    It is called with ``source``, ``kind``, ``within_id`` and ``texts`` once the decision is
    committed.
    """
    LISTENERS[prefix] = task
