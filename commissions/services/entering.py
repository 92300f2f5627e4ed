"""Applications that a person types: the manual disposition form."""

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.records import history
from agencyhub.records.models import Batch
from commissions.models import Application
from commissions.services import refresh
from commissions.services.applications import Received, receive
from commissions.told import Told


def new_token() -> str:
    """Name one filling of the form: sent twice, it is one application."""
    return uuid.uuid4().hex


def enter(*, user: User, at: datetime, token: str, **told: Any) -> Received:
    """Store what a person typed, and look for what belongs to it."""
    with history.batch(
        user=user, channel=Batch.Channel.SCREEN, summary=gettext_noop("Application entered")
    ):
        source = Application.Source.MANUAL
        typed = Told(source=source, external_id=token, source_updated_at=at, **told)
        received = receive(told=typed, at=at)
        refresh.request(user=user)
    return received
