"""``bin/test``: every check that CI runs, then the tests."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from agencyhub.runtime import audit
from agencyhub.runtime.console import say
from agencyhub.runtime.home import REPOSITORY
from agencyhub.runtime.rounds import Round, tests_pass
from agencyhub.runtime.scratch import Scratch

# The home of who made the databases that tests copy, if that was in this run.
TEMPLATES_MADE = "AGENCYHUB_TEMPLATES_MADE"
# Workers of the slow tests.
MOST_SLOW = 3
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True)
class Check:
    """One command that must succeed."""

    name: str
    command: list[str]


def static_checks(*, fast: bool) -> list[Check]:
    """Return the checks that come before the tests, the longest first.

    The first of them leaves databases for the tests to copy: quick ones need none with the demo.
    """
    programs = Path(sys.executable).parent
    manage = [sys.executable, str(REPOSITORY / "manage.py")]
    templates = sorted(str(path) for path in (REPOSITORY / "templates").rglob("*.html"))
    checks = [
        Check("migrate", [sys.executable, "-m", "tests.templates", *([] if fast else ["demo"])]),
        Check("mypy", [str(programs / "mypy")]),
        Check("ruff check", [str(programs / "ruff"), "check", "."]),
        Check("ruff format", [str(programs / "ruff"), "format", "--check", "."]),
        Check("import-linter", [str(programs / "lint-imports")]),
        Check("manage.py check", [*manage, "check", "--fail-level", "WARNING"]),
        Check("migrations", [*manage, "makemigrations", "--check", "--dry-run"]),
    ]
    if templates:
        djade = [str(programs / "djade"), "--check", "--target-version", "5.2", *templates]
        checks.append(Check("djade", djade))
    return checks


def find_browser() -> str | None:
    """Return Chromium's path; as root on Debian, install it when it is missing."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    say("Installing Debian's Chromium for the browser tests.")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    for command in (["apt-get", "update", "-qq"], install):
        subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL)
    return shutil.which("chromium")


def passes(check: Check, env: Mapping[str, str]) -> bool:
    """Run one check; print its output only when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=REPOSITORY,
        env=dict(env),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    good = done.returncode == 0
    say(f"{'ok  ' if good else 'FAIL'} {check.name} ({time.monotonic() - began:.1f} s)")
    if not good:
        say(done.stdout)
    return good


def failures(checks: list[Check], env: Mapping[str, str]) -> list[str]:
    """Run checks, as many at once as there are processors; return the names of those that fail."""
    with ThreadPoolExecutor(processors()) as pool:
        good = pool.map(lambda check: passes(check, env), checks)
        return [check.name for check, is_good in zip(checks, good, strict=True) if not is_good]


def processors() -> int:
    """How many things are done at once at most."""
    return min(os.cpu_count() or 1, 4)


def selection(*, fast: bool, browser: str | None, ci: bool) -> tuple[list[Round], list[str]]:
    """Return the rounds of tests that can run, and what failed because it cannot.

    Both rounds share the processors. The quick tests come first: the others start whole servers of
    their own and often wait for them, which one more worker makes use of. Three workers and their
    servers take all the databases that a Redis server has.
    """
    rounds = [Round("not browser and not load", ("-n", str(processors())))]
    groups = ("--dist", "loadgroup")
    shared, alone = ("-n", str(min(processors() + 1, MOST_SLOW)), *groups), ("-n", "1", *groups)
    if fast:
        return rounds, []
    if browser:
        return [*rounds, Round("browser or load", shared, alone)], []
    say("NOT RUN: browser tests (all marked `browser`): there is no Chromium here.")
    return [*rounds, Round("load and not browser", shared, alone)], [
        "browser tests (not run)"
    ] if ci else []


Tell = Callable[[str], None]


def audited(tell: Tell) -> list[str]:
    """Ask others about our packages, as strictly as the environment wants it."""
    return audit.failures(is_required=os.environ.get("AUDIT_REQUIRED") == "1", tell=tell)


@contextmanager
def meanwhile(work: Callable[[Tell], list[str]]) -> Iterator[list[str]]:
    """Do what waits for others beside everything else; print what it tells in the end.

    The list is filled with what it answers, failures, once the block is left.
    """
    told: list[str] = []
    found: list[str] = []
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(work, told.append)
        yield found
    for line in told:
        say(line)
    found += answer.result()


def run(words: list[str]) -> int:
    """Run everything, all failures reported. ``fast`` leaves out browser and load tests."""
    fast = words[:1] == ["fast"]
    browser = None if fast else find_browser()
    rounds, failed = selection(fast=fast, browser=browser, ci=bool(os.environ.get("CI")))
    scratch = Scratch(relaxed=True)
    try:
        env = scratch.start() | {
            "AGENCYHUB_CHROMIUM": browser or "",
            "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
        }
        with meanwhile(lambda tell: [] if fast else audited(tell)) as vulnerable:
            failed += failures(static_checks(fast=fast), env)
            env |= {TEMPLATES_MADE: env["AGENCYHUB_HOME"]}
            if not tests_pass(rounds, words[1:] if fast else words, env):
                failed.append("pytest")
        failed += vulnerable
    finally:
        scratch.stop()
    say(f"FAILED: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0
