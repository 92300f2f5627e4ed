"""What each carrier has ready to be fetched, at this moment."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sandbox.carriers import layouts, pay
from sandbox.carriers.formats import Row, as_csv, as_spreadsheetml, as_xlsx
from sandbox.carriers.members import Member, of_carrier
from sandbox.carriers.office import Office
from sandbox.premier import ledger
from sandbox.store import Store

STATEMENTS = 3
"""Months of statements that a carrier keeps ready."""
DAY_SECONDS = 12 * 60 * 60
Change = Callable[[list[Row]], list[Row]]


@dataclass(frozen=True)
class Ready:
    """A file that can be fetched; ``changed_at`` moves within the day when the bytes change."""

    name: str
    kind: str
    content: bytes
    changed_at: datetime

    @property
    def tag(self) -> str:
        """Its version: the same bytes have the same."""
        return hashlib.sha256(self.content).hexdigest()[:32]


@dataclass(frozen=True)
class _Wares:
    """How one carrier names and writes its files."""

    book_name: str
    statement_name: str
    book: Callable[[Sequence[Member], date], bytes]
    statement: Callable[[Sequence[pay.Line], str, Change], bytes]
    is_rolling: bool = True


def ready(store: Store, office: Office, carrier: str) -> list[Ready]:
    """The carrier's files: the book first, then statements, the earliest first."""
    wares = _WARES[carrier]
    today = office.today()
    members = of_carrier(store, carrier)
    name = wares.book_name.format(day=f"{today:%Y%m%d}")
    found = [_ready(name, "book", wares.book(members, today), office.real_today())]
    is_renamed = office.misbehaviour(carrier) == "header"
    change = with_changed_header if is_renamed else _as_ever
    for label, month, lines in _statements(members, office, is_rolling=wares.is_rolling):
        content = wares.statement(lines, month, change)
        day = min(_end(month), office.real_today())
        name = wares.statement_name.format(month=label)
        found.append(_ready(name, "statement", content, day))
    return _spoiled(found, office.misbehaviour(carrier))


def status_file(store: Store, carrier: str, office: Office) -> Ready:
    """How the payments of a carrier's members stand now; changed whenever somebody pays."""
    today = office.real_today()
    moment = datetime.now(UTC)
    rows = ledger.statement(store, carrier, today)
    names = [*ledger.COLUMNS, "as_of"]
    lines = [[row.get(name) for name in ledger.COLUMNS] + [moment.isoformat()] for row in rows]
    name = f"{carrier.upper()}_Status_{today:%Y%m%d}.csv"
    return Ready(name, "status", as_csv([names, *lines]), moment)


def _statements(
    members: Sequence[Member], office: Office, *, is_rolling: bool
) -> Iterator[tuple[str, str, list[pay.Line]]]:
    """Label, month and lines of each statement.

    Rolling ones begin with the month and are rewritten until its end. Others are final: they come
    when the month is over, and what is paid out of turn stands on a statement of its own.
    """
    early = office.paid_early()
    month_of = {number: month for number, (month, _) in early.items()}
    current = pay.month_of(office.today())
    if is_rolling:
        for month in pay.months_until(current, STATEMENTS):
            yield month, month, pay.lines(members, month, month_of)
        return
    never = dict.fromkeys(month_of, "")
    for month in pay.months_until(pay.after(current, -1), STATEMENTS):
        yield month, month, pay.lines(members, month, never)
    for turn, month in sorted({(turn, month) for month, turn in early.values()}):
        paid = [one for one in members if early.get(one.application_id) == (month, turn)]
        if paid:
            lines = [pay.first_line(one, month) for one in paid]
            yield f"{month}_special_{turn}", month, lines


def _ready(name: str, kind: str, content: bytes, day: date) -> Ready:
    seconds = int.from_bytes(hashlib.sha256(content).digest()[:4], "big") % DAY_SECONDS
    changed_at = datetime.combine(day, time(6), UTC) + timedelta(seconds=seconds)
    return Ready(name, kind, content, changed_at)


def _spoiled(found: list[Ready], misbehaviour: str) -> list[Ready]:
    """The ways a carrier's files go wrong; the ways of the wire are the sites' affair."""
    last = found[-1]
    if misbehaviour == "copy":
        return [*found, replace(last, name=f"Copy_of_{last.name}")]
    if misbehaviour == "empty":
        return [*found[:-1], replace(last, content=b"")]
    return found


def with_changed_header(rows: list[Row]) -> list[Row]:
    """Rename the last but one column, as carriers do without a word."""
    header = [*rows[0]]
    header[-2] = f"{header[-2]} (new)"
    return [header, *rows[1:]]


def _as_ever(rows: list[Row]) -> list[Row]:
    return rows


def _end(month: str) -> date:
    following = pay.after(month)
    return date(int(following[:4]), int(following[5:7]), 1) - timedelta(days=1)


def _uhc_book(members: Sequence[Member], today: date) -> bytes:
    return as_xlsx([("Book of Business", layouts.uhc_book(members, today))])


def _uhc_statement(lines: Sequence[pay.Line], month: str, change: Change) -> bytes:
    rows = change(layouts.uhc_statement(lines, month))
    summary = layouts.uhc_summary(lines, month)
    return as_xlsx([("Summary", summary), ("Commission Transactions", rows)])


def _humana_book(members: Sequence[Member], today: date) -> bytes:
    return as_csv(layouts.humana_book(members, today))


def _humana_statement(lines: Sequence[pay.Line], month: str, change: Change) -> bytes:
    return as_spreadsheetml("Commissions", change(layouts.humana_statement(lines, month)))


def _aetna_book(members: Sequence[Member], today: date) -> bytes:
    return as_csv(layouts.aetna_book(members, today))


def _aetna_statement(lines: Sequence[pay.Line], month: str, change: Change) -> bytes:
    return as_csv(change(layouts.aetna_statement(lines, month)))


_WARES = {
    "humana": _Wares(
        "Humana_BOB_{day}.csv",
        "Humana_Commission_{month}.xls",
        _humana_book,
        _humana_statement,
        is_rolling=False,
    ),
    "uhc": _Wares(
        "UHC_BookOfBusiness.xlsx", "UHC_Commissions_{month}.xlsx", _uhc_book, _uhc_statement
    ),
    "aetna": _Wares(
        "MedicareApprovedBOBReport_{day}.csv",
        "Aetna_Commissions_{month}.csv",
        _aetna_book,
        _aetna_statement,
    ),
}
