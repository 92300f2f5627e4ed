"""The one shape in which every integration says how it is doing. Pure.

The page, the incidents and their mails read nothing else: an integration is added to all of them
by saying its reports (``screens.CatalogueScreens.reports``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

MOST_COUNTED = 1000
SOON = timedelta(days=30)
"""What ends within this time is announced."""
MANY_FAILURES = 2
"""From so many in a row on, people are told."""


@dataclass(frozen=True)
class Counted:
    """A number of rows, counted no further than ``MOST_COUNTED``."""

    value: int

    def __str__(self) -> str:
        return f"{MOST_COUNTED:,}+" if self.value > MOST_COUNTED else f"{self.value:,}"

    def __bool__(self) -> bool:
        return self.value > 0


class State(TextChoices):
    """How an integration is doing, the worst first."""

    EXPIRED = "expired", _("Expired")
    FAILING = "failing", _("Failing")
    SILENT = "silent", _("Silent")
    ATTENTION = "attention", _("Needs attention")
    NEW = "new", _("Not run yet")
    WORKING = "working", _("Working")
    OFF = "off", _("Not active")


DOWN = (State.EXPIRED, State.FAILING, State.SILENT)
TONES = {
    State.EXPIRED: ("danger", "clock"),
    State.FAILING: ("danger", "alert-circle"),
    State.SILENT: ("danger", "alert-triangle"),
    State.ATTENTION: ("warning", "alert-triangle"),
    State.NEW: ("info", "info-circle"),
    State.WORKING: ("success", "circle-check"),
    State.OFF: ("neutral", "plug"),
}
_ORDER = list(State)


@dataclass(frozen=True)
class Door:
    """A number that leads to exactly the rows that it counts."""

    label: StrOrPromise
    count: Counted
    url: str
    tone: str = "warning"


@dataclass(frozen=True)
class Ending:
    """Something that stops working on a day: a link, a key, credentials."""

    what: StrOrPromise
    day: date
    url: str
    is_over: bool = False


@dataclass(frozen=True)
class Problem:
    """Equal errors as one line. ``value`` is what they are about, in words of no person's.

    ``retry_url`` takes a POST that runs again what failed, or is the page of a retry.
    """

    title: StrOrPromise
    words: StrOrPromise
    count: Counted
    oldest: datetime | None
    newest: datetime | None
    rows_url: str
    remedy: StrOrPromise
    remedy_url: str
    value: str = ""
    retry_url: str = ""
    is_retried_by_post: bool = False
    code: str = ""


@dataclass(frozen=True)
class Report:
    """One integration.

    ``key`` is its own for ever. ``failures`` counts what failed in a row, up to now. ``headline``
    says what is wrong in a sentence; ``error`` is the last error. Both are kept in English where
    they are stored, and told anew to whoever reads them. ``url`` is for those who manage.
    """

    key: str
    title: StrOrPromise
    url: str
    icon: str
    state: State
    text: StrOrPromise = ""
    headline: StrOrPromise = ""
    error: str = ""
    failures: int = 0
    last_at: datetime | None = None
    next_at: datetime | None = None
    next_words: StrOrPromise = ""
    oldest_at: datetime | None = None
    backlog: Door | None = None
    doors: Sequence[Door] = ()
    endings: Sequence[Ending] = ()
    problems: Sequence[Problem] = ()

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES[self.state][0]

    @property
    def sign(self) -> str:
        """The icon of its state."""
        return TONES[self.state][1]

    @property
    def is_down(self) -> bool:
        """Whether it does not work."""
        return self.state in DOWN

    @property
    def open_doors(self) -> list[Door]:
        """The numbers that are not zero."""
        return [door for door in self.doors if door.count]


def judge(
    *,
    is_active: bool,
    failures: int = 0,
    is_silent: bool = False,
    is_expired: bool = False,
    needs_somebody: bool = False,
    has_run: bool = True,
) -> State:
    """The state of an integration: the worst thing that is true of it."""
    states = (
        (not is_active, State.OFF),
        (is_expired, State.EXPIRED),
        (failures >= MANY_FAILURES, State.FAILING),
        (is_silent, State.SILENT),
        (bool(failures) or needs_somebody, State.ATTENTION),
        (not has_run, State.NEW),
    )
    return next((state for is_true, state in states if is_true), State.WORKING)


def worst_first(reports: Iterable[Report]) -> list[Report]:
    """Reports in the order in which somebody should look at them."""
    return sorted(reports, key=lambda one: _ORDER.index(one.state))


def trouble(report: Report, *, is_known: bool) -> str:
    """The state for which an incident is open or to be opened; blank where there is none.

    One failure opens nothing, and one that is left keeps open what two had opened: it ends with
    something that went well.
    """
    if report.is_down:
        return report.state.value
    is_left = is_known and bool(report.failures) and report.state != State.OFF
    return State.FAILING.value if is_left else ""
