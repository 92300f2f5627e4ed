"""What the search answers: results by kind, each with the field that was hit."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django_stubs_ext import StrOrPromise

from individuals.searching_hits import Hit


@dataclass(frozen=True)
class Result:
    """Something to open. ``hit`` says why it is here; None when its title says so."""

    title: str
    url: str
    icon: str
    text: StrOrPromise = ""
    hit: Hit | None = None


@dataclass(frozen=True)
class Group:
    """Results of one kind; ``has_more`` when others of the kind fit as well.

    ``is_guess`` when none of them fits, but is only spelled alike.
    """

    label: str
    results: Sequence[Result] = field(default_factory=list)
    has_more: bool = False
    is_guess: bool = False


def in_words(value: str, typed: str, *, label: str) -> Hit:
    """Mark what was typed inside a value, where it stands there as it was typed."""
    start = value.lower().find(typed.lower()) if typed else -1
    if start < 0:
        return Hit(label, mark=value)
    end = start + len(typed)
    return Hit(label, value[:start], value[start:end], value[end:])
