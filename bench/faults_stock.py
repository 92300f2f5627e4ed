"""What the load of ``faults`` is made of: files and rows with numbers that can be counted again."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from agencyhub.home.demo.catalogue import CARRIERS
from agencyhub.lib.mbi import read_mbi
from bench import people
from commissions.models import Application
from policies.models import Carrier

INDIVIDUALS, BOOK = "individuals", "book_of_business"
POLICY_PREFIX, BOOK_PREFIX, CARRIER_PREFIX = "BF-", "BB-", "Faulty Health "
PLAN = "H9999-001-000"
# Numbers far from each other, so that nobody has the MBI of somebody else.
FIRST_MEMBER, FIRST_INSURED = 1_000_000, 2_000_000
EFFECTIVE = date(2027, 1, 1)
PEOPLE_HEADER = (
    *("First Name", "Last Name", "Date of Birth", "MBI", "Type", "Carrier", "Carrier Product"),
    *("Policy Number", "Policy Status", "Coverage Type", "Effective Date", "Premium"),
)
BOOK_HEADER = (
    *("Carrier", "Policy Number", "Member First Name", "Member Last Name", "Birth Date"),
    *("Medicare Number", "Plan ID", "Plan Type", "Policy Effective Date", "Member Status"),
)


@dataclass(frozen=True)
class File:
    """A file to import, and the numbers of the policies in it."""

    kind: str
    path: Path
    numbers: tuple[str, ...]


def people_files(folder: Path, *, files: int, rows: int) -> Iterator[File]:
    """Files of people with a policy each, none in two of them."""
    for number in range(files):
        members = range(number * rows, (number + 1) * rows)
        path = folder / f"people-{number:03}.csv"
        _write(path, PEOPLE_HEADER, [_person(member) for member in members])
        yield File(INDIVIDUALS, path, tuple(f"{POLICY_PREFIX}{one:07}" for one in members))


def book_files(folder: Path, *, files: int, rows: int) -> Iterator[File]:
    """Books of business, a carrier each, of people who have an application."""
    for number in range(files):
        carrier = Carrier.objects.create(name=f"{CARRIER_PREFIX}{number}")
        insured = range(number * rows, (number + 1) * rows)
        Application.objects.bulk_create(_application(carrier, one) for one in insured)
        path = folder / f"book-{number:03}.csv"
        _write(path, BOOK_HEADER, [_book_row(carrier, one) for one in insured])
        yield File(BOOK, path, tuple(f"{BOOK_PREFIX}{one:07}" for one in insured))


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _name(number: int) -> str:
    """A last name of its own for each number, of letters."""
    return "Q" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:07}")


def _born(number: int) -> date:
    return date(1935, 1, 1) + timedelta(days=number % 9_000)


def _person(number: int) -> tuple[str, ...]:
    carrier = CARRIERS[number % len(CARRIERS)]
    product, _plan_id, coverage = carrier.products[number % len(carrier.products)]
    return (
        people.FIRST[number % len(people.FIRST)], _name(number), f"{_born(number):%m/%d/%Y}",
        people.mbi(FIRST_MEMBER + number), "Client", carrier.name, product,
        f"{POLICY_PREFIX}{number:07}", "Active", coverage, f"{EFFECTIVE:%m/%d/%Y}", "$12.50",
    )  # fmt: skip


def _book_row(carrier: Carrier, number: int) -> tuple[str, ...]:
    return (
        carrier.name, f"{BOOK_PREFIX}{number:07}", people.FIRST[number % len(people.FIRST)],
        f"Book{_name(number)}", f"{_born(number):%m/%d/%Y}", people.mbi(FIRST_INSURED + number),
        PLAN, "MAPD", f"{EFFECTIVE:%m/%d/%Y}", "Active Policy",
    )  # fmt: skip


def _application(carrier: Carrier, number: int) -> Application:
    row = Application(
        source=Application.Source.MANUAL, external_id=f"FAULTS-{number:07}", carrier=carrier,
        line="med_adv", plan_id=PLAN, effective_date=EFFECTIVE,
        policy_number=f"{BOOK_PREFIX}{number:07}", date_of_birth=_born(number),
        first_name=people.FIRST[number % len(people.FIRST)], last_name=f"Book{_name(number)}",
        submitted_at=datetime(2026, 10, 15, tzinfo=UTC),
    )  # fmt: skip
    row.set_mbi(read_mbi(people.mbi(FIRST_INSURED + number)))
    return row
