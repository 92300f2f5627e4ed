"""``bin/test``: whether a package that production installs has a known vulnerability.

A service that answers nothing about a package has not cleared it: that counts as not asked, which
is said aloud, and is a failure where ``AUDIT_REQUIRED=1``: a build must not depend on somebody
else's server unless its owner wants that. What is accepted for a while stands, with a reason and a
last day, in ``requirements/accepted-vulnerabilities.toml``.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from agencyhub.runtime.console import say
from agencyhub.runtime.home import REPOSITORY

LOCK = REPOSITORY / "requirements" / "production.txt"
ACCEPTED = REPOSITORY / "requirements" / "accepted-vulnerabilities.toml"
SERVICES = ("pypi", "osv")
SECONDS = 120


@dataclass(frozen=True)
class Accepted:
    """A vulnerability that does not matter here, until a day."""

    id: str
    reason: str
    until: date


@dataclass(frozen=True)
class Report:
    """What a service says: problems in words, and how many packages it knows nothing of."""

    problems: list[str]
    unknown: int
    asked: int

    @property
    def is_complete(self) -> bool:
        """Whether every package was looked up."""
        return self.asked > 0 and self.unknown == 0


def read_accepted(text: str) -> list[Accepted]:
    """Read the list.

    Raises:
        ValueError: an entry without id, reason or last day.
    """
    entries = tomllib.loads(text).get("accepted", [])
    for entry in entries:
        whole = entry.keys() == {"id", "reason", "until"} and str(entry["reason"]).strip()
        if not whole or not isinstance(entry["until"], date):
            msg = f"each entry has id, reason and until (a date): {entry}"
            raise ValueError(msg)
    return [Accepted(**entry) for entry in entries]


def judge(answer: dict[str, Any], accepted: Sequence[Accepted], *, on: date) -> Report:
    """Turn a report of pip-audit into problems; an acceptance that has ended accepts nothing."""
    packages = answer["dependencies"]
    waived = {one.id for one in accepted if on <= one.until}
    problems = [
        f"{one['name']} {one['version']}: {found['id']}"
        f" (fixed in {', '.join(found['fix_versions']) or 'no version yet'})"
        for one in packages
        for found in one.get("vulns", [])
        if not waived & {found["id"], *found.get("aliases", [])}
    ]
    problems += [
        f"the acceptance of {one.id} ended on {one.until}" for one in accepted if one.until < on
    ]
    return Report(problems, sum("skip_reason" in one for one in packages), len(packages))


def ask(service: str) -> dict[str, Any] | None:
    """Let pip-audit look every locked package up; nothing when there is no whole answer."""
    command = [
        *(str(Path(sys.executable).parent / "pip-audit"), "--requirement", str(LOCK)),
        *("--require-hashes", "--disable-pip", "--vulnerability-service", service),
        *("--format", "json", "--progress-spinner", "off", "--timeout", "10"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return None
    return answer


def failures(*, is_required: bool, tell: Callable[[str], None] = say) -> list[str]:
    """Ask the services in turn until one knows every package; tell what there is to tell."""
    accepted = read_accepted(ACCEPTED.read_text(encoding="utf-8"))
    today = datetime.now(tz=UTC).date()
    for service in SERVICES:
        answer = ask(service)
        report = judge(answer or {"dependencies": []}, accepted, on=today)
        if report.problems:
            tell(f"FAIL vulnerabilities of packages ({service})\n  " + "\n  ".join(report.problems))
            return ["vulnerabilities"]
        if report.is_complete:
            tell(f"ok   vulnerabilities of packages ({service}, {report.asked} packages)")
            return []
        why = f"knows nothing of {report.unknown}" if answer else "does not answer"
        tell(f"NOT LOOKED UP at {service}: the service {why}.")
    tell("NOT RUN: known vulnerabilities of the packages; no service told of every package.")
    return ["vulnerabilities (not run)"] if is_required else []
