"""Applications that a partner asks about, found together: as many queries for one as for 500."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from agencyhub.accounts.models import User
from agencyhub.lib.crypto import blind_index
from agencyhub.lib.mbi import InvalidMbiError, read_mbi
from agencyhub.lib.text import name_key
from commissions.asking import Asked, Candidates, Found, Known
from commissions.models import Application
from commissions.selectors.outcomes import Facts, facts_of
from individuals.models.person import MBI_INDEX
from policies.models import Carrier, CarrierAlias
from policies.numbers import number_key, read_plan_id

MOST_ASKED = 500
BAD_MBI = "The MBI breaks the position rules and was not used"


@dataclass(frozen=True, repr=False)
class Question:
    """One application as the partner describes it; blank is not told."""

    application_id: str = ""
    mbi: str = ""
    carrier_name: str = ""
    cms_plan_id: str = ""
    effective_date: date | None = None
    first_name: str = ""
    last_name: str = ""
    date_of_birth: date | None = None
    policy_number: str = ""


@dataclass(frozen=True)
class Answer:
    """What is known of the application that was asked about, or why it is not known which."""

    found: Found
    facts: Facts | None
    notes: tuple[str, ...] = ()


def answers_to(*, user: User, questions: Sequence[Question]) -> list[Answer]:
    """Answer in the order asked, about applications that ``user`` may see."""
    carriers = _carriers_named({name_key(one.carrier_name) for one in questions})
    asked = [_asked(one, carriers) for one in questions]
    known = {row.pk: row for row in _likely(user, asked)}
    candidates = Candidates(_known(row) for row in known.values())
    found = [candidates.find(one) for one in asked]
    meant = {one.pk for one in found if one.pk is not None}
    facts = facts_of((known[pk] for pk in meant), user=user)
    return [
        Answer(one, facts.get(one.pk) if one.pk else None, _notes(question, reading))
        for question, reading, one in zip(questions, asked, found, strict=True)
    ]


def _carriers_named(keys: set[str]) -> dict[str, int]:
    """Carriers by the keys of their names; a carrier's own name wins over another's alias."""
    aliases = CarrierAlias.objects.filter(name_key__in=keys).values_list("name_key", "carrier_id")
    return dict(aliases) | dict(
        Carrier.objects.filter(name_key__in=keys).values_list("name_key", "pk")
    )


def _asked(question: Question, carriers: dict[str, int]) -> Asked:
    return Asked(
        application_id=question.application_id,
        mbi_index=_mbi_index(question.mbi),
        carrier_id=carriers.get(name_key(question.carrier_name)),
        plan_id=read_plan_id(question.cms_plan_id),
        effective_date=question.effective_date,
        first_name=name_key(question.first_name),
        last_name=name_key(question.last_name),
        date_of_birth=question.date_of_birth,
        policy_number=number_key(question.policy_number),
    )


def _mbi_index(text: str) -> bytes:
    try:
        full = read_mbi(text).full if text else ""
    except InvalidMbiError:
        return b""
    return blind_index(full, purpose=MBI_INDEX) if full else b""


def _notes(question: Question, asked: Asked) -> tuple[str, ...]:
    return (BAD_MBI,) if question.mbi and not asked.mbi_index else ()


def _likely(user: User, asked: Sequence[Asked]) -> Iterator[Application]:
    """Every application that shares a key with a question; one query for each kind of key."""
    rows = Application.objects.visible_to(user).defer("mbi", "told")
    for condition in _conditions(asked):
        yield from rows.filter(condition)


def _conditions(asked: Sequence[Asked]) -> Iterator[Q]:
    """Sources are named, and what the indexes leave out is excluded, so that they can be used."""
    ids = _given(one.application_id for one in asked)
    yield Q(source__in=Application.Source.values, external_id__in=ids) & ~Q(external_id="")
    yield Q(pk__in=[int(one) for one in ids if _is_ours(one)])
    yield Q(mbi_index__in=_given(one.mbi_index for one in asked), mbi_index__isnull=False)
    numbers = _given(one.policy_number for one in asked)
    yield Q(policy_key__in=numbers) & ~Q(policy_number="")
    yield Q(
        last_name_key__in=_given(one.last_name for one in asked if one.date_of_birth),
        date_of_birth__in=_given(one.date_of_birth for one in asked if one.last_name),
    )


def _given(values: Iterable[Any]) -> list[Any]:
    return sorted({one for one in values if one})


def _is_ours(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004 - bigint


def _known(row: Application) -> Known:
    return Known(
        pk=row.pk,
        external_id=row.external_id,
        mbi_index=bytes(row.mbi_index or b""),
        carrier_id=row.carrier_id,
        plan_id=read_plan_id(row.plan_id),
        effective_date=row.effective_date,
        first_name=row.first_name_key,
        last_name=row.last_name_key,
        date_of_birth=row.date_of_birth,
        policy_numbers=frozenset({row.policy_key} - {""}),
    )
