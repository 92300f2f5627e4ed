"""The environment of a local installation: keys made once, addresses of the services."""

import base64
import os
import secrets
from collections.abc import Callable, MutableMapping
from pathlib import Path

from agencyhub.runtime.home import Home

Environment = MutableMapping[str, str]


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


GENERATED: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_ENCRYPTION_KEYS": _key,
    "BLIND_INDEX_KEY": _key,
    "SANDBOX_API_KEY": lambda: secrets.token_urlsafe(32),
    "SANDBOX_CARRIER_PASSWORD": lambda: secrets.token_urlsafe(18),
}
DEFAULTS = {
    "DJANGO_SETTINGS_MODULE": "agencyhub.settings.local",
    "LOG_FORMAT": "console",
    "DEMO_PASSWORD": "agencyhub-demo",
}


def read(home: Home) -> dict[str, str]:
    """Return what the home's secrets file holds; empty when there is none."""
    return _read_pairs(home.secrets_file)


def _read_pairs(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def local_secrets(home: Home) -> dict[str, str]:
    """Return the home's keys, making the missing ones. They are written once and then kept.

    Data sealed with a key can be read with that key only: back the file up with the data.
    """
    kept = read(home)
    missing = {name: make() for name, make in GENERATED.items() if name not in kept}
    if missing:
        home.create()
        complete = kept | missing
        text = "# Keys of this installation. Whoever has them can read its health data.\n"
        text += "".join(f"{name}={value}\n" for name, value in complete.items())
        fresh = home.secrets_file.with_name(f"secrets.env.{os.getpid()}")
        descriptor = os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        fresh.replace(home.secrets_file)
        return complete
    return kept


def _addresses_file(home: Home) -> Path:
    return home.path / "services.env"


def addresses(home: Home) -> dict[str, str]:
    """Return the addresses of the home's running services; empty when they are down."""
    return _read_pairs(_addresses_file(home))


def write_addresses(home: Home, environ: Environment) -> None:
    """Let other processes find the services that run now."""
    lines = [f"{name}={environ[name]}\n" for name in ("DATABASE_URL", "REDIS_URL")]
    file = _addresses_file(home)
    file.touch(mode=0o600)
    file.write_text("".join(lines), encoding="utf-8")


def forget_addresses(home: Home) -> None:
    """Say that the services are down."""
    _addresses_file(home).unlink(missing_ok=True)


def fill_in(environ: Environment, home: Home | None = None) -> None:
    """Add what ``environ`` lacks for running locally; what is set already is never changed.

    Addresses point at the embedded services of the home, running or not.
    """
    home = home or Home.at(environ.get("AGENCYHUB_HOME"))
    usual = {
        "DATABASE_URL": f"postgresql://agencyhub@/agencyhub?host={home.sockets}&port=5432",
        "REDIS_URL": f"unix://{home.sockets}/valkey.sock?db=0",
    }
    values = {"AGENCYHUB_HOME": str(home.path)} | DEFAULTS | usual | addresses(home)
    for name, value in (values | local_secrets(home)).items():
        if not environ.get(name):
            environ[name] = value
