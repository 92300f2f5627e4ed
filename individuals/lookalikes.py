"""Individuals who may be the person that somebody is typing, or that a sales record is about."""

from collections.abc import Collection
from dataclasses import dataclass

from agencyhub.accounts.models import User
from individuals import blocking
from individuals.duplicates import Likeness, score
from individuals.models import DuplicatePair, Individual, SalesRecord

MOST_SHOWN = 5


@dataclass(frozen=True)
class Lookalike:
    """An individual who may be the same person; None when ``user`` may not see who it is."""

    individual: Individual | None
    likeness: Likeness

    @property
    def reason(self) -> str:
        """Why, in words."""
        return ", ".join(self.likeness.reasons)


def find(typed: blocking.Typed, *, user: User, individual_id: int | None = None) -> list[Lookalike]:
    """Everybody worth a look, the likeliest first; ``individual_id`` is the one being edited.

    Those out of the user's reach count too, without saying who they are.
    """
    others = blocking.namesakes(typed)
    if individual_id is not None:
        others = [pk for pk in others if pk not in _settled(individual_id)]
    if not others:
        return []
    known = blocking.facts_of_typed(typed)
    likenesses = {pk: score(known, facts) for pk, facts in blocking.facts_of(others).items()}
    alike = [pk for pk, likeness in likenesses.items() if likeness.is_worth_a_look]
    alike.sort(key=lambda pk: (-likenesses[pk].score, pk))
    seen = Individual.objects.visible_to(user).in_bulk(alike[:MOST_SHOWN])
    return [Lookalike(seen.get(pk), likenesses[pk]) for pk in alike[:MOST_SHOWN]]


def _settled(individual_id: int) -> Collection[int]:
    """The individual, and those whom somebody decided it is not."""
    decided = DuplicatePair.objects.of(individual_id).exclude(state=DuplicatePair.State.OPEN)
    pairs = decided.values_list("first_id", "second_id")
    return {individual_id, *(pk for pair in pairs for pk in pair)}


def typed_of_record(record: SalesRecord) -> blocking.Typed:
    """A sales record as what was typed about a person."""
    return blocking.Typed(
        first_name=record.first_name,
        last_name=record.last_name,
        date_of_birth=record.date_of_birth,
        email=record.email,
        home_phone=record.home_phone,
        cell_phone=record.cell_phone,
        business_phone=record.business_phone,
        mbi_index=bytes(record.mbi_index) if record.mbi_index else None,
        mbi_tail=record.mbi_tail,
        middle_name=record.middle_name,
        suffix=record.suffix,
        nickname=record.nickname,
        gender=record.gender,
        line_1=record.address_1,
        zip_code=record.zip_code,
    )


def typed_of_individual(individual: Individual) -> blocking.Typed:
    """A stored individual as if typed, with the primary address."""
    home = individual.addresses.filter(is_primary=True).first()
    return blocking.Typed(
        first_name=individual.first_name,
        last_name=individual.last_name,
        date_of_birth=individual.date_of_birth,
        email=individual.email,
        home_phone=individual.home_phone,
        cell_phone=individual.cell_phone,
        business_phone=individual.business_phone,
        mbi_index=bytes(individual.mbi_index) if individual.mbi_index else None,
        mbi_tail=individual.mbi_tail,
        middle_name=individual.middle_name,
        suffix=individual.suffix,
        nickname=individual.nickname,
        gender=individual.gender,
        line_1=home.line_1 if home else "",
        zip_code=home.zip_code if home else "",
    )
