"""Every page in both languages and themes, on a desk and on a phone, judged by axe in a browser.

CI judges each page in one of these views; this judges it in all, as is due before a release. Two
browsers share the pages. At full scale nothing is left out: neither colours that were judged on
other pages nor the later rows of long tables.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agencyhub.runtime import checks
from bench import tests_report
from bench.results import Result, note

NAME = "accessibility"
PAGES = "tests/browser/every_view.py"
# As many pages as show that it works.
FEW = ("-k", "accounts:login or home:tour")


@dataclass(frozen=True)
class Counts:
    """How many pages were asked for, how many were judged, in how many views, with what found.

    A page in two languages counts twice. ``complaints`` are pages whose scripts complained, or
    which broke otherwise once they were judged.
    """

    pages: int = 0
    judged: int = 0
    views: int = 0
    findings: int = 0
    complaints: int = 0


def run(scale: str) -> Iterator[Result]:
    """Judge the pages; what axe finds is told at the terminal, page by page."""
    browser = os.environ.get("AGENCYHUB_CHROMIUM") or checks.find_browser()
    if not browser:
        sys.exit(
            "There is no Chromium here: install Debian's package chromium, or name a program in"
            " AGENCYHUB_CHROMIUM."
        )
    note(f"judge the pages with {browser}")
    few = FEW if scale == "smoke" else ()
    everything = "1" if scale == "full" else ""
    changes = {"AGENCYHUB_CHROMIUM": browser, "JUDGE_EVERYTHING": everything}
    yield from figures(count(tests_report.run([PAGES, "-n", "2", *few], changes)))


def count(report: Any) -> Counts:
    """Add up what the tests noted in pytest's report: one test for a page in a language."""
    # What fails behind its test has an entry of its own.
    views: dict[str, int] = {}
    findings: dict[str, int] = {}
    names: set[str] = set()
    broken: set[str] = set()
    for test in report.iter("testcase"):
        name = test.get("name", "")
        names.add(name)
        noted = {one.get("name"): one.get("value") for one in test.iter("property")}
        if "findings" in noted:
            views[name] = int(noted["views"] or 0)
            findings[name] = int(noted["findings"] or 0)
        if tests_report.is_broken(test):
            broken.add(name)
    return Counts(
        pages=len(names),
        judged=len(findings),
        views=sum(views.values()),
        findings=sum(findings.values()),
        complaints=sum(1 for name in broken if findings.get(name) == 0),
    )


def figures(counts: Counts) -> Iterator[Result]:
    """Every page has to be judged, and nothing to be found."""
    yield Result(
        NAME,
        "pages judged",
        counts.judged,
        "pages, once for each language",
        baseline=counts.pages,
        baseline_name="pages of the product",
        ratio=round(counts.judged / counts.pages, 3) if counts.pages else 0.0,
        target=1.0,
        ok=0 < counts.pages == counts.judged,
    )
    yield Result(NAME, "views judged", counts.views, "languages, sizes and themes of pages")
    yield Result(NAME, "findings", counts.findings, "findings", target=0.0, ok=not counts.findings)
    yield Result(
        NAME, "complaints", counts.complaints, "pages", target=0.0, ok=not counts.complaints
    )
