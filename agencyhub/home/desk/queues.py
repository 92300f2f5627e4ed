"""Today's work: what waits in each queue, and how much of it was done today."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from agencyhub.accounts.models import User
from agencyhub.accounts.scope import gathered, reach_of, whole_book
from agencyhub.home.context import MOST_COUNTED as MOST_HELD
from agencyhub.home.context import count_held
from agencyhub.home.settings_index import UNKNOWN_VALUES, unknown_in_words
from agencyhub.lib.db import Among
from agencyhub.lib.midnights import midnight
from agencyhub.records import questions
from agencyhub.records.lists import selection
from commissions.lists.disputes import OPEN, PAY_QUEUE, part
from commissions.matching.patterns import UNMATCHED
from commissions.models import ExpectedPay
from commissions.selectors import disputes, patterns, review
from eoi.ageing import BANDS, opened_by
from eoi.models import EoiRequest
from eoi.selectors import board
from individuals import duplicate_pages
from integrations import selectors as inbox
from integrations.noyo import models as noyo
from integrations.noyo.selectors import renewals
from policies.lists.risks import DUE
from policies.models import Policy
from policies.selectors import risks

MOST_COUNTED = 10_000
# A number as large as this is a size: it is counted again after a while, and not for each page.
LARGE = 1_000
SECONDS_REMEMBERED = 120
MAPPING = noyo.Mapping.Status
NOT_READY = [one.value for one in (MAPPING.REOPENED, MAPPING.IN_PROGRESS)]


@dataclass(frozen=True)
class Waits:
    """How many wait, in words and cut at ``MOST_COUNTED``, and what else to say of them."""

    number: int
    words: str
    note: str = ""


@dataclass(frozen=True)
class Queue:
    """One queue. ``waits`` and ``done`` count; ``done`` is None where nobody keeps count."""

    key: str
    title: StrOrPromise
    icon: str
    url_name: str
    permissions: tuple[str, ...]
    waits: Callable[[User, datetime], Waits]
    done: Callable[[User, datetime], str] | None = None
    tone: str = "info"
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def is_for(self, user: User) -> bool:
        """Whether the user works on it."""
        return all(user.has_perm(one) for one in self.permissions)

    @property
    def url(self) -> str:
        """Exactly what is counted."""
        query = urlencode(self.filters, doseq=True)
        return reverse(self.url_name) + (f"?{query}" if query else "")


@dataclass(frozen=True)
class QueueLine:
    """One queue as the dashboard shows it; None: it is being counted."""

    queue: Queue
    waits: Waits | None = None
    done: str = ""

    @property
    def words(self) -> str:
        """How far the queue is, in one sentence."""
        if self.waits is None:
            return gettext("is being counted")
        if self.queue.done is None:
            return gettext("%(left)s to do") % {"left": self.waits.words}
        said = gettext("%(left)s left, %(done)s done today")
        return said % {"left": self.waits.words, "done": self.done}

    @property
    def tone(self) -> str:
        """Nothing left is good news."""
        if self.waits is None:
            return "neutral"
        return self.queue.tone if self.waits.number else "success"

    @property
    def icon(self) -> str:
        return "circle-check" if self.waits and not self.waits.number else self.queue.icon


def queues_of(user: User) -> list[Queue]:
    """The queues that the user works on, what is lost soonest first."""
    return [one for one in QUEUES if one.is_for(user)]


def blank_lines(user: User) -> list[QueueLine]:
    """The queues before they are counted."""
    return [QueueLine(one) for one in queues_of(user)]


def lines(user: User, *, at: datetime) -> list[QueueLine]:
    """The queues as they stand; of a large one as it was up to two minutes ago."""
    return list(_lines(user, at))


def _lines(user: User, at: datetime) -> Iterator[QueueLine]:
    for queue in queues_of(user):
        done = queue.done(user, at) if queue.done else ""
        yield QueueLine(queue, _waits(queue, user, at), done)


def _waits(queue: Queue, user: User, at: datetime) -> Waits:
    day = timezone.localdate(at)
    key = f"home.queue:{queue.key}:{reach_of(user).digest}:{user.language}:{day:%Y%m%d}"
    known: Waits | None = cache.get(key)
    if known is None:
        known = queue.waits(user, at)
        if known.number >= LARGE:
            cache.set(key, known, SECONDS_REMEMBERED)
    return known


def _cut(number: int) -> str:
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"


def _counted(number: int, note: str = "") -> Waits:
    return Waits(number, _cut(number), note)


def _risks(user: User, _at: datetime) -> Waits:
    return _counted(risks.open_for(user).order_by()[: MOST_COUNTED + 1].count())


def _calls(user: User, at: datetime) -> Waits:
    due = risks.open_for(user).filter(call_on__lte=timezone.localdate(at)).order_by()
    return _counted(due[: MOST_COUNTED + 1].count())


def _eoi(user: User, at: datetime) -> Waits:
    waiting = gathered(EoiRequest, user=user).filter(closed_at=None).order_by()
    late = waiting.filter(opened_date__lte=opened_by(BANDS[0].start, timezone.localdate(at)))
    number = late[: MOST_COUNTED + 1].count()
    note = ngettext(
        "%(number)s has waited %(days)s business days or more",
        "%(number)s have waited %(days)s business days or more",
        number,
    ) % {"number": _cut(number), "days": BANDS[0].start}
    return _counted(waiting[: MOST_COUNTED + 1].count(), note if number else "")


def _held(user: User, _at: datetime) -> Waits:
    number = count_held(user)
    return Waits(number, f"{number}+" if number >= MOST_HELD else str(number))


def _matches(user: User, _at: datetime) -> Waits:
    words = review.left(user)
    return Waits(0 if words == "0" else int(words.strip("+").replace(",", "")), words)


def _unmatched(user: User, _at: datetime) -> Waits:
    return _counted(patterns.unmatched(user).order_by()[: MOST_COUNTED + 1].count())


def _missing_pay(user: User, at: datetime) -> Waits:
    rows = ExpectedPay.objects.filter(part(OPEN, user=user, today=timezone.localdate(at)))
    if not reach_of(user).sees_all:
        # From the side of the policies in reach: of most people these are a part of the ledger.
        rows = rows.filter(Among("policy_id", whole_book(Policy, user=user).values("pk")))
    number = selection.count(rows)
    return Waits(LARGE, gettext("many")) if number is None else _counted(number)


def _mappings(user: User, _at: datetime) -> Waits:
    waiting = gathered(noyo.Mapping, user=user).filter(status__in=NOT_READY)
    return _counted(waiting.order_by()[: MOST_COUNTED + 1].count())


def _renewals(user: User, at: datetime) -> Waits:
    waiting = renewals.to_send(user, on=timezone.localdate(at))
    return _counted(waiting.order_by()[: MOST_COUNTED + 1].count())


def _duplicates(user: User, _at: datetime) -> Waits:
    left = duplicate_pages.left(user)
    return Waits(left.number, str(left))


def _values(_user: User, _at: datetime) -> Waits:
    number = questions.count_open()
    return Waits(number, unknown_in_words(number))


QUEUES = (
    Queue(
        "risks", _("Policies at risk"), "alert-triangle", "policies:risk_list",
        ("policies.view_risk",), _risks,
        lambda user, at: str(risks.done_today(user, at=at)), tone="danger",
    ),
    Queue(
        "calls", _("Calls due today"), "phone", "policies:risk_list",
        ("policies.view_risk",), _calls, tone="warning", filters={"next_call": (DUE,)},
    ),
    Queue(
        "held", _("Enrollments held"), "inbox", "integrations:held_list",
        ("integrations.review_inbound",), _held,
        lambda _user, at: str(inbox.decided_since(midnight(timezone.localdate(at)))),
        tone="warning",
    ),
    Queue(
        "eoi", _("Evidence of insurability"), "clock", "eoi:request_list",
        ("eoi.view_eoirequest",), _eoi,
        lambda user, at: str(board.decided_today(user, at=at)), tone="warning",
    ),
    Queue(
        "matches", _("Matches to review"), "link", "commissions:review_list",
        ("commissions.review_matches",), _matches,
        lambda user, at: str(review.decided_today(user, now=at)), tone="warning",
    ),
    Queue(
        "unmatched", _("Unmatched applications"), "unlink", "commissions:application_list",
        ("commissions.review_matches", "commissions.view_application"), _unmatched,
        filters={"match": UNMATCHED},
    ),
    Queue(
        "missing-pay", PAY_QUEUE.title, PAY_QUEUE.icon, PAY_QUEUE.url_name,
        (PAY_QUEUE.view_permission,), _missing_pay,
        lambda user, at: str(disputes.answered_today(user, at=at)), tone="warning",
        filters={"show": (OPEN,)},
    ),
    Queue(
        "mappings", _("Groups to map"), "arrows-exchange", "noyo:mapping_list",
        ("noyo.map_groups",), _mappings, tone="warning", filters={"status": NOT_READY},
    ),
    Queue(
        "renewals", _("Groups that renew soon"), "calendar", "noyo:renewal_list",
        ("noyo.change_renewaldecision",), _renewals, tone="warning",
    ),
    Queue(
        "values", _("Unknown values"), "help", UNKNOWN_VALUES, (questions.DECIDE,), _values,
    ),
    Queue(
        "duplicates", _("Possible duplicates"), "users", "individuals:duplicate_list",
        ("individuals.change_individual",), _duplicates,
        lambda user, _at: str(duplicate_pages.done_today(user)),
    ),
)  # fmt: skip
"""What is lost soonest comes first."""
