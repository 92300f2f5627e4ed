"""Which application a partner asks about: by its id, else by what else is told. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

BY_ID = "Found by the application id"
BY_MBI = "Found by the MBI"
BY_NUMBER = "Found by the policy number"
BY_NAME = "Found by name and date of birth"
SEVERAL = "More than one application fits what was asked; send its id"
NOTHING = "No application fits what was asked"
TOO_LITTLE = "Nothing was asked that tells applications apart"


@dataclass(frozen=True, repr=False)
class Asked:
    """What a partner says of one application, as far as it can be compared; blank is not told.

    ``carrier_id`` is the carrier known by the told name; names and numbers are keys.
    """

    application_id: str = ""
    mbi_index: bytes = b""
    carrier_id: int | None = None
    plan_id: str = ""
    effective_date: date | None = None
    first_name: str = ""
    last_name: str = ""
    date_of_birth: date | None = None
    policy_number: str = ""


@dataclass(frozen=True, repr=False)
class Known:
    """An application of ours, in the same words; ``pk`` is our own id of it."""

    pk: int
    external_id: str
    mbi_index: bytes
    carrier_id: int | None
    plan_id: str
    effective_date: date | None
    first_name: str
    last_name: str
    date_of_birth: date | None
    policy_numbers: frozenset[str]


@dataclass(frozen=True)
class Found:
    """The application that is meant, or why none is named."""

    pk: int | None
    how: str
    is_ambiguous: bool = False


class Candidates:
    """The applications that may be meant, looked up by each of their keys."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._by: dict[tuple[str, object], dict[int, Known]] = defaultdict(dict)
        for one in known:
            for key in _keys_of(one):
                self._by[key][one.pk] = one

    def find(self, asked: Asked) -> Found:
        """Take the first way that leads to exactly one application; two answers are no answer.

        An id is believed, whatever else is told; only where several sources use the same id, or
        the id may be our own number by accident, the rest decides. Everywhere else an application
        that contradicts anything that was told is not meant.
        """
        found = self._with("id", asked.application_id)
        if len(found) == 1:
            return Found(found[0].pk, BY_ID)
        ways = [
            (BY_ID, found or self._with("pk", asked.application_id)),
            (BY_MBI, self._with("mbi", asked.mbi_index)),
            (BY_NUMBER, self._with("number", asked.policy_number)),
            (BY_NAME, self._with("person", _person(asked))),
        ]
        is_ambiguous = False
        for how, likely in ways:
            fitting = [one for one in likely if not _contradicts(asked, one)]
            if len(fitting) == 1:
                return Found(fitting[0].pk, how)
            is_ambiguous = is_ambiguous or len(fitting) > 1
        if is_ambiguous:
            return Found(None, SEVERAL, is_ambiguous=True)
        return Found(None, NOTHING if _tells_apart(asked) else TOO_LITTLE)

    def _with(self, kind: str, value: object) -> list[Known]:
        return list(self._by.get((kind, value), {}).values()) if value else []


def _keys_of(known: Known) -> Iterator[tuple[str, object]]:
    yield "pk", str(known.pk)
    yield "id", known.external_id
    yield "mbi", known.mbi_index
    yield "person", (known.last_name, known.first_name, known.date_of_birth)
    for number in known.policy_numbers:
        yield "number", number


def _person(asked: Asked) -> tuple[str, str, date] | None:
    if asked.last_name and asked.first_name and asked.date_of_birth:
        return asked.last_name, asked.first_name, asked.date_of_birth
    return None


def _contradicts(asked: Asked, known: Known) -> bool:
    pairs: list[tuple[object, object]] = [
        (asked.mbi_index, known.mbi_index),
        (asked.carrier_id, known.carrier_id),
        (asked.plan_id, known.plan_id),
        (asked.effective_date, known.effective_date),
        (asked.date_of_birth, known.date_of_birth),
        (asked.last_name, known.last_name),
    ]
    return any(ours and theirs and ours != theirs for theirs, ours in pairs)


def _tells_apart(asked: Asked) -> bool:
    return bool(asked.application_id or asked.mbi_index or asked.policy_number or _person(asked))
