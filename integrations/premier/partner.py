"""Premier Partners as the inbox sees them: what a delivery looks like, and who applies it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import ApiKey
from agencyhub.lib.errors import DomainError
from agencyhub.records.models import Batch
from integrations.models import InboundMessage
from integrations.partner import Applied, Envelope, Partner, Session
from integrations.premier.models import Delivery, Feed, FeedKey
from integrations.premier.reading import read
from integrations.premier.services import intake
from policies.models import Told

SLUG = "premier"
TITLE = "Premier Partners"
NOBODY = gettext_noop(
    "No carrier’s statuses are taken at this address. Ask the agency for the right one."
)


class NoSuchFeedError(DomainError):
    """The carrier's feed was removed after the delivery came."""

    code = "no_such_feed"


@dataclass(frozen=True)
class Premier:
    """One carrier's door, or, without a slug, all of them."""

    carrier_slug: str = ""
    slug = SLUG
    title = TITLE
    api_key_scope = ApiKey.Scope.PREMIER.value

    @property
    def door(self) -> str:
        """The carrier's name in the address."""
        return self.carrier_slug

    def at_door_of(self, *, external_id: str, details: Mapping[str, Any]) -> Partner:
        """The door of the carrier that a message is of; what was refused keeps it by itself."""
        return Premier(details.get("door") or self.subject_of(external_id))

    def subject_of(self, external_id: str) -> str:
        """The carrier: the rest is made of what the statement says."""
        return external_id.partition("@")[0]

    def refusal(self) -> str:
        """Why deliveries are refused: nobody takes statuses there."""
        feeds = Feed.objects.filter(is_active=True)
        if self.carrier_slug:
            feeds = feeds.filter(slug=self.carrier_slug)
        if feeds.exists():
            return ""
        return NOBODY

    def may_deliver(self, key: ApiKey) -> bool:
        """Whether a key opens this door: its own, or one that is no single carrier's."""
        mine = FeedKey.objects.filter(key=key).select_related("feed").first()
        return mine is None or mine.feed.slug == self.carrier_slug

    def open_delivery(self, payload: Any) -> list[Any]:
        """A statement is applied whole, so it stays in one piece."""
        return [payload]

    def read_item(self, item: Any) -> Envelope:
        """Key a statement by carrier, moment and content: parts of one statement share a moment."""
        reading = read(item)
        content = json.dumps(item, sort_keys=True, separators=(",", ":")).encode()
        digest = hashlib.sha256(content).hexdigest()[:32]
        moment = reading.as_of.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        return Envelope(
            external_id=f"{self.carrier_slug}@{moment}-{digest}",
            content=item,
            sameness=content,
            problems=reading.problems,
        )

    def open_session(self) -> Session:
        """Nothing is read in advance."""
        return StatementSession()

    def remember_hold(self, *, hold_details: dict[str, Any]) -> None:
        """No statement waits for a person."""


class StatementSession:
    """Hands statements on to the payments."""

    def apply(self, *, message: InboundMessage, body: bytes, batch: Batch, at: datetime) -> Applied:
        """Apply one statement; see ``integrations.partner.Session.apply``."""
        slug = message.external_id.partition("@")[0]
        feed = Feed.objects.filter(slug=slug).select_related("carrier").first()
        if feed is None:
            raise NoSuchFeedError(
                gettext_noop("The carrier of this statement has no feed any more.")
            )
        reading = read(json.loads(body.decode("utf-8-sig")))
        delivery = intake.take(
            reading.rows,
            carrier=feed.carrier,
            source=Told.Source.PUSH,
            at=at,
            message_id=message.pk,
            refused=reading.refused,
        )
        return Applied(reasons=[in_words(delivery)], attention=_left(delivery))


def in_words(delivery: Delivery) -> str:
    """What a statement brought."""
    return (
        f"{delivery.new} new, {delivery.changed} changed, {delivery.same} as before,"
        f" {delivery.late} older than what is known; {delivery.statuses} policies changed status"
    )


def _left(delivery: Delivery) -> list[str]:
    """Rows that nobody will apply by themselves: those that cannot be read or do not count."""
    if not delivery.refused:
        return []
    words = (
        f"{delivery.refused} rows were refused: they cannot be read, or tell of a time at which the"
        " carrier was no Premier Partner."
    )
    return [words]
