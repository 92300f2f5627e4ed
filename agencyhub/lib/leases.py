"""Who is at work on a row whose work outlives its workers, such as a run of a thousand calls.

The law, whatever the row is:

1. **One holder at most.** A row is taken by one statement that finds it free and writes a right
   that no holder before had. However many try at once, one of them has it.
2. **The dead lose it.** A holder gives signs of life; whoever gave none for as long as the lease is
   has died, and anybody may take the row.
3. **Who lost it stops before writing.** Each change of the row names the right. A worker that was
   only slow, and thought dead, meets ``LostLeaseError`` there, which takes back whatever else its
   transaction wrote.

So a step belongs into one transaction with the change of its row that tells how far the work is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

Row = TypeVar("Row", bound=models.Model)
BEAT_SECONDS = 5.0


class LostLeaseError(Exception):
    """Another worker has taken the row, or it was ended: stop without a word."""


class Lease(Generic[Row]):
    """A worker's right to ``row``, which holds what was read when it was taken, or saved since."""

    def __init__(self, row: Row, mine: Q, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.row = row
        self._mine = mine
        self._clock = clock
        self._beaten_at = clock()

    def mine(self) -> QuerySet[Row]:
        """The row, as long as it is this worker's."""
        rows: QuerySet[Row] = type(self.row)._default_manager.filter(self._mine)
        return rows

    def beat(self) -> None:
        """Give a sign of life, at most every ``BEAT_SECONDS``.

        Raises:
            LostLeaseError: the row is not this worker's any more.
        """
        if self._clock() - self._beaten_at >= BEAT_SECONDS:
            self.save()

    def save(self, **values: object) -> None:
        """Change the row, which is a sign of life as well; without ``values`` it is nothing else.

        In a transaction nobody else can take the row until that ends.

        Raises:
            LostLeaseError: it is not this worker's any more; nothing was changed.
        """
        values = {"alive_at": timezone.now()} | values
        if not self.mine().update(**values):
            raise LostLeaseError
        for name, value in values.items():
            if not isinstance(value, Combinable):
                setattr(self.row, name, value)
        self._beaten_at = self._clock()

    def let_go(self, **values: object) -> None:
        """Change the row for the last time, and leave it to whoever may take it then.

        Raises:
            LostLeaseError: it was not this worker's any more; nothing was changed.
        """
        self.save(alive_at=None, **values)


@dataclass(frozen=True)
class Leases(Generic[Row]):
    """How the rows of a model are held.

    ``rows`` are all of them, with what a worker looks at. ``held`` finds those in somebody's hands,
    be they alive or dead; ``length`` is how long no sign of life may be given. Their column
    ``alive_at`` is the last sign of life, ``right`` the column that tells one holder from the next:
    a count, unless ``new_right`` makes it.
    """

    rows: QuerySet[Row]
    held: Q
    length: Callable[[], timedelta]
    right: str = "claims"
    new_right: Callable[[], object] | None = None

    def lapsed(self, *, at: datetime) -> Q:
        """That its holder has died, or let it go half done."""
        return self.held & (Q(alive_at=None) | Q(alive_at__lt=at - self.length()))

    def take(self, pk: int, *, free: Q, at: datetime, **values: Any) -> Lease[Row] | None:
        """Take a row that is ``free``, and change it so that it is ``held``; None if it is not.

        ``values`` are written as it is taken.
        """
        right = self.new_right() if self.new_right else F(self.right) + 1
        with transaction.atomic():
            # Until it ends nobody else can take the row, so the right that is read is the one that
            # was written.
            if not self.rows.filter(free, pk=pk).update(
                **{self.right: right}, alive_at=at, **values
            ):
                return None
            row = self.rows.get(pk=pk)
        return Lease(row, Q(self.held, pk=pk, **{self.right: getattr(row, self.right)}))
