"""Tests that CI has no time for, run by a benchmark: on servers of their own, with a report."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from defusedxml import ElementTree

from agencyhub.runtime.home import REPOSITORY

# The tests bring servers of their own.
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "AGENCYHUB_HOME")
PASSED_OR_FAILED = (0, 1)


def run(words: list[str], changes: Mapping[str, str] = {}) -> Any:
    """Run pytest on what the words name; answer the root of its report, an XML element.

    What pytest says goes to the terminal; the standard output is for figures. Exits where pytest
    could not run the tests.
    """
    env = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    env |= {"DJANGO_SETTINGS_MODULE": "agencyhub.settings.test", **changes}
    with tempfile.TemporaryDirectory(prefix="agencyhub-report-") as name:
        report = Path(name) / "report.xml"
        usual = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
        code = subprocess.run(
            [sys.executable, "-m", "pytest", *usual, *words],
            cwd=REPOSITORY,
            env=env,
            stdout=sys.stderr,
            check=False,
        ).returncode
        if code not in PASSED_OR_FAILED:
            sys.exit(f"The tests could not run: pytest ended with {code}, as is said above.")
        return ElementTree.parse(report).getroot()


def is_broken(test: Any) -> bool:
    """Tell whether an entry of the report is of a test that failed, or of what broke around it."""
    return test.find("failure") is not None or test.find("error") is not None
