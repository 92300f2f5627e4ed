"""What the three transports have in common: what they list, where files go, and the limits."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Protocol, Self, SupportsIndex

from integrations.carriers.problems import CUT_OFF, TOO_LARGE, TOO_SLOW, RetrieveError


@dataclass(frozen=True)
class RemoteFile:
    """A file as the carrier lists it.

    ``path`` finds it again; ``size`` and ``stamp`` (an entity tag, a version or the time of the
    last change) tell whether it changed; ``file_date`` is the day that the carrier gives it.
    """

    name: str
    path: str
    size: int | None = None
    stamp: str = ""
    file_date: date | None = None


@dataclass(frozen=True)
class Limits:
    """The most that is taken of one file, and of one list."""

    most_bytes: int
    most_seconds: float
    most_files: int


class Writable(Protocol):
    """Where bytes go: a file opened for writing."""

    def write(self, data: bytes, /) -> SupportsIndex: ...


@dataclass
class Sink:
    """Takes a file's bytes as they come, and stops a carrier that sends too much or too slowly.

    ``on_progress`` is called with each piece; it may raise to stop.
    """

    target: Writable
    limits: Limits
    on_progress: Callable[[], None] = lambda: None
    clock: Callable[[], float] = time.monotonic
    size: int = 0
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin to count the time."""
        self._began = self.clock()

    def write(self, piece: bytes) -> None:
        """Take a piece.

        Raises:
            RetrieveError: too large or too slow.
        """
        self.size += len(piece)
        if self.size > self.limits.most_bytes:
            raise RetrieveError(TOO_LARGE)
        if self.clock() - self._began > self.limits.most_seconds:
            raise RetrieveError(TOO_SLOW)
        self.target.write(piece)
        self.on_progress()

    def check_size(self, wanted: int | None) -> None:
        """Compare what came with what the carrier said.

        Raises:
            RetrieveError: less or more came.
        """
        if wanted is not None and self.size != wanted:
            raise RetrieveError(CUT_OFF)


class Connector(Protocol):
    """One way to a carrier's files; a context manager, used by one thread.

    Every method raises ``RetrieveError`` with what is wrong and what to do.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def list_files(self, *, since: date, until: date) -> Sequence[RemoteFile]:
        """Sign in and list the files of a range of days, both included."""

    def fetch(self, file: RemoteFile, into: Sink) -> None:
        """Sign in if need be and bring a file."""
