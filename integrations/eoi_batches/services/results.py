"""The results file of a batch: what became of each row, for whoever sent it. No SSN is in it."""

import csv
import io
from collections.abc import Iterable

from agencyhub.lib.formulas import defuse
from integrations.eoi_batches.models import BatchFile, BatchRow

HEADER = ("row_num", "subscriber_id", "benefit_lookup_code", "action", "result", "errors")
ACCEPTED, REFUSED = "A", "R"


def as_csv(file: BatchFile) -> bytes:
    """Write the results of a file: a line per row, and one for the file if it was refused."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    if file.problem:
        writer.writerow(("", "", "", "", REFUSED, defuse(file.problem)))
    writer.writerows(_lines(file.results.order_by("row").iterator(chunk_size=2000)))
    return out.getvalue().encode()


def _lines(rows: Iterable[BatchRow]) -> Iterable[tuple[str, ...]]:
    for row in rows:
        texts = (row.subscriber_id, row.benefit_lookup_code, row.action)
        result = ACCEPTED if row.is_valid else REFUSED
        yield (str(row.row), *map(defuse, texts), result, defuse(row.errors))
