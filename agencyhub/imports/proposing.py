"""Which field a column fills, by its heading: rules without database. Each field is used once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from agencyhub.lib.reading.headers import drift, labels, normalise, similarity

# Below this, two headings only look alike.
ALIKE = 0.84
SHARED = 0.5
"""A template with a smaller share of common headings is another layout."""


@dataclass(frozen=True)
class Names:
    """A field and the headings that mean it, its own label first."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guess:
    """The field that a column probably fills, and why; no key: none fits."""

    key: str = ""
    why: str = ""
    is_renamed: bool = False


def guess(headings: Sequence[str], fields: Iterable[Names]) -> list[Guess]:
    """Match headings with fields: equal words first, then the most alike."""
    free = {one.key: one for one in fields}
    found: dict[int, Guess] = {}
    meant = {normalise(one.label): one for one in free.values()}
    for one in free.values():  # of two fields that a word may mean, the first
        for name in one.aliases:
            meant.setdefault(normalise(name), one)
    for index, heading in enumerate(headings):
        field = meant.get(normalise(heading))
        if field is not None and field.key in free:
            is_label = normalise(heading) == normalise(field.label)
            found[index] = Guess(
                field.key,
                gettext("same name")
                if is_label
                else gettext("means “%(label)s”") % {"label": field.label},
            )
            del free[field.key]
    found |= _alike({at: one for at, one in enumerate(headings) if at not in found}, free)
    return [found.get(index, Guess()) for index in range(len(headings))]


def _alike(headings: Mapping[int, str], free: dict[str, Names]) -> dict[int, Guess]:
    scores = sorted(
        (
            (max(similarity(heading, name) for name in (one.label, *one.aliases)), index, one)
            for index, heading in headings.items()
            for one in free.values()
        ),
        key=lambda score: (-score[0], score[1], score[2].key),
    )
    found: dict[int, Guess] = {}
    for score, index, one in scores:
        if score >= ALIKE and index not in found and one.key in free:
            found[index] = Guess(one.key, gettext("nearly “%(label)s”") % {"label": one.label})
            del free[one.key]
    return found


def follow(
    headings: Sequence[str], known: Mapping[str, str], fields: Sequence[Names], *, template: str
) -> list[Guess]:
    """Match headings as a template did (``known``: heading to key), and new ones by their names.

    ``template`` names it and its version in words.
    """
    renamed = {new: old for old, new, _ in drift(list(known), headings).renamed}
    by_name = {normalise(label): key for label, key in known.items()}
    existing = {one.key for one in fields}
    found: dict[int, Guess] = {}
    for index, heading in enumerate(labels(headings)):
        before = renamed.get(heading, heading)
        if normalise(before) not in by_name:
            continue
        key = by_name[normalise(before)]
        why = (
            gettext("was “%(before)s” in %(template)s") % {"before": before, "template": template}
            if heading in renamed
            else gettext("as in %(template)s") % {"template": template}
        )
        if not key or key in existing:
            found[index] = Guess(key, why if key else "", is_renamed=heading in renamed)
    taken = {one.key for one in found.values()}
    rest = {at: one for at, one in enumerate(headings) if at not in found}
    guesses = guess(list(rest.values()), [one for one in fields if one.key not in taken])
    found |= dict(zip(rest, guesses, strict=True))
    return [found[index] for index in range(len(headings))]
