"""A file of made-up people with a policy each: 10 columns of an individual, 10 of a policy."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from agencyhub.home.demo import company, names
from agencyhub.home.demo.catalogue import CARRIERS
from agencyhub.home.demo.people import MBI_LETTERS

HEADER = (
    *("First Name", "Last Name", "Date of Birth", "Gender", "Language", "Email", "Cell Phone"),
    *("MBI", "Type", "Servicing Agent NPN", "Carrier", "Carrier Product", "Policy Number"),
    *("Policy Status", "Coverage Type", "Application Submit Date", "Effective Date"),
    *("Termination Date", "Premium", "Policy Agent NPN"),
)
FIRST = names.ENGLISH_WOMEN + names.ENGLISH_MEN + names.SPANISH_WOMEN + names.SPANISH_MEN
LAST = names.ENGLISH_LAST + names.SPANISH_LAST
OLDEST, AGES = date(1930, 1, 1), 365 * 40
SUBMITTED, SPREAD = date(2024, 10, 1), 365 * 2
NO_DAY = "13/45/1950"


def write(path: Path, *, rows: int, seed: int = 1, bad: bool = False) -> None:
    """Write the file; with ``bad`` no row can be taken, since each has an impossible birthday."""
    dice = Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(_rows(dice, rows, bad=bad))


def _rows(dice: Random, count: int, *, bad: bool) -> Iterator[tuple[str, ...]]:
    npns = [agent[2] for agent in company.AGENTS]
    for number in range(count):
        first, last = dice.choice(FIRST), dice.choice(LAST)
        carrier = CARRIERS[dice.randrange(len(CARRIERS))]
        product, _plan_id, coverage = carrier.products[dice.randrange(len(carrier.products))]
        born = OLDEST + timedelta(days=dice.randrange(AGES))
        submitted = SUBMITTED + timedelta(days=dice.randrange(SPREAD))
        effective = (submitted + timedelta(days=32)).replace(day=1)
        is_over = number % 10 == 0
        npn = npns[number % len(npns)]
        yield (
            first,
            last,
            NO_DAY if bad else f"{born:%m/%d/%Y}",
            "F" if number % 2 else "M",
            "Spanish" if number % 7 == 0 else "English",
            f"member{number}@example.com",
            f"({dice.randrange(201, 990)}) 555-{dice.randrange(10_000):04}",
            mbi(number),
            "Client",
            npn,
            carrier.name,
            product,
            f"BN-{number:09}",
            "Terminated" if is_over else "Active",
            coverage,
            f"{submitted:%m/%d/%Y}",
            f"{effective:%m/%d/%Y}",
            f"{effective + timedelta(days=364):%m/%d/%Y}" if is_over else "",
            f"${dice.randrange(0, 220)}.{dice.randrange(100):02}",
            npn,
        )


def mbi(number: int) -> str:
    """An MBI of its own for each number, by the position rules: 1AN0AN0AA00."""
    wells = (
        *("123456789", MBI_LETTERS, MBI_LETTERS, "0123456789", MBI_LETTERS, MBI_LETTERS),
        *("0123456789", MBI_LETTERS, MBI_LETTERS, "0123456789", "0123456789"),
    )
    text = ""
    for well in reversed(wells):
        number, place = divmod(number, len(well))
        text = well[place] + text
    return text
