"""The demo's files of eight carriers, each with the quirks of its carrier; imported and kept.

They lie in the folder ``samples`` of the data, beside newer copies that nobody imported yet.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from pathlib import Path

from django.conf import settings
from openpyxl import Workbook

from agencyhub.home.demo import carrier_books as books
from agencyhub.home.demo import carrier_statements as pay
from agencyhub.home.demo import catalogue, company, enrollees
from agencyhub.home.demo.cells import Row, statement_day
from agencyhub.home.demo.enrolled import Enrolled
from agencyhub.home.demo.members import Member, members_of
from agencyhub.imports.models import Import
from agencyhub.imports.services import checks, commits, files, runs
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import AgentContract, WritingNumber
from commissions.services import refresh
from policies.models import Carrier

FOLDER = "samples"
BOOK, STATEMENT = "book_of_business", "commission_statement"
NORTH_CAROLINA, WELLABLE = "Blue Cross and Blue Shield of North Carolina", "Wellable"
# Agents of these carriers have a contract; the others' lines are shared with nobody.
CONTRACTS = (("Humana", "60"), ("UnitedHealthcare", "55"), ("Aetna", "62.5"))


@dataclass(frozen=True)
class Sheet:
    """One file of a carrier: its name, how it is written, and its rows."""

    name: str
    kind: str
    carrier: str
    rows: Callable[..., list[Row]]
    write: Callable[[list[Row]], bytes]


def import_all(*, as_of: date) -> None:
    """Write every file, import it, and refresh what belongs together."""
    folder = Path(settings.AGENCYHUB_HOME) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    enrolled = enrollees.latest(as_of=as_of)
    if not AgentContract.objects.exists():
        with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary="Contracts of agents"):
            _add_contracts(as_of)
            _add_numbers()
    for sheet, members in _sheets(enrolled, as_of=as_of):
        content = sheet.write(sheet.rows(members, as_of))
        path = folder / sheet.name
        path.write_bytes(content)
        _import(path, kind=sheet.kind)
        if sheet.kind == STATEMENT and any(one.is_late for one in members):
            newer = sheet.write(sheet.rows(members, as_of, is_newer=True))
            (folder / f"newer {sheet.name}").write_bytes(newer)
    run = refresh.request()
    refresh.run(run_id=run.pk, at=run.requested_at)


def _import(path: Path, *, kind: str) -> None:
    run = files.receive(content=path, name=path.name, kind=kind, user=None, is_queued=False)
    if run.state == Import.State.DUPLICATE:
        return
    checks.stage(import_id=run.pk)
    run.refresh_from_db()
    if run.state == Import.State.CHECKED and runs.has_work(run):
        runs.start_commit(import_id=run.pk, user=None, is_queued=False)
        commits.commit(import_id=run.pk)


def _add_contracts(as_of: date) -> None:
    agents = company.ensure_agents()
    owner = agents[2]
    begins = date(as_of.year - 3, 1, 1)
    carriers = {one.name: one for one in Carrier.objects.filter(name__in=dict(CONTRACTS))}
    AgentContract.objects.bulk_create(
        [
            AgentContract(
                agent=agent, carrier=carriers[name], percent=Decimal(percent), start_date=begins,
                upline=None if agent == owner else owner,
                upline_percent=0 if agent == owner else 5,
            )
            for name, percent in CONTRACTS
            for agent in agents[:-1]
            if name in carriers
        ]
    )  # fmt: skip


def _add_numbers() -> None:
    """What Mutual of Omaha calls the agents; it never names them."""
    carrier = Carrier.objects.filter(name="Mutual of Omaha").first()
    if carrier is not None:
        WritingNumber.objects.bulk_create(
            [
                WritingNumber(carrier=carrier, agent=agent, number=agent.npn[-6:])
                for agent in company.ensure_agents()
            ]
        )


def _sheets(enrolled: Sequence[Enrolled], *, as_of: date) -> Iterator[tuple[Sheet, list[Member]]]:
    agents = [(first, last, npn) for first, last, npn, *_ in company.AGENTS]
    every = catalogue.products()
    for sheet in _files(as_of):
        name = sheet.carrier
        products = [one for one in every if one.carrier == name] or [
            catalogue.ProductRow(name, "Medicare Supplement Plan G", "", catalogue.SUPPLEMENT)
        ]
        yield sheet, members_of(name, enrolled, products, agents, as_of=as_of)


def _files(as_of: date) -> list[Sheet]:
    month = statement_day(as_of).strftime("%Y-%m")
    uhc, humana, cigna = "UnitedHealthcare", "Humana", "Cigna Healthcare"
    devoted, omaha, paid = "Devoted Health", "Mutual of Omaha", f"commissions {month}"
    return [
        Sheet("UHC book.xlsx", BOOK, uhc, books.uhc_book, _workbook),
        Sheet("Humana_BOB.xls", BOOK, humana, books.humana_book, _spreadsheetml),
        Sheet("MedicareApprovedBOBReport.csv", BOOK, "Aetna", books.aetna_book, _csv),
        Sheet("Devoted application status.csv", BOOK, devoted, books.devoted_book, _csv),
        Sheet("Healthspring members.xls", BOOK, cigna, books.healthspring_book, _html),
        Sheet("BCBSNC book.csv", BOOK, NORTH_CAROLINA, books.bcbs_nc_book, _csv),
        Sheet(f"UHC {paid}.xlsx", STATEMENT, uhc, pay.uhc_statement, _workbook),
        Sheet(f"Humana {paid}.xls", STATEMENT, humana, pay.humana_statement, _spreadsheetml),
        Sheet(f"Aetna {paid}.csv", STATEMENT, "Aetna", pay.aetna_statement, _csv),
        Sheet(f"Devoted {paid}.csv", STATEMENT, devoted, pay.devoted_statement, _csv),
        Sheet(f"Healthspring {paid}.csv", STATEMENT, cigna, pay.healthspring_statement, _csv),
        Sheet(f"BCBSNC {paid}.csv", STATEMENT, NORTH_CAROLINA, pay.bcbs_nc_statement, _csv),
        Sheet(f"Mutual of Omaha {paid}.csv", STATEMENT, omaha, pay.omaha_statement, _csv),
        Sheet(f"Wellable {paid}.csv", STATEMENT, WELLABLE, pay.wellable_statement, _csv),
    ]


def _csv(rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _html(rows: list[Row]) -> bytes:
    cells = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in cells)
    return f'<html><meta charset="utf-8"><body><table>{body}</table></body></html>'.encode()


def _spreadsheetml(rows: list[Row]) -> bytes:
    """Excel 2003 XML; its first line is broken."""
    cell = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    lines = ["".join(cell.format(escape(text)) for text in row) for row in rows]
    body = "\n".join(f"<Row>{line}</Row>" for line in lines)
    sheet = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"\n<Workbook xmlns="{sheet}" xmlns:ss="{sheet}">'
        f'<Worksheet ss:Name="Report"><Table>{body}</Table></Worksheet></Workbook>'
    ).encode()


def _workbook(rows: list[Row]) -> bytes:
    """A workbook whose first sheet sums up."""
    book = Workbook(write_only=True)
    summary = book.create_sheet("Summary")
    summary.append(["Report", "Rows"])
    summary.append(["All", str(len(rows) - 1)])
    sheet = book.create_sheet("Details")
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
