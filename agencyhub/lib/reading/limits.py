"""What an uploaded file may cost, and the one error that says a file cannot be read."""

from dataclasses import dataclass

from agencyhub.lib.errors import DomainError

MEGABYTE = 1024 * 1024


class UnreadableFileError(DomainError, ValueError):
    """The file as a whole cannot be read; the message says what it is and what to do."""

    code = "unreadable_file"


@dataclass(frozen=True)
class Limits:
    """What a file may hold at most; ``rows`` counts what is below the header of one sheet."""

    megabytes: int = 512
    unpacked_megabytes: int = 512
    rows: int = 2_000_000
    columns: int = 500
    sheets: int = 50

    def check_size(self, size: int) -> None:
        """Refuse a file that is empty or too large.

        Raises:
            UnreadableFileError: it has no bytes, or more than ``megabytes``.
        """
        if size == 0:
            msg = "The file is empty. Export it again and check that it opens."
            raise UnreadableFileError(msg)
        if size > self.megabytes * MEGABYTE:
            msg = f"The file is larger than {self.megabytes} MB. Split it."
            raise UnreadableFileError(msg)

    def check_unpacked(self, size: int) -> None:
        """Refuse what would unpack to too much.

        Raises:
            UnreadableFileError: more than ``unpacked_megabytes``.
        """
        if size > self.unpacked_megabytes * MEGABYTE:
            msg = (
                f"The file unpacks to more than {self.unpacked_megabytes} MB. "
                "Keep only the sheet that is needed, or save it as CSV."
            )
            raise UnreadableFileError(msg)

    def check_rows(self, rows: int) -> None:
        """Refuse a sheet that is too long.

        Raises:
            UnreadableFileError: more than ``rows``.
        """
        if rows > self.rows:
            msg = f"The file has more than {self.rows:,} rows below its header. Split it."
            raise UnreadableFileError(msg)

    def check_columns(self, columns: int, *, line: int) -> None:
        """Refuse a row that is too wide.

        Raises:
            UnreadableFileError: more than ``columns``.
        """
        if columns > self.columns:
            msg = (
                f"The file has something in column {columns:,} of row {line:,}; at most "
                f"{self.columns} columns can be read. Delete what is not needed."
            )
            raise UnreadableFileError(msg)
