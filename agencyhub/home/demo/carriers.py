"""Retrieve in the demo: three carriers of the partners' sandbox, connected and active."""

from datetime import datetime, time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from agencyhub.records import history
from agencyhub.records.models import Batch
from integrations.carriers.models import Connection, Credentials
from integrations.carriers.services import connections
from policies.models import Carrier

USERNAME = "sandbox-agency"
HERE = "127.0.0.1"
AT = time(2, 30)
SignIn, Transport = Connection.SignIn, Connection.Transport


def ensure_connections(*, at: datetime) -> int:
    """Connect the carriers that have no connection; the others follow the sandbox's ports.

    A connection that somebody pointed elsewhere is left alone. Answers how many were written.
    """
    if not settings.SANDBOX_CARRIER_PASSWORD:
        return 0
    names = list(_by_carrier())
    carriers = {one.name: one for one in Carrier.objects.filter(name__in=names)}
    summary = "The sandbox's carriers connected"
    with history.batch(user=None, channel=Batch.Channel.SYSTEM, summary=summary):
        written = [
            _ensure(carriers[name], values, at=at)
            for name, values in _by_carrier().items()
            if name in carriers
        ]
    return sum(written)


def _ensure(carrier: Carrier, values: dict[str, Any], *, at: datetime) -> bool:
    connection = Connection.objects.filter(carrier=carrier).first()
    if connection is None:
        common = {"username": USERNAME, "at": AT, "is_active": True, "scheduled_since": at}
        connection = Connection.objects.create(carrier=carrier, **common, **values)
        connections.keep(connection, secret=settings.SANDBOX_CARRIER_PASSWORD)
        return True
    place = {name: values[name] for name in ("base_url", "host", "port") if name in values}
    is_ours = HERE in (connection.host, urlsplit(connection.base_url).hostname)
    is_there = all(getattr(connection, name) == value for name, value in place.items())
    stored = Credentials.objects.filter(connection=connection).first()
    if not is_ours or (is_there and stored is not None and stored.fit(connection)):
        return False
    for name, value in place.items():
        setattr(connection, name, value)
    connection.save(update_fields=[*place])
    connections.keep(connection, secret=settings.SANDBOX_CARRIER_PASSWORD)
    return True


def _by_carrier() -> dict[str, dict[str, Any]]:
    site = settings.SANDBOX_URL.rstrip("/")
    statements = Connection.StatementType
    return {
        "Humana": {
            "transport": Transport.HTTPS,
            "sign_in": SignIn.FORM,
            "base_url": f"{site}/carriers/humana/",
            "index_path": "files",
            "login_path": "login",
            "book_pattern": "Humana_BOB_*",
            "statement_pattern": "*Commission*",
        },
        "UnitedHealthcare": {
            "transport": Transport.SFTP,
            "sign_in": SignIn.PASSWORD,
            "host": HERE,
            "port": settings.SANDBOX_SFTP_PORT,
            "folder": "/outbound",
            "book_pattern": "UHC_BookOfBusiness*",
            "statement_pattern": "*Commissions*",
            "status_pattern": "UHC_Status_*",
            "statement_type": statements.ROLLING,
            "current_month": Connection.CurrentMonth.REREAD,
        },
        "Aetna": {
            "transport": Transport.API,
            "sign_in": SignIn.TOKEN,
            "base_url": f"{site}/carriers/aetna/api/v1/",
            "index_path": "files",
            "book_pattern": "MedicareApprovedBOBReport*",
            "statement_pattern": "*Commissions*",
            "statement_type": statements.ROLLING,
            "current_month": Connection.CurrentMonth.REREAD,
            "look_back_days": 60,
        },
    }
