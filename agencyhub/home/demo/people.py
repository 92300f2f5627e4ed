"""People that never lived: the same seed and number give the same book."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from agencyhub.home.demo import names
from agencyhub.home.demo.places import PLACES, STREETS, Place
from agencyhub.lib.years import add_years

MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
_MBI_WELLS = {
    "1": "123456789",
    "0": "0123456789",
    "A": MBI_LETTERS,
    "N": MBI_LETTERS + "0123456789",
}
_PLACE_WEIGHTS = [place.weight for place in PLACES]
SPANISH_STATES = {"TX", "FL", "AZ", "NM"}
MEDICARE_AGE = 65


@dataclass
class Home:
    """An address of one household."""

    line_1: str
    line_2: str
    place: Place
    zip_code: str


@dataclass
class Person:
    """A made-up person with everything that says who they are."""

    first_name: str
    last_name: str
    gender: str
    language: str
    date_of_birth: date
    home: Home
    middle_name: str = ""
    suffix: str = ""
    nickname: str = ""
    email: str = ""
    home_phone: str = ""
    cell_phone: str = ""
    mbi: str = ""
    part_a: date | None = None
    part_b: date | None = None
    additional_homes: list[Home] = field(default_factory=list)

    @property
    def covered_from(self) -> date | None:
        """First day with both parts of Medicare, which plans need; None before that is known."""
        return max(self.part_a, self.part_b) if self.part_a and self.part_b else None


def people(dice: Random, *, count: int, as_of: date) -> Iterator[Person]:
    """Yield ``count`` people; now and then two in a row are a couple at one address."""
    previous: Person | None = None
    for _ in range(count):
        if previous is not None and dice.random() < 0.16:
            yield _spouse(dice, previous, as_of=as_of)
            previous = None
            continue
        previous = _single(dice, as_of=as_of)
        yield previous


def make_mbi(dice: Random) -> str:
    """Make up an MBI that follows the position rules."""
    return "".join(dice.choice(_MBI_WELLS[kind]) for kind in "1AN0AN0AA00")


def medicare_start(born: date) -> date:
    """First day of the month of the 65th birthday; born on a first, one month earlier."""
    birthday = add_years(born, MEDICARE_AGE)
    if birthday.day == 1:
        birthday -= timedelta(days=1)
    return birthday.replace(day=1)


def _single(dice: Random, *, as_of: date) -> Person:
    place = dice.choices(PLACES, _PLACE_WEIGHTS)[0]
    is_spanish = dice.random() < (0.42 if place.state in SPANISH_STATES else 0.06)
    gender = "female" if dice.random() < 0.55 else "male"
    first_name, last_name = _name(dice, gender, is_spanish=is_spanish)
    language = "es" if is_spanish and dice.random() < 0.62 else "en"
    born = _birth_date(dice, as_of=as_of)
    person = Person(first_name, last_name, gender, language, born, _home(dice, place))
    return _complete(dice, person, as_of=as_of)


def _spouse(dice: Random, other: Person, *, as_of: date) -> Person:
    gender = "male" if other.gender == "female" else "female"
    is_spanish = other.first_name in names.SPANISH_WOMEN + names.SPANISH_MEN
    first_name, _ = _name(dice, gender, is_spanish=is_spanish)
    born = other.date_of_birth + timedelta(days=dice.randrange(-1800, 1800))
    born = min(born, add_years(as_of, -40))
    person = Person(first_name, other.last_name, gender, other.language, born, other.home)
    person.home_phone = other.home_phone
    return _complete(dice, person, as_of=as_of)


def _name(dice: Random, gender: str, *, is_spanish: bool) -> tuple[str, str]:
    first: dict[tuple[bool, bool], Sequence[str]] = {
        (True, True): names.SPANISH_WOMEN,
        (True, False): names.SPANISH_MEN,
        (False, True): names.ENGLISH_WOMEN,
        (False, False): names.ENGLISH_MEN,
    }
    last: Sequence[str] = names.SPANISH_LAST if is_spanish else names.ENGLISH_LAST
    return dice.choice(first[is_spanish, gender == "female"]), dice.choice(last)


def _birth_date(dice: Random, *, as_of: date) -> date:
    chance = dice.random()
    if chance < 0.05:  # turns 65 within half a year
        return add_years(as_of, -MEDICARE_AGE) + timedelta(days=dice.randrange(1, 180))
    if chance < 0.09:  # on Medicare through disability
        days = dice.randrange(42 * 365, 64 * 365)
    elif chance < 0.16:
        days = dice.randrange(86 * 365, 97 * 365)
    else:
        days = int(dice.triangular(65 * 365 + 30, 86 * 365, 70 * 365))
    return as_of - timedelta(days=days)


def _home(dice: Random, place: Place) -> Home:
    line_1 = f"{dice.randrange(100, 9900)} {dice.choice(STREETS)}"
    line_2 = f"Apt {dice.randrange(1, 60)}" if dice.random() < 0.17 else ""
    return Home(line_1, line_2, place, dice.choice(place.zip_codes))


def _complete(dice: Random, person: Person, *, as_of: date) -> Person:
    if dice.random() < 0.35:
        person.middle_name = dice.choice("ABCDEFGHJKLMNPRSTW")
    if person.gender == "male" and dice.random() < 0.03:
        person.suffix = dice.choice(("Jr.", "Sr.", "III"))
    if dice.random() < 0.3:
        person.nickname = names.NICKNAMES.get(person.first_name, "")
    _add_contact(dice, person)
    _add_medicare(dice, person, as_of=as_of)
    if dice.random() < 0.12:
        person.additional_homes.append(_home(dice, dice.choices(PLACES, _PLACE_WEIGHTS)[0]))
    return person


def _add_contact(dice: Random, person: Person) -> None:
    area = person.home.place.area_code
    if not person.home_phone and dice.random() < 0.72:
        person.home_phone = f"{area}55501{dice.randrange(100):02d}"
    if not person.home_phone or dice.random() < 0.6:
        person.cell_phone = f"{area}55501{dice.randrange(100):02d}"
    if dice.random() < 0.7:
        local = f"{plain(person.first_name)}.{plain(person.last_name)}"
        person.email = f"{local}{dice.randrange(10, 99)}@example.com"


def _add_medicare(dice: Random, person: Person, *, as_of: date) -> None:
    start = medicare_start(person.date_of_birth)
    if start > as_of + timedelta(days=200):  # disabled: since some first of a month
        years_back, month = dice.randrange(1, 9), dice.randrange(1, 13)
        start = date(as_of.year - years_back, month, 1)
    chance = dice.random()
    if start > as_of and chance < 0.4:
        return
    person.part_a = person.part_b = start
    if chance > 0.9 and start < as_of - timedelta(days=3 * 365):  # worked on, took Part B later
        person.part_b = date(start.year + dice.randrange(1, 3), dice.randrange(1, 13), 1)
    if dice.random() < 0.88:
        person.mbi = make_mbi(dice)


def plain(name: str) -> str:
    """A name in small ASCII letters, for the left side of an e-mail address."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in text.lower() if letter.isalnum())
