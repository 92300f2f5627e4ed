"""Every file that comes in passes the agency's virus scanner, where it has one (``CLAMD_ADDRESS``).

A file in which it finds something is refused and put on record. A scanner that does not answer
lets nothing through: whoever brought a file is asked to bring it again.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_noop

from agencyhub.lib import clamd
from agencyhub.lib.errors import DomainError, TryAgainError

logger = logging.getLogger(__name__)
LONGEST_SIGNATURE = 100
INFECTED = gettext_noop(
    "The virus scanner found %(signature_name)s in %(name)s. The file was not kept."
)
SILENT = gettext_noop(
    "The virus scanner does not answer, so %(name)s was not taken. Try again in a few minutes; if "
    "it lasts, tell whoever runs AgencyHub."
)
TOO_LARGE = gettext_noop(
    "%(name)s is larger than the virus scanner takes. Split it, or have whoever runs AgencyHub "
    "raise the scanner's limit."
)


@dataclass(frozen=True)
class Finding:
    """What the scanner found, and who brought it: nobody, when AgencyHub fetched it."""

    signature: str
    user_id: int | None


class InfectedFileError(DomainError):
    """The scanner found something in the file."""

    code = "infected_file"

    def __init__(self, name: str, signature: str) -> None:
        super().__init__(INFECTED % {"signature_name": signature, "name": name}, field="file")
        self.signature = signature


class ScannerSilentError(TryAgainError):
    """The scanner cannot be asked now."""

    code = "scanner_silent"


class UnscannableFileError(DomainError):
    """The file is larger than the scanner takes."""

    code = "unscannable_file"


_witnesses: list[Callable[[Finding], None]] = []


def tell(witness: Callable[[Finding], None]) -> None:
    """Have findings told to whoever keeps the record: a layer above this one."""
    _witnesses.append(witness)


def is_wanted() -> bool:
    """Whether the agency has a scanner."""
    return bool(settings.CLAMD_ADDRESS)


def answers() -> bool:
    """Whether the agency's scanner is there."""
    return clamd.answers(settings.CLAMD_ADDRESS)


def passed(pieces: Iterable[bytes], *, name: str, user_id: int | None) -> Iterator[bytes]:
    """Hand the pieces of a file on while the scanner reads along; the verdict comes with the end.

    Outside of a transaction: what was found stays on record though the file is refused. ``name``
    is for the message alone.

    Raises:
        InfectedFileError, ScannerSilentError, UnscannableFileError: the file is not to be kept.
    """
    if not is_wanted():
        yield from pieces
        return
    with _refusals(name), clamd.Stream(settings.CLAMD_ADDRESS) as stream:
        for piece in pieces:
            stream.feed(piece)
            yield piece
        signature = _printable(stream.verdict())
    if signature:
        logger.warning("infected file refused: %s", signature)
        for witness in _witnesses:
            witness(Finding(signature, user_id))
        raise InfectedFileError(name, signature)


def check(pieces: Iterable[bytes], *, name: str, user_id: int | None) -> None:
    """Have a file scanned whose bytes are not needed on the way; as ``passed``."""
    if is_wanted():
        for _piece in passed(pieces, name=name, user_id=user_id):
            pass


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    try:
        yield
    except clamd.SilentError as error:
        logger.warning("virus scanner does not answer: %s", type(error.__cause__ or error).__name__)
        raise ScannerSilentError(SILENT % {"name": name}, field="file") from error
    except clamd.TooLargeError as error:
        raise UnscannableFileError(TOO_LARGE % {"name": name}, field="file") from error


def _printable(signature: str) -> str:
    return "".join(filter(str.isprintable, signature))[:LONGEST_SIGNATURE]
