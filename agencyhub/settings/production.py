"""Production: everything comes from the environment, and half a configuration does not start."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from agencyhub.lib.clamd import read_address
from agencyhub.lib.keys import decode_key
from agencyhub.lib.outbound.addresses import read_named
from agencyhub.settings.base import *

DEMO_SECRET_MARKS = ("only-for-tests", "change-me", "insecure", "agencyhub-demo")
SHORTEST_SECRET = 40
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=True)
# One proxy in front unless the environment says how many there are.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=int(BEHIND_TLS_PROXY))


def configuration_problems() -> list[str]:
    """Name each variable that is missing, weak, or must not be set, and say why."""
    problems = [
        f"{name} is missing."
        for name in ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL")
        if not env.str(name, default="")
    ]
    problems += _secret_problems("SECRET_KEY", [SECRET_KEY], _read_secret)
    problems += _secret_problems("BLIND_INDEX_KEY", [BLIND_INDEX_KEY], decode_key)
    problems += _secret_problems("FIELD_ENCRYPTION_KEYS", FIELD_ENCRYPTION_KEYS, decode_key)
    if DEBUG:
        problems.append("DEBUG is on; it shows health data to visitors.")
    if "*" in ALLOWED_HOSTS:
        problems.append("ALLOWED_HOSTS allows every host; name yours.")
    try:
        read_named(tuple(ALLOWED_PRIVATE_HOSTS))
    except ValueError as error:
        problems.append(f"ALLOWED_PRIVATE_HOSTS cannot be read: {error}.")
    problems += _scanner_problems()
    if BEHIND_TLS_PROXY and TRUSTED_PROXIES < 1:
        problems.append(
            "TRUSTED_PROXIES is less than 1 with BEHIND_TLS_PROXY on; all visitors would share the "
            "proxy's address, and its limit of failed sign-ins."
        )
    return problems


def _scanner_problems() -> list[str]:
    try:
        if CLAMD_ADDRESS:
            read_address(CLAMD_ADDRESS)
    except ValueError as error:
        return [f"CLAMD_ADDRESS {error}."]
    return []


def _secret_problems(name: str, values: list[str], read: Callable[[str], object]) -> list[str]:
    """Say what is wrong with a variable, and with which of its values."""
    if not any(values):
        return [f"{name} is missing."]
    problems = []
    for number, value in enumerate(values, start=1):
        which = f"{name} (number {number})" if len(values) > 1 else name
        if any(mark in value for mark in DEMO_SECRET_MARKS):
            problems.append(f"{which} is a published example; make your own.")
            continue
        try:
            read(value)
        except ValueError as error:
            problems.append(f"{which} {error}.")
    return problems


def _read_secret(value: str) -> None:
    if len(value) < SHORTEST_SECRET:
        msg = f"is too short; at least {SHORTEST_SECRET} characters"
        raise ValueError(msg)


if _problems := configuration_problems():
    raise ImproperlyConfigured(" ".join(["AgencyHub does not start.", *_problems]))

PUBLIC_URL = env.str("PUBLIC_URL", default=f"https://{ALLOWED_HOSTS[0]}")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Browsers take cookies of such a name only when they come encrypted, for every path and for this
# very host: neither a sibling host nor somebody on the way without TLS can put one in.
COOKIE_PREFIX = "__Host-"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def without_texts(event: dict[str, Any], _hint: object) -> dict[str, Any]:
    """Drop from an error report what may quote health data: messages, URLs' queries, bodies."""
    for error in event.get("exception", {}).get("values", []):
        error["value"] = ""
    for name in ("logentry", "message", "request", "breadcrumbs", "extra"):
        event.pop(name, None)
    return event


if SENTRY_DSN:
    try:
        import sentry_sdk
    except ImportError as error:
        _message = "SENTRY_DSN is set but the package sentry-sdk is not installed."
        raise ImproperlyConfigured(_message) from error
    # No personal data, request bodies or local variables leave the house.
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        before_send=without_texts,
    )
