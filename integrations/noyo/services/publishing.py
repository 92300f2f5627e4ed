"""Telling Noyo a mapping: our structure, which plans go together, who gets which option.

What Noyo has is read first and only what differs is written, so telling twice changes nothing. A
record that somebody changed meanwhile (409) is read again, and what we have is told once more.
What Noyo refuses stands on the mapping, with the field and what can be done.
"""

import logging
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop

from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.errors import PartnerContractError, PartnerRejectedError
from integrations.noyo.client import ConflictError, Noyo, NoyoRefusedError
from integrations.noyo.models import Mapping, NoyoGroup
from integrations.noyo.selectors.refusals import UNREADABLE, Part
from integrations.noyo.services import publishing_parts as parts
from integrations.noyo.services.publishing_parts import NotTakenError, telling

logger = logging.getLogger(__name__)
TOLD = gettext_noop("A mapping told to Noyo")
REFUSED = gettext_noop("Noyo did not take a mapping")
TRIES = 3


def waiting() -> QuerySet[Mapping]:
    """Mappings that are marked as mapped and that Noyo does not have so yet."""
    return Mapping.objects.filter(
        Q(told_at=None) | Q(told_at__lt=F("ready_at")),
        status=Mapping.Status.READY,
        group__noyo_group__isnull=False,
    ).select_related("group", "carrier")


def publish_waiting(*, noyo: Noyo, at: datetime) -> int:
    """Tell Noyo what it does not have; answer how much it took.

    What it refuses, or answers in a way that cannot be read, stands on the mapping, waits, and does
    not keep Noyo from the rest.

    Raises:
        PartnerUnavailableError: Noyo does not answer; what is left waits.
        PartnerRejectedError: the account may not write mappings; the first of them says so.
    """
    told = 0
    for mapping in waiting().order_by("ready_at", "pk"):
        try:
            publish(mapping=mapping, noyo=noyo, at=at)
        except NoyoRefusedError as error:
            logger.warning("mapping %s was refused: %s", mapping.pk, error.status)
            _remember(mapping, _told_of(error), at=at)
        except PartnerRejectedError as error:
            _remember(mapping, {"status": error.status or UNREADABLE}, at=at)
            raise
        except PartnerContractError as error:
            logger.warning("what Noyo answered of mapping %s cannot be read", mapping.pk)
            _remember(mapping, {"status": UNREADABLE, "said": str(error)[:300]}, at=at)
        else:
            told += 1
    return told


def publish(*, mapping: Mapping, noyo: Noyo, at: datetime) -> None:
    """Tell Noyo a mapping that is marked as mapped.

    Raises:
        NotTakenError: Noyo does not take it, or a part of it.
        PartnerUnavailableError: Noyo does not answer; telling again goes on from there.
        ConflictError: it changed under our hands again and again.
    """
    noyo_group = NoyoGroup.objects.get(group=mapping.group_id)
    for tried in range(1, TRIES + 1):
        try:
            header = _tell(noyo, noyo_group, mapping)
            break
        except ConflictError:
            if tried == TRIES:
                raise
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary=TOLD):
        Mapping.objects.filter(pk=mapping.pk).update(
            noyo_id=header["id"], version=header["version"], told_at=at,
            refusal=None, refused_at=None,
        )  # fmt: skip


def _tell(noyo: Noyo, noyo_group: NoyoGroup, mapping: Mapping) -> parts.Record:
    with telling(Part.STRUCTURE):
        parts.tell_structure(noyo, noyo_group, mapping)
    with telling(Part.HEADER):
        header = parts.tell_header(noyo, noyo_group, mapping)
    with telling(Part.PLANS):
        parts.tell_plans(noyo, header["id"], mapping)
    with telling(Part.RULES):
        parts.tell_rules(noyo, header["id"], mapping)
    if header.get("status") == "ready":
        return header
    with telling(Part.READY):
        path = f"/group_mappings/{header['id']}/{header['version']}"
        return noyo.change(path, {"status": "ready"})


def _told_of(error: NoyoRefusedError) -> dict[str, Any]:
    """A refusal as it is kept: it is about our plans, classes and rules, and never about people."""
    found = {"status": error.status, "said": error.said, "fields": error.fields}
    if isinstance(error, NotTakenError):
        found |= {"part": error.part.value, "name": error.name}
    return found


def _remember(mapping: Mapping, refusal: dict[str, Any], *, at: datetime) -> None:
    """Keep why it was refused; the same again leaves no new act in the history."""
    told = {"part": "", "name": "", "fields": [], "said": ""} | refusal
    told["fields"] = [list(one) for one in told["fields"]]
    if mapping.refusal == told:
        return
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary=REFUSED):
        Mapping.objects.filter(pk=mapping.pk).update(refusal=told, refused_at=at)
