"""What an uploaded file may cost, and the one error that says a file cannot be read."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from agencyhub.lib.errors import DomainError

MEGABYTE = 1024 * 1024


class UnreadableFileError(DomainError, ValueError):
    """The file as a whole cannot be read; the message says what it is and what to do."""

    code = "unreadable_file"


@dataclass(frozen=True)
class Limits:
    """What a file may hold at most; ``rows`` counts what is below the header of one sheet.

    ``seconds`` of the processor are what turning a workbook or markup into cells may take; None:
    as many as its size deserves.
    """

    megabytes: int = 512
    unpacked_megabytes: int = 512
    rows: int = 2_000_000
    columns: int = 500
    sheets: int = 50
    seconds: int | None = None

    def check_size(self, size: int) -> None:
        """Refuse a file that is empty or too large.

        Raises:
            UnreadableFileError: it has no bytes, or more than ``megabytes``.
        """
        if size == 0:
            msg = gettext_noop("The file is empty. Export it again and check that it opens.")
            raise UnreadableFileError(msg)
        if size > self.megabytes * MEGABYTE:
            msg = gettext_noop("The file is larger than %(megabytes)s MB. Split it.") % {
                "megabytes": self.megabytes
            }
            raise UnreadableFileError(msg)

    def check_unpacked(self, size: int) -> None:
        """Refuse what would unpack to too much.

        Raises:
            UnreadableFileError: more than ``unpacked_megabytes``.
        """
        if size > self.unpacked_megabytes * MEGABYTE:
            msg = gettext_noop(
                "The file unpacks to more than %(unpacked_megabytes)s MB. Keep only the "
                "sheet that is needed, or save it as CSV."
            ) % {"unpacked_megabytes": self.unpacked_megabytes}
            raise UnreadableFileError(msg)

    def check_rows(self, rows: int) -> None:
        """Refuse a sheet that is too long.

        Raises:
            UnreadableFileError: more than ``rows``.
        """
        if rows > self.rows:
            msg = gettext_noop(
                "The file has more than %(rows)s rows below its header. Split it."
            ) % {"rows": f"{self.rows:,}"}
            raise UnreadableFileError(msg)

    def check_columns(self, columns: int, *, line: int) -> None:
        """Refuse a row that is too wide.

        Raises:
            UnreadableFileError: more than ``columns``.
        """
        if columns > self.columns:
            msg = gettext_noop(
                "The file has something in column %(columns)s of row %(line)s; at most "
                "%(columns2)s columns can be read. Delete what is not needed."
            ) % {"columns": f"{columns:,}", "line": f"{line:,}", "columns2": self.columns}
            raise UnreadableFileError(msg)
