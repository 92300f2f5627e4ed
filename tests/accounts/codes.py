"""Codes as an app makes them, and users who have one."""

import base64
from datetime import UTC, datetime, timedelta

from django_otp.oath import TOTP

from agencyhub.accounts.models import SecondFactor
from agencyhub.accounts.services import factors
from agencyhub.lib.visitors import Visit

NOW = datetime(2026, 6, 10, 12, 0, 5, tzinfo=UTC)
VISIT = Visit("10.0.0.1", "Firefox on Linux")


def code_at(user, at):
    secret = SecondFactor.objects.get(user=user).secret.reveal()
    totp = TOTP(base64.b32decode(secret))
    totp.time = at.timestamp()
    return f"{totp.token():06}"


def set_up(user, at=NOW - timedelta(hours=1)):
    factors.begin(user=user)
    return factors.confirm(user=user, code=code_at(user, at), at=at, visit=VISIT)
