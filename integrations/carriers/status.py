"""How a connection is doing: green, yellow or red, and why. Pure rules."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext, ngettext

GRACE = timedelta(hours=2)
"""A run may start and take this long before it counts as late."""
EXPIRES_SOON = timedelta(days=14)
MANY_FAILURES = 3
EXPIRED, REFUSED, LATE = "expired", "refused", "late"


class Light(StrEnum):
    """The colour of a status; words always stand beside it."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    OFF = "off"


@dataclass(frozen=True)
class Facts:
    """What is known of a connection. Moments are aware; without a run they are None.

    ``failed_in_a_row`` counts runs since the last good one, ``to_settle`` files of the last run
    that were not fetched and imports that wait for a person.
    """

    is_active: bool
    has_credentials: bool
    expires_on: date | None
    is_running: bool
    last_good_at: datetime | None
    failed_in_a_row: int
    last_code: str
    last_due: datetime | None
    to_settle: int


@dataclass(frozen=True)
class Status:
    """What the row shows: a colour, a word and a sentence with the remedy.

    ``code`` tells apart what is wrong: expired, refused, failing or late.
    """

    light: Light
    word: str
    sentence: str
    code: str = ""


def judge(facts: Facts, *, now: datetime, today: date) -> Status:
    """Say how a connection is doing; the worst thing wins."""
    if not facts.is_active:
        return Status(
            Light.OFF, gettext("Off"), gettext("It runs only by hand. Activate it in its settings.")
        )
    return _of_credentials(facts, today) or _of_runs(facts, now) or _of_files(facts, today)


def _of_credentials(facts: Facts, today: date) -> Status | None:
    if not facts.has_credentials:
        return Status(
            Light.RED, gettext("No credentials"), gettext("Enter what AgencyHub signs in with.")
        )
    if facts.expires_on is not None and facts.expires_on < today:
        words = gettext("They expired on %(expires_on)s. Enter the new ones and their date.") % {
            "expires_on": f"{facts.expires_on:%m/%d/%Y}"
        }
        return Status(Light.RED, gettext("Credentials expired"), words, EXPIRED)
    if facts.last_code == "credentials":
        words = gettext("The carrier refused them. Enter the current ones, then run now.")
        return Status(Light.RED, gettext("Credentials refused"), words, REFUSED)
    return None


def _of_runs(facts: Facts, now: datetime) -> Status | None:
    if facts.failed_in_a_row >= MANY_FAILURES or (facts.failed_in_a_row and not facts.last_good_at):
        return Status(
            Light.RED,
            gettext("Failing"),
            gettext("See the last run for what happened and what to do."),
        )
    if facts.failed_in_a_row:
        return Status(
            Light.YELLOW, gettext("Last run failed"), gettext("See the last run for what to do.")
        )
    late = _lateness(facts, now)
    if late and not facts.is_running:
        light = Light.RED if late > timedelta(days=1) else Light.YELLOW
        words = gettext(
            "It did not run when it was due. See whether worker and scheduler are alive."
        )
        return Status(light, gettext("Late"), words, LATE)
    if facts.last_good_at is None:
        if facts.is_running:
            return Status(
                Light.YELLOW, gettext("First run"), gettext("It is running for the first time.")
            )
        return Status(
            Light.YELLOW,
            gettext("Never ran"),
            gettext("Test it, then run it now, or wait for its time."),
        )
    return None


def _lateness(facts: Facts, now: datetime) -> timedelta | None:
    """How long ago it should have run, past the grace; None when it is on time."""
    if facts.last_due is None or now - facts.last_due <= GRACE:
        return None
    if facts.last_good_at is not None and facts.last_good_at >= facts.last_due:
        return None
    return now - facts.last_due


def _of_files(facts: Facts, today: date) -> Status:
    if facts.to_settle:
        words = ngettext(
            "%(to_settle)s file needs somebody. Open the last run.",
            "%(to_settle)s files need somebody. Open the last run.",
            facts.to_settle,
        ) % {"to_settle": facts.to_settle}
        return Status(Light.YELLOW, gettext("Needs attention"), words)
    if facts.expires_on is not None and facts.expires_on - today <= EXPIRES_SOON:
        words = gettext("The credentials expire on %(expires_on)s.") % {
            "expires_on": f"{facts.expires_on:%m/%d/%Y}"
        }
        return Status(Light.YELLOW, gettext("Expires soon"), words)
    return Status(Light.GREEN, gettext("Working"), gettext("The last run was good and on time."))
