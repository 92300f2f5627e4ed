"""The doors of the demo's Premier Partners: the sandbox pushes, is asked, and puts files out."""

from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max

from agencyhub.home.demo.payments import PARTNERS
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.http import split_address
from integrations.premier.models import Credentials, Delivery, Feed
from policies.models import Carrier, Payment, Told

SLUGS = {"Aetna": "aetna", "Humana": "humana", "UnitedHealthcare": "unitedhealthcare"}
ASKED = "Aetna"


def ensure_feeds(*, at: datetime) -> int:
    """Open what is not open yet, and follow the sandbox to another port; say how many were added.

    What the demo's data told is noted like every statement.
    """
    if not settings.SANDBOX_API_KEY:
        return 0
    summary = "The sandbox's Premier Partners connected"
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=summary):
        carriers = Carrier.objects.filter(name__in=SLUGS).order_by("pk")
        return sum(_ensure_feed(one, at=at) for one in carriers)


def _ensure_feed(carrier: Carrier, *, at: datetime) -> bool:
    feed, is_new = Feed.objects.get_or_create(
        carrier=carrier, defaults={"slug": SLUGS[carrier.name]}
    )
    if carrier.name == ASKED:
        _ask_the_sandbox(feed, at=at)
    _note(carrier, at=at)
    return is_new


def _ask_the_sandbox(feed: Feed, *, at: datetime) -> None:
    """Somebody's own address stays."""
    url = f"{settings.SANDBOX_URL.rstrip('/')}/premier/aetna/api/v1/statuses"
    if feed.api_url == url or (feed.api_url and not feed.api_url.startswith("http://127.0.0.1:")):
        return
    feed.api_url, feed.asked_since = url, at
    feed.save(update_fields=["api_url", "asked_since"])
    token = settings.SANDBOX_CARRIER_PASSWORD
    defaults = {"token": token, "place": split_address(url)[0]}
    Credentials.objects.update_or_create(feed=feed, defaults=defaults)


def _note(carrier: Carrier, *, at: datetime) -> None:
    told = Payment.objects.filter(policy__carrier=carrier).exclude(source=Told.Source.MANUAL)
    newest = told.aggregate(as_of=Max("as_of"))["as_of"]
    if newest is None or Delivery.objects.filter(carrier=carrier, as_of__gte=newest).exists():
        return
    number = told.filter(as_of=newest).aggregate(number=Count("pk"))["number"]
    Delivery.objects.create(
        carrier=carrier,
        source=PARTNERS[carrier.name][1],
        as_of=newest,
        at=at,
        told=number,
        same=number,
    )
