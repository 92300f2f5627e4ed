"""Noyo on its queue: the night's reading in slices, and at once what events told of."""

import logging
from typing import Any

from celery import shared_task
from django.utils import timezone

from integrations.errors import (
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.noyo.client import Noyo
from integrations.noyo.models import SyncRun
from integrations.noyo.services import accounts, publishing, reading, runs

logger = logging.getLogger(__name__)


@shared_task
def sync_noyo(**_newer_arguments: Any) -> int:
    """Begin what is due and take up what waits or was left; answer with the number of readings."""
    at = timezone.now()
    runs.start_due_run(at=at)
    waiting = runs.NIGHTS.to_take_up(at=at)
    for run_id in waiting:
        sync_noyo_run.delay(run_id=run_id)
    sync_noyo_due.delay()
    return len(waiting)


@shared_task
def sync_noyo_run(*, run_id: int, **_newer_arguments: Any) -> str:
    """Read for a while; the rest is the next task's. Answers with the reading's state."""
    run = reading.work(run_id=run_id)
    if run.is_due(at=timezone.now()):
        sync_noyo_run.delay(run_id=run_id)
    if run.state == SyncRun.State.DONE:
        tell_noyo_mappings.delay()
    return str(run.state)


@shared_task
def sync_noyo_due(**_newer_arguments: Any) -> int:
    """Read the groups of which something was heard; what fails stays due for the next minute."""
    try:
        return reading.read_due(at=timezone.now())
    except (PartnerUnavailableError, PartnerRejectedError) as error:
        logger.warning("groups that are due were not read: %s", type(error).__name__)
        return 0


@shared_task
def sync_noyo_connection(*, noyo_id: str, **_newer_arguments: Any) -> None:
    """Read how a connection stands; where that fails, the night's reading makes up for it."""
    problems = (
        PartnerUnavailableError,
        PartnerRejectedError,
        PartnerContractError,
        accounts.NotActiveError,
    )
    try:
        reading.read_connection_again(noyo_id=noyo_id, at=timezone.now())
    except problems as error:
        logger.warning("a connection was not read: %s", type(error).__name__)
        return
    sync_noyo_due.delay()


@shared_task
def tell_noyo_mappings(**_newer_arguments: Any) -> int:
    """Tell Noyo the mappings that it does not have; what fails is told after the next reading."""
    problems = (PartnerUnavailableError, PartnerRejectedError, PartnerContractError)
    try:
        with Noyo(accounts.active()) as noyo:
            return publishing.publish_waiting(noyo=noyo, at=timezone.now())
    except accounts.NotActiveError:
        return 0
    except problems as error:
        logger.warning("mappings were not told: %s", type(error).__name__)
        return 0
