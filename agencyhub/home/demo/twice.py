"""People who are in the book twice, as they come in by two doors, and others who only look so.

Somebody of the book without policies becomes another record of a client: nobody is added, so that
the size of the book stays what it says.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from agencyhub.home.demo import names
from agencyhub.home.demo.people import plain
from agencyhub.lib.mbi import Mbi
from agencyhub.lib.years import add_years
from individuals import misspelling
from individuals.models import Address, DuplicatePair, Individual
from individuals.services import duplicates

GENERATION = 27
TWELVE = 12
Facts = dict[str, Any]
Record = Any  # an Individual whose date of birth is known, as everybody's in the book is


def _as_it_is(_one: Record) -> Facts:
    return {}


def _is_known(one: Record) -> bool:
    return one.date_of_birth is not None


class Case(NamedTuple):
    """How the second record differs; ``fits`` says of whom it may be one."""

    facts: Callable[[Record], Facts]
    fits: Callable[[Record], bool] = _is_known
    has_same_home: bool = False
    has_same_mbi: bool = False
    has_same_tail: bool = False


def _near(born: date) -> date:
    """The year one digit off."""
    return add_years(born, -10)


def _letters_swapped(name: str) -> str:
    return name[:2] + name[3] + name[2] + name[4:]


CASES = (
    Case(
        lambda one: {
            "first_name": plain(one.first_name).title(),
            "last_name": one.last_name.upper(),
        },
        lambda one: bool(one.mbi) and not one.first_name.isascii(),
        has_same_mbi=True,
    ),
    Case(
        lambda one: {"first_name": names.NICKNAMES[one.first_name]},
        lambda one: one.first_name in names.NICKNAMES,
    ),
    Case(
        lambda one: {"last_name": _letters_swapped(one.last_name)},
        lambda one: len(one.last_name) >= misspelling.LONG and one.last_name.isalpha(),
    ),
    Case(lambda one: {"first_name": one.last_name, "last_name": one.first_name}),
    Case(
        lambda one: {
            "date_of_birth": one.date_of_birth.replace(
                month=one.date_of_birth.day, day=one.date_of_birth.month
            )
        },
        lambda one: (
            one.date_of_birth.day <= TWELVE and one.date_of_birth.day != one.date_of_birth.month
        ),
        has_same_home=True,
    ),
    Case(lambda one: {"date_of_birth": _near(one.date_of_birth)}, has_same_home=True),
    Case(_as_it_is, lambda one: bool(one.mbi), has_same_tail=True),
    Case(
        lambda one: {"last_name": f"{one.last_name} Ruiz", "language": "es"},
        lambda one: one.last_name in names.SPANISH_LAST,
    ),
    Case(
        lambda one: {"last_name": "Whitfield", "home_phone": one.home_phone},
        lambda one: one.gender == "female" and bool(one.home_phone),
    ),
    Case(
        lambda one: {"date_of_birth": None, "cell_phone": one.home_phone},
        lambda one: bool(one.home_phone),
    ),
    Case(lambda one: {"first_name": one.first_name[0]}),
    Case(lambda one: {"date_of_birth": None, "email": one.email}, lambda one: bool(one.email)),
    # Two people: father and son, who are never shown, twins, and namesakes, whom somebody decides.
    Case(
        lambda one: {
            "suffix": "Jr.",
            "date_of_birth": add_years(one.date_of_birth, GENERATION),
            "home_phone": one.home_phone,
        },
        lambda one: one.gender == "male" and bool(one.home_phone) and not one.suffix,
        has_same_home=True,
    ),
    Case(
        lambda one: {"first_name": "Rosalind", "home_phone": one.home_phone},
        lambda one: one.gender == "female" and bool(one.home_phone),
        has_same_home=True,
    ),
    Case(_as_it_is),
)


def write_twice() -> int:
    """Make one record of each case out of people who have no policies; count them."""
    clients = Individual.objects.filter(policies__isnull=False).distinct().order_by("pk").iterator()
    spare = Individual.objects.filter(
        policies=None, sales_records=None, sales_opportunities=None, deceased_date=None
    )
    others = list(spare.order_by("-pk")[: len(CASES)])
    written = [
        _rewrite(other, _fitting(case, clients), case)
        for other, case in zip(others, CASES, strict=False)
    ]
    # A range: the terms by which a few are looked up are added to the new book later.
    duplicates.detect(id_range=(min(written), max(written)), door=DuplicatePair.Door.IMPORT)
    return len(written)


def _fitting(case: Case, people: Iterator[Individual]) -> Individual:
    return next(one for one in people if case.fits(one))


def _rewrite(other: Individual, one: Individual, case: Case) -> int:
    """Let ``other`` be another record of ``one``, made with less care."""
    facts = {
        "first_name": one.first_name,
        "middle_name": "",
        "last_name": one.last_name,
        "suffix": "",
        "nickname": "",
        "date_of_birth": one.date_of_birth,
        "gender": one.gender,
        "email": "",
        "home_phone": "",
        **case.facts(one),
    }
    for name, value in facts.items():
        setattr(other, name, value)
    other.set_mbi(None)
    if case.has_same_mbi and one.mbi:
        other.set_mbi(Mbi(one.mbi.reveal(), one.mbi_tail))
    elif case.has_same_tail:
        other.set_mbi(Mbi("", one.mbi_tail))
    other.save()
    if case.has_same_home:
        home = Address.objects.filter(individual=one, is_primary=True).values(
            "line_1", "line_2", "city", "state", "zip_code", "county"
        )
        Address.objects.filter(individual=other, is_primary=True).update(**home.get())
    return other.pk
