"""Laws that CI tries on less, on as much as is claimed: ``at_length.py`` beside the tests."""

from collections.abc import Iterator
from typing import Any

from agencyhub.runtime.home import REPOSITORY
from bench import tests_report
from bench.results import Result

NAME = "at-length"


def run(_scale: str) -> Iterator[Result]:
    """Run them one after another; every scale is the same."""
    found = sorted(str(path) for path in (REPOSITORY / "tests").rglob("at_length.py"))
    yield from figures(tests_report.run(found))


def figures(report: Any) -> Iterator[Result]:
    """Every law has to hold."""
    tests = {test.get("name"): test for test in report.iter("testcase")}
    broken = {test.get("name") for test in report.iter("testcase") if tests_report.is_broken(test)}
    # A law that was not tried did not hold.
    broken |= {name for name, test in tests.items() if test.find("skipped") is not None}
    for name, test in tests.items():
        seconds = round(float(test.get("time") or 0), 1)
        yield Result(NAME, str(name), seconds, "seconds", ok=name not in broken)
    held = len(tests) - len(broken)
    yield Result(
        NAME,
        "laws that hold",
        held,
        "laws",
        baseline=len(tests),
        baseline_name="laws",
        ratio=round(held / len(tests), 3) if tests else 0.0,
        target=1.0,
        ok=0 < len(tests) == held,
    )
