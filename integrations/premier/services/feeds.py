"""Setting a carrier's feed up: its address, its key, the API that is asked for it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts import api_keys
from agencyhub.accounts.models import ApiKey, User
from agencyhub.accounts.services import keys
from agencyhub.lib.db import lock_keys
from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.http import split_address
from integrations.premier.models import Credentials, Feed, FeedKey
from integrations.services import door_keys

SCREEN = Batch.Channel.SCREEN


def save(*, feed: Feed, token: str, user: User, at: datetime) -> Feed:
    """Store a feed as its form left it; a token belongs to the server it was entered for."""
    summary = (
        gettext_noop("Premier feed changed") if feed.pk else gettext_noop("Premier feed added")
    )
    with history.batch(user=user, channel=SCREEN, summary=summary):
        before = Feed.objects.select_for_update().filter(pk=feed.pk).first()
        asked = (feed.api_url, feed.api_time, feed.is_active)
        if before is None or (before.api_url, before.api_time, before.is_active) != asked:
            feed.asked_since = at if feed.api_url else None
        feed.save()
        place = split_address(feed.api_url)[0] if feed.api_url else ""
        Credentials.objects.filter(feed=feed).exclude(place=place).delete()
        if token and place:
            Credentials.objects.update_or_create(
                feed=feed, defaults={"token": token, "place": place}
            )
    return feed


def live_keys(feed: Feed, *, at: datetime) -> list[ApiKey]:
    """The keys that open the carrier's door now."""
    return door_keys.live(ApiKey.objects.filter(premier_feed__feed=feed), at=at)


@transaction.atomic
def create_key(*, feed: Feed, user: User, at: datetime) -> api_keys.NewKey:
    """Make a key for one carrier's door; two may work at a time, while one follows the other.

    Raises:
        TwoKeysError: two keys are live.
        MayNotIssueError: see ``accounts.services.keys``.
    """
    lock_keys([f"premier feed {feed.pk}"])
    words = gettext("Two keys work already. Revoke the one that is not used.")
    door_keys.ensure_room(live_keys(feed, at=at), words=words)
    name = f"{feed.carrier.name}, {at:%m/%d/%Y}"[:60]
    summary = gettext_noop("Key of a Premier feed made")
    with history.batch(user=user, channel=SCREEN, summary=summary):
        scope = ApiKey.Scope.PREMIER
        new = keys.create_key(actor=user, name=name, scope=scope, user=None, expires_at=None)
        FeedKey.objects.create(feed=feed, key=new.key)
    return new
