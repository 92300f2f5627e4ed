"""Asking status APIs, page by page: any worker may die at any moment, another goes on.

A page's rows and the place of the next page are stored in one transaction; see ``lib.leases``.
"""

import time
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.lib.errors import DomainError
from agencyhub.lib.leases import Lease, Leases, LostLeaseError
from integrations.carriers import schedule
from integrations.carriers.connectors import blame
from integrations.carriers.connectors.listing import Place
from integrations.carriers.models import EVERY_DAY
from integrations.carriers.problems import NO_LIST, RetrieveError
from integrations.carriers.services.running import PAUSES
from integrations.errors import PartnerContractError
from integrations.http import Client, Patience, split_address
from integrations.premier import reading
from integrations.premier.models import Feed, Pull
from integrations.premier.services import intake
from policies.models import Told

SLICE_SECONDS = 240.0
LEASE = timedelta(minutes=5)
PATIENCE = Patience(retries=3, longest_seconds=15)
UNREADABLE = gettext_noop("The carrier’s API answered in another shape than agreed.")
STOPPED = gettext_noop("The feed was turned off, or has no address or token any more.")
NEXT = ("next", "next_url", "next_page")
State = Pull.State
PULLS = Leases(
    Pull.objects.select_related("feed__carrier"),
    held=Q(state=State.RUNNING),
    length=lambda: LEASE,
)


class NothingToAskError(DomainError):
    """The feed has no status API, or nothing to ask it with."""

    code = "nothing_to_ask"


def start(*, feed: Feed, due_at: datetime | None = None) -> Pull:
    """Begin to ask a carrier's API; a pull that is under way goes on instead."""
    try:
        with transaction.atomic():
            return Pull.objects.create(feed=feed, due_at=due_at)
    except IntegrityError:
        pulls = Pull.objects.filter(feed=feed)
        return pulls.filter(Q(state__in=Pull.OPEN) | Q(due_at=due_at)).order_by("-pk")[0]


def start_due(*, at: datetime) -> None:
    """Begin what is due today and has not begun; days that were missed are not made up for."""
    zone = timezone.get_default_timezone()
    feeds = Feed.objects.filter(is_active=True, asked_since__isnull=False).exclude(api_url="")
    for feed in feeds.order_by("pk"):
        due = schedule.last_due(days=EVERY_DAY, at=feed.api_time, zone=zone, now=at)
        is_old = feed.asked_since is not None and due < feed.asked_since
        if not is_old and not Pull.objects.filter(feed=feed, due_at__gte=due).exists():
            start(feed=feed, due_at=due)


def to_go_on_with(*, at: datetime) -> list[int]:
    """Pulls that wait for their moment, or that a dead worker left."""
    waits = Q(state=State.WAITING) & (Q(again_at=None) | Q(again_at__lte=at))
    rows = Pull.objects.filter(waits | PULLS.lapsed(at=at))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def work(*, pull_id: int, seconds: float = SLICE_SECONDS) -> Pull:
    """Go on with a pull until it ends, has to wait, or ``seconds`` are over; say how it stands."""
    lease = take(pull_id, at=timezone.now())
    if lease is not None:
        with suppress(LostLeaseError):  # whoever has it now goes on
            _work(lease, ends_at=time.monotonic() + seconds)
    return Pull.objects.get(pk=pull_id)


def take(pull_id: int, *, at: datetime) -> Lease[Pull] | None:
    """Take an open pull that nobody works on, be its pause over or not."""
    free = Q(state=State.WAITING) | PULLS.lapsed(at=at)
    return PULLS.take(pull_id, free=free, at=at, state=State.RUNNING, again_at=None)


def _work(lease: Lease[Pull], *, ends_at: float) -> None:
    try:
        is_through = _ask(lease, ends_at=ends_at)
    except RetrieveError as error:
        words = f"{error.problem.words} {error.problem.next_step}"
        if error.problem.is_passing:
            _stumble(lease, words)
        else:
            _fail(lease, words)
    except PartnerContractError:
        _fail(lease, UNREADABLE)
    except NothingToAskError as error:
        _fail(lease, error.message)
    else:
        if is_through:
            lease.let_go(state=State.DONE, finished_at=timezone.now(), error="")
        else:
            lease.let_go(state=State.WAITING, again_at=timezone.now())


def _ask(lease: Lease[Pull], *, ends_at: float) -> bool:
    """Ask page after page; whether all were asked for."""
    feed = lease.row.feed
    with _client(feed) as client:
        place = Place(feed.api_url, timezone.get_default_timezone())
        path = lease.row.cursor or split_address(feed.api_url)[1]
        while path and time.monotonic() < ends_at:
            with blame.web():
                answer = client.call("GET", path)
            payload = blame.parsed(answer.body)
            following = _next(payload, place)
            _store(lease, payload, following)
            path = following
    return not path


def _client(feed: Feed) -> Client:
    credentials = getattr(feed, "credentials", None)
    place = split_address(feed.api_url)[0]
    if not feed.is_active or credentials is None or credentials.place != place:
        raise NothingToAskError(STOPPED)
    return Client(
        partner="premier",
        base_url=place,
        headers={"Authorization": f"Bearer {credentials.token.reveal()}"},
        patience=PATIENCE,
    )


def _next(payload: object, place: Place) -> str:
    """The path of the next page; blank behind the last one.

    Raises:
        RetrieveError: it leads to another server.
    """
    if not isinstance(payload, dict):
        return ""
    link = next((payload[name] for name in NEXT if payload.get(name)), "")
    path = place.path_of(str(link)) if link else ""
    if link and not path:
        raise RetrieveError(NO_LIST)
    return path


@transaction.atomic
def _store(lease: Lease[Pull], payload: object, following: str) -> None:
    """Apply a page and move on."""
    lease.save()  # nobody takes the pull over while the page is applied
    rows = 0
    is_empty = isinstance(payload, dict) and payload.get("rows") == []
    if not is_empty:
        page = reading.read(payload)
        intake.take(
            page.rows,
            carrier=lease.row.feed.carrier,
            source=Told.Source.API,
            at=timezone.now(),
            pull=lease.row,
            refused=page.refused,
        )
        rows = page.rows.height
    lease.save(cursor=following, pages=F("pages") + 1, rows=F("rows") + rows, failures=0)


def _stumble(lease: Lease[Pull], words: str) -> None:
    """Wait before the API is asked again, longer each time; what is stored stays."""
    failures = lease.row.failures
    if failures >= len(PAUSES):
        _fail(lease, words)
        return
    again_at = timezone.now() + PAUSES[failures]
    lease.let_go(state=State.WAITING, again_at=again_at, failures=failures + 1, error=words[:250])


def _fail(lease: Lease[Pull], words: str) -> None:
    lease.let_go(state=State.FAILED, finished_at=timezone.now(), error=words[:250])
