"""``bin/test``: the rounds in which pytest runs, and second tries of unsteady tests.

A test that drives a browser or pushes volume through waits for processes that share a machine with
others. When a few of them fail, they are tried again, alone: who broke something sees them fail
again, and one slow moment does not fail a run. Quick tests have no such excuse.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agencyhub.runtime.console import say
from agencyhub.runtime.home import REPOSITORY

FAILED = 1  # pytest's exit codes; after any other than these its last failures are not all of them
NOTHING_COLLECTED = 5
MOST_UNSTEADY = 3
# xdist writes a test's group behind its name.
GROUP = re.compile(r"@\w+$")


@dataclass(frozen=True)
class Round:
    """One run of pytest: which tests, how they share processors, and how failed ones are retried.

    Without ``retry`` its failures are final.
    """

    tests: str
    sharing: tuple[str, ...]
    retry: tuple[str, ...] = ()


def tests_pass(rounds: list[Round], words: list[str], env: Mapping[str, str]) -> bool:
    """Run pytest once for each round; the words may leave a round, but not all, without tests."""
    codes = [_code(one, words, env) for one in rounds]
    return set(codes) <= {0, NOTHING_COLLECTED} and 0 in codes


def _code(one: Round, words: list[str], env: Mapping[str, str]) -> int:
    """Run one round, and a few of its tests again if they failed; return pytest's exit code."""
    if not one.retry:
        return _pytest(["-m", one.tests, *one.sharing, *words], env)
    with tempfile.TemporaryDirectory(prefix="agencyhub-tests-") as cache:
        words = [*words, "-o", f"cache_dir={cache}"]
        code = _pytest(["-m", one.tests, *one.sharing, *words], env)
        failed = _last_failed(Path(cache)) if code == FAILED else []
        if not 1 <= len(failed) <= MOST_UNSTEADY:
            return code
        names = ", ".join(GROUP.sub("", name) for name in failed)
        say(f"TRIED AGAIN, alone: {names}")
        last = ["--last-failed", "--last-failed-no-failures", "none"]
        code = _pytest(["-m", one.tests, *one.retry, *words, *last], env)
    say(f"UNSTEADY: passed at the second try, alone: {names}" if code == 0 else "FAILED AGAIN.")
    return code


def _last_failed(cache: Path) -> list[str]:
    """The names of the tests that failed last, as pytest keeps them; none if it keeps none."""
    kept = cache / "v" / "cache" / "lastfailed"
    return sorted(json.loads(kept.read_text(encoding="utf-8"))) if kept.is_file() else []


def _pytest(words: list[str], env: Mapping[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *words]
    return subprocess.run(command, cwd=REPOSITORY, env=dict(env), check=False).returncode
