"""Production: everything comes from the environment, and half a configuration does not start."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from agencyhub.settings.base import *

DEMO_SECRET_MARKS = ("only-for-tests", "change-me", "insecure", "agencyhub-demo")
SHORTEST_SECRET = 40
KEY_LENGTH = 44  # 32 bytes as base64


def configuration_problems() -> list[str]:
    """Name each variable that is missing, weak, or must not be set, and say why."""
    problems = [
        f"{name} is missing."
        for name in ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL")
        if not env.str(name, default="")
    ]
    secrets = {"SECRET_KEY": [SECRET_KEY], "BLIND_INDEX_KEY": [BLIND_INDEX_KEY]}
    secrets["FIELD_ENCRYPTION_KEYS"] = FIELD_ENCRYPTION_KEYS or [""]
    for name, values in secrets.items():
        shortest = SHORTEST_SECRET if name == "SECRET_KEY" else KEY_LENGTH
        if not all(values):
            problems.append(f"{name} is missing.")
        elif any(mark in value for value in values for mark in DEMO_SECRET_MARKS):
            problems.append(f"{name} is a published example; make your own.")
        elif any(len(value) < shortest for value in values):
            problems.append(f"{name} is too short; at least {shortest} characters.")
    if DEBUG:
        problems.append("DEBUG is on; it shows health data to visitors.")
    if "*" in ALLOWED_HOSTS:
        problems.append("ALLOWED_HOSTS allows every host; name yours.")
    return problems


if _problems := configuration_problems():
    raise ImproperlyConfigured(" ".join(["AgencyHub does not start.", *_problems]))

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
if env.bool("BEHIND_TLS_PROXY", default=True):
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
