"""The way of a file, step by step; each may be done again by whoever goes on after a death.

The order is what nothing is lost by: first the note that a file is taken, then its move out of the
inbox; content is noted before its first row is decided, each row's result with the next sign of
life, results are written before the file is moved, and the end is noted last (ADR 0028).
"""

import re
from collections.abc import Iterator, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.lib.db import copy_in
from agencyhub.lib.leases import Lease
from agencyhub.lib.ssn import TAIL
from eoi.asked import Asked, Problem
from eoi.models import Decision
from eoi.results import Result
from eoi.services import deciding
from groups.models import EmployerGroup
from groups.models.members import SSN_MASK
from integrations.carriers.connectors.sftp import SftpConnector
from integrations.eoi_batches.models import BatchFile, Folder
from integrations.eoi_batches.services import reading, results
from integrations.eoi_batches.services.reading import Content, VanishedError

SLICE = deciding.CHUNK
"""Rows between two signs of life: a second of work, of a lease of minutes."""
MOST_DEATHS = 10
KNOWN = gettext_noop("The same content was taken before, on %(day)s. Nothing is decided twice.")
CHANGED = gettext_noop(
    "The file was changed while it was worked on. What was decided before stands; send the rest in "
    "a new file."
)
KILLED = gettext_noop(
    "Work on the file ended many times without a word. What was decided before stands; send the "
    "rest in smaller files."
)
_ROWS = """
COPY eoi_batches_batchrow (file_id, row, subscriber_id, benefit_lookup_code, action, is_valid,
  errors) FROM STDIN
"""
SSN = re.compile(r"\d{3}([- ]?)\d{2}\1\d{4}", re.ASCII)
State = BatchFile.State


def go_on(lease: Lease[BatchFile], connector: SftpConnector) -> None:
    """Take a file to its end, from wherever it is.

    Raises:
        LostLeaseError: another worker has taken it over.
        RetrieveError: the server cannot be worked with now; anybody may go on later.
    """
    if lease.row.state in (State.TAKEN, State.DECIDING):
        try:
            _work(lease, connector)
        except VanishedError:
            lease.mine().delete()  # the note of it; who brought the file took it away
            return
    _report(lease, connector)


def _work(lease: Lease[BatchFile], connector: SftpConnector) -> None:
    """Read and decide a file, as far as that is not done."""
    if lease.row.deaths > MOST_DEATHS:
        reading.bring(lease, connector)
        lease.save(state=State.REFUSING, problem=KILLED)
        return
    content = reading.read(lease, connector)
    if lease.row.state == State.TAKEN:
        _open(lease, content)
    if lease.row.state == State.DECIDING:
        _decide(lease, content)


def _open(lease: Lease[BatchFile], content: Content) -> None:
    """Note the content, so that it is decided once; or why it is refused."""
    sheet = content.worksheet
    if sheet is None:
        lease.save(state=State.REFUSING, sha256=content.sha256, problem=content.problem)
        return
    try:
        with transaction.atomic():
            lease.save(
                state=State.DECIDING,
                sha256=content.sha256,
                rows=len(sheet.rows),
                undecided=sheet.undecided,
            )
    except IntegrityError:  # the database holds one file of this content
        problem = KNOWN % {"day": _day_of(lease.row, content)}
        lease.save(state=State.REFUSING, sha256=content.sha256, problem=problem)


def _day_of(file: BatchFile, content: Content) -> str:
    same = BatchFile.objects.filter(folder=file.folder_id, sha256=content.sha256)
    taken_at = same.filter(state__in=BatchFile.COUNTING).values_list("taken_at", flat=True).get()
    return f"{timezone.localdate(taken_at):%m/%d/%Y}"


def _decide(lease: Lease[BatchFile], content: Content) -> None:
    """Decide the rows that have no result yet, in their order."""
    file = lease.row
    if content.worksheet is None or content.sha256 != file.sha256:
        lease.save(state=State.REFUSING, problem=CHANGED)
        return
    done = set(file.results.values_list("row", flat=True))
    left = [asked for asked in content.worksheet.rows if asked.row not in done]
    for rows in _slices(left):
        _note(lease, rows, _result(file, rows))
    lease.save(state=State.REPORTING)


def _slices(rows: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    return (rows[start : start + SLICE] for start in range(0, len(rows), SLICE))


def _result(file: BatchFile, rows: Sequence[Asked]) -> Result:
    result = _decided(file, rows)
    if result.failed and file.claims > 1:
        # A worker thought dead may have decided some while these were waiting for it.
        again = _decided(file, [one.asked for one in result.failed])
        return Result([*result.valid, *again.valid], again.failed)
    return result


def _decided(file: BatchFile, rows: Sequence[Asked]) -> Result:
    return deciding.decide(
        rows,
        channel=Decision.Channel.BATCH,
        user=None,
        within=EmployerGroup.objects.filter(pk=file.folder.group_id),
        source=f"batch:{file.key}",
        at=timezone.now(),
    )


@transaction.atomic
def _note(lease: Lease[BatchFile], rows: Sequence[Asked], result: Result) -> None:
    """Keep what became of rows, for the results file."""
    failed = {one.asked.row: one.problems for one in result.failed}
    file = lease.row
    lease.save(valid=file.valid + result.valid_count, failed=file.failed + result.failed_count)
    copy_in(_ROWS, [_row(file, asked, failed.get(asked.row, ())) for asked in rows])


def _row(file: BatchFile, asked: Asked, problems: Sequence[Problem]) -> tuple[object, ...]:
    return (
        file.pk,
        asked.row,
        _subscriber(asked, problems)[:40],
        asked.benefit_lookup_code[:60],
        asked.action[:60],
        not problems,
        "; ".join(problem.text for problem in problems)[:1000],
    )


def _subscriber(asked: Asked, problems: Sequence[Problem]) -> str:
    """The subscriber ID as it was sent; masked where an SSN stands in its place.

    Nine digits with dashes are one, and so are nine that the column of SSNs repeats, or by which
    nobody is known.
    """
    text = asked.subscriber_id
    if not SSN.fullmatch(text):
        return text
    is_unknown = any(problem.code == "employee_not_found" for problem in problems)
    is_ssn = not text.isdigit() or is_unknown or _digits(text) == _digits(asked.ssn)
    return f"{SSN_MASK}{text[-TAIL:]}" if is_ssn else text


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _report(lease: Lease[BatchFile], connector: SftpConnector) -> None:
    """Write the results, then put the file away."""
    file = lease.row
    name = reading.stored_name(file)
    outbound = file.folder.part(Folder.OUTBOUND)
    connector.write(f"{outbound}/{name}.results.csv", results.as_csv(file))
    lease.save()
    part, state = (
        (Folder.REJECTED, State.REJECTED) if file.is_refused else (Folder.ARCHIVE, State.ARCHIVED)
    )
    target = f"{file.folder.part(part)}/{name}"
    if not connector.has(target):
        connector.move(f"{file.folder.part(Folder.PROCESSING)}/{name}", target)
    lease.let_go(state=state, finished_at=timezone.now())
