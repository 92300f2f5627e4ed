"""Calls to ComTrack: one, which asks about a batch of applications."""

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.comtrack.models import Connection
from integrations.http import Client, Patience, split_address

PATIENCE = Patience(retries=3, first_seconds=1.0, longest_seconds=20.0, repeats_posts=True)
"""Asking changes nothing at ComTrack, so that a question may be asked again."""

Question = Mapping[str, str]


def client_of(connection: Connection) -> Client:
    """An open client; use it as a context manager."""
    return Client(
        partner="comtrack",
        base_url=split_address(connection.address)[0],
        headers={"X-API-Key": connection.api_key.reveal() if connection.api_key else ""},
        patience=PATIENCE,
        per_second=connection.requests_per_second,
    )


def ask(client: Client, connection: Connection, questions: Sequence[Question]) -> Any:
    """Ask about at most 500 applications; answers with the decoded JSON.

    Raises:
        PartnerUnavailableError, PartnerRejectedError, PartnerContractError: see ``http.Client``.
    """
    _, path = split_address(connection.address)
    return client.call("POST", path, body={"applications": list(questions)}).json()
