"""Asking status APIs, page by page: any worker may die at any moment, another goes on.

A page's rows and the place of the next page are stored in one transaction. Whoever holds the pull
stores; a worker that was taken for dead finds another's claim and stops.
"""

import time
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from agencyhub.lib.errors import DomainError
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
    left = Q(state=State.RUNNING, alive_at__lt=at - LEASE)
    return list(Pull.objects.filter(waits | left).order_by("pk").values_list("pk", flat=True))


def work(*, pull_id: int, seconds: float = SLICE_SECONDS) -> Pull:
    """Go on with a pull until it ends, has to wait, or ``seconds`` are over; say how it stands."""
    pull = _claim(pull_id, at=timezone.now())
    if pull is None:
        return Pull.objects.get(pk=pull_id)
    try:
        is_through = _ask(pull, ends_at=time.monotonic() + seconds)
    except RetrieveError as error:
        words = f"{error.problem.words} {error.problem.next_step}"
        return _stumble(pull, words) if error.problem.is_passing else _fail(pull, words)
    except PartnerContractError:
        return _fail(pull, UNREADABLE)
    except NothingToAskError as error:
        return _fail(pull, error.message)
    if is_through:
        return _release(pull, state=State.DONE, finished_at=timezone.now(), error="")
    return _release(pull, state=State.WAITING, again_at=timezone.now())


def _claim(pull_id: int, *, at: datetime) -> Pull | None:
    """Take an open pull that nobody works on; the number of claims is the right to it."""
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, alive_at__lt=at - LEASE)
    taken = Pull.objects.filter(free, pk=pull_id).update(
        state=State.RUNNING, claims=F("claims") + 1, alive_at=at, again_at=None
    )
    return Pull.objects.select_related("feed__carrier").get(pk=pull_id) if taken else None


def _ask(pull: Pull, *, ends_at: float) -> bool:
    """Ask page after page; whether all were asked for."""
    feed = pull.feed
    with _client(feed) as client:
        place = Place(feed.api_url, timezone.get_default_timezone())
        path = pull.cursor or split_address(feed.api_url)[1]
        while path and time.monotonic() < ends_at:
            with blame.web():
                answer = client.call("GET", path)
            payload = blame.parsed(answer.body)
            following = _next(payload, place)
            if not _store(pull, payload, following):
                return False
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
def _store(pull: Pull, payload: object, following: str) -> bool:
    """Apply a page and move on; False when the pull is another worker's by now."""
    mine = Pull.objects.select_for_update().filter(
        pk=pull.pk, claims=pull.claims, state=State.RUNNING
    )
    if not mine.exists():
        return False
    at = timezone.now()
    is_empty = isinstance(payload, dict) and payload.get("rows") == []
    if not is_empty:
        page = reading.read(payload)
        intake.take(
            page.rows,
            carrier=pull.feed.carrier,
            source=Told.Source.API,
            at=at,
            pull=pull,
            refused=page.refused,
        )
        mine.update(rows=F("rows") + page.rows.height)
    mine.update(cursor=following, pages=F("pages") + 1, alive_at=at, failures=0)
    return True


def _stumble(pull: Pull, words: str) -> Pull:
    """Wait before the API is asked again, longer each time; what is stored stays."""
    pull.refresh_from_db(fields=["failures"])
    if pull.failures >= len(PAUSES):
        return _fail(pull, words)
    again_at = timezone.now() + PAUSES[pull.failures]
    failures = pull.failures + 1
    return _release(
        pull, state=State.WAITING, again_at=again_at, failures=failures, error=words[:250]
    )


def _fail(pull: Pull, words: str) -> Pull:
    return _release(pull, state=State.FAILED, finished_at=timezone.now(), error=words[:250])


def _release(pull: Pull, **changes: object) -> Pull:
    """Give the pull out of one's hands, unless another worker has taken it meanwhile."""
    mine = Pull.objects.filter(pk=pull.pk, claims=pull.claims, state=State.RUNNING)
    mine.update(alive_at=None, **changes)
    pull.refresh_from_db()
    return pull
