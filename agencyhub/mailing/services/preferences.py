"""What people and the agency set up about mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.mailing import addresses
from agencyhub.mailing.models import MailPreference, MailSettings, OptOut
from agencyhub.mailing.services import optouts
from agencyhub.records import history
from agencyhub.records.models import Batch, Option


class NotYoursError(DomainError):
    """The opt-out is of somebody else's address."""

    code = "not_yours"


WISHES = (
    "gets_digest", "digest_time", "weekdays", "quiet_from", "quiet_to", "sends_reminders",
    "signature",
)  # fmt: skip


@transaction.atomic
def save_preference(*, user: User, values: Mapping[str, Any]) -> None:
    """Store what a user wants, with the zone and language that hold everywhere."""
    user.time_zone, user.language = values["time_zone"], values["language"]
    user.save(update_fields=["time_zone", "language"])
    wishes = {name: values[name] for name in WISHES}
    wishes["weekdays"] = sorted(wishes["weekdays"])
    MailPreference.objects.update_or_create(user=user, defaults=wishes)


def resume(*, optout_id: int, user: User, at: datetime) -> None:
    """Take up mail again that the user has unsubscribed from.

    Raises:
        NotYoursError: see there.
    """
    own = OptOut.objects.filter(pk=optout_id, to_index=addresses.index_of(user.email))
    if not own.exists():
        msg = _("This is not about your address.")
        raise NotYoursError(msg)
    optouts.resubscribe(optout_id=optout_id, user=user, at=at)


def save_settings(*, rules: MailSettings, silent: list[Option], user: User) -> None:
    """Store the agency's rules."""
    with history.batch(
        user=user, channel=Batch.Channel.SCREEN, summary=gettext_noop("Email settings changed")
    ):
        rules.pk = 1
        rules.save()
        rules.silent_statuses.set(silent)
