"""Asking Noyo to connect a group with a carrier, and to try once more."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from agencyhub.accounts.models import User
from agencyhub.lib.errors import DomainError
from agencyhub.records import history
from agencyhub.records.models import Batch
from groups.models import EmployerGroup
from integrations.errors import (
    PartnerContractError,
    PartnerRejectedError,
    PartnerUnavailableError,
)
from integrations.noyo.client import Noyo, NoyoRefusedError
from integrations.noyo.models import GroupConnection, NoyoCarrier, NoyoGroup
from integrations.noyo.services import accounts, connections
from integrations.noyo.told import ConnectionTold
from integrations.noyo.wire import read_connection

ASKED = gettext_noop("Connection of a group asked for")
AGAIN = gettext_noop("Connection of a group asked for again")
LOST = gettext_noop("Noyo did not answer. Whether it has the request is looked up by itself.")


class ConnectingError(DomainError):
    """Noyo does not take the request, or cannot be asked now."""

    code = "noyo_connection"


def ask(
    *, group: EmployerGroup, carrier: NoyoCarrier, number: str, user: User, at: datetime
) -> GroupConnection:
    """Ask Noyo to connect a group with a carrier under the carrier's number for it.

    The request is kept before it travels: an answer that is lost is found by the next reading.

    Raises:
        ConnectingError: there is such a connection, or Noyo refuses, with its words.
    """
    account = accounts.active()
    taken = GroupConnection.objects.filter(group=group, carrier=carrier, carrier_group_id=number)
    if taken.exists():
        raise ConnectingError(gettext("The group is or was connected with this number."))
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=ASKED):
        row = GroupConnection.objects.create(
            group=group, carrier=carrier, carrier_group_id=number, asked_by=user, asked_at=at,
            changed_at=at, noyo_group=NoyoGroup.objects.filter(group=group).first(),
        )  # fmt: skip
        path, body = _request(row, group)
    with Noyo(account) as noyo:
        try:
            told = read_connection(noyo.create(path, body))
        except PartnerRejectedError as error:
            with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=ASKED):
                row.delete()
            raise ConnectingError(_words(error)) from error
        except (PartnerUnavailableError, PartnerContractError):
            GroupConnection.objects.filter(pk=row.pk).update(message=LOST)
            row.message = LOST
            return row
    return _keep(row, told, at=at)


def ask_again(*, connection: GroupConnection, number: str, user: User, at: datetime) -> None:
    """Ask once more, perhaps under another number; what never arrived is looked for first.

    Raises:
        ConnectingError: Noyo refuses, with its words, or does not answer.
    """
    with Noyo(accounts.active()) as noyo:
        try:
            told = _again(noyo, connection, number)
        except PartnerRejectedError as error:
            raise ConnectingError(_words(error)) from error
        except (PartnerUnavailableError, PartnerContractError) as error:
            raise ConnectingError(gettext("Noyo does not answer now. Try again later.")) from error
    with history.batch(user=user, channel=Batch.Channel.SCREEN, summary=AGAIN):
        connection.asked_by, connection.asked_at = user, at
        connection.save(update_fields=["asked_by", "asked_at"])
        _keep(connection, told, at=at)


def _again(noyo: Noyo, connection: GroupConnection, number: str) -> ConnectionTold:
    if connection.noyo_id:
        path = f"/group_connections/{connection.noyo_id}/retry"
        return read_connection(noyo.change(path, {"carrier_group_id": number}))
    wanted = {
        "carrier_id": connection.carrier.noyo_id,
        "carrier_group_id": connection.carrier_group_id,
    }
    for row in noyo.listed("/group_connections", wanted):
        return read_connection(row)
    connection.carrier_group_id = number
    path, body = _request(connection, connection.group)
    return read_connection(noyo.create(path, body))


def _words(error: PartnerRejectedError) -> str:
    """Noyo's own words, which here are about groups and carriers, never about people."""
    said = error.said if isinstance(error, NoyoRefusedError) else ""
    return said or error.message


def _request(row: GroupConnection, group: Any) -> tuple[str, dict[str, object]]:
    """A group that Noyo knows is connected by its ID; another is made by the request."""
    body: dict[str, object] = {"carrier_id": row.carrier.noyo_id}
    data = {"carrier_group_id": row.carrier_group_id}
    if row.noyo_group is not None:
        return f"/groups/{row.noyo_group.noyo_id}/group_connections", body | {"group_data": data}
    if group.federal_ein:
        body["federal_ein"] = group.federal_ein
    return "/group_connections", body | {"group_data": data | {"group_name": group.name}}


def _keep(row: GroupConnection, told: ConnectionTold, *, at: datetime) -> GroupConnection:
    """Note Noyo's answer; a group that it made by the way is ours from the beginning."""
    with history.batch(user=None, channel=Batch.Channel.SYNC, summary=connections.TOLD):
        row.noyo_id, row.message = told.noyo_id, ""
        row.save(update_fields=["noyo_id", "message"])
        if told.group_id:
            connections.ensure_groups({told.group_id: told.group_name}, at=at)
            if row.group_id is not None:
                connections.adopt(told.group_id, row.group_id)
        return connections.store_connections(told=[told], at=at)[0]
