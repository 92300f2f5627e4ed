"""Settings of a partner of whom an agency has one: a row with the key 1, turned on and off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models
from django.utils.translation import gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.db import lock_keys, one_or_none
from agencyhub.records import history
from agencyhub.records.models import Batch

Row = TypeVar("Row", bound=models.Model)
SET_UP = gettext_noop("%(title)s set up")
ACTIVATED = gettext_noop("%(title)s activated")
DEACTIVATED = gettext_noop("%(title)s deactivated")


@dataclass(frozen=True)
class Switch(Generic[Row]):
    """The settings of the partner ``title``; whoever changes them holds ``lock`` meanwhile."""

    model: type[Row]
    title: str
    lock: str

    def stored(self) -> Row | None:
        """The settings; None before somebody saved them."""
        return one_or_none(self.model._default_manager.filter(pk=1))

    def current(self) -> Row:
        """The settings, or those that a page offers before somebody saved them."""
        return self.stored() or self.model()

    @contextmanager
    def changing(self, words: str, *, user: User) -> Iterator[None]:
        """Change the settings alone and as one act of the history, called ``words``."""
        summary = words % {"title": self.title}
        with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=summary):
            lock_keys([self.lock])
            yield

    def turn_on(self, row: Any, *, at: datetime) -> None:
        """Activate what ``changing`` holds; twice changes nothing."""
        if not row.is_active:
            row.is_active, row.activated_at = True, at
            row.save(update_fields=["is_active", "activated_at"])

    def turn_off(self, *, user: User, **also: object) -> None:
        """Deactivate; settings stay. ``also`` are columns that say so as well."""
        with self.changing(DEACTIVATED, user=user):
            active = self.model._default_manager.filter(is_active=True)
            active.update(is_active=False, **also)
