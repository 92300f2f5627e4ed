"""Benchmarks that run tests and count: those that find nothing must be able to find something."""

import subprocess
from pathlib import Path

import pytest
from defusedxml import ElementTree

from agencyhub.runtime import checks
from bench import accessibility, at_length, tests_report
from bench.accessibility import Counts
from tests.browser.judging import EVERY_VIEW, views_of
from tests.browser.screens import SCREENS

NOTED = """<properties><property name="views" value="4"/><property name="findings" value="{}"/>
</properties>"""
FAILURE, ERROR, SKIPPED = "<failure message='no'/>", "<error message='no'/>", "<skipped/>"


def report(*entries):
    """A report of tests: their names, and what stands in their entries."""
    cases = (f"<testcase name='{name}' time='1.25'>{inside}</testcase>" for name, inside in entries)
    return ElementTree.fromstring(
        f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"
    )


@pytest.fixture
def ended(monkeypatch):
    """Let pytest end with a code, and leave a report where it is told to."""
    asked = []

    def end(code, written=""):
        def run(command, **options):
            asked.append((command, options["env"]))
            place = next(word for word in command if word.startswith("--junitxml="))
            Path(place.partition("=")[2]).write_text(written, encoding="utf-8")
            return subprocess.CompletedProcess(command, code)

        monkeypatch.setattr(subprocess, "run", run)
        return asked

    return end


class TestRun:
    def test_answers_the_report_and_leaves_the_benchmarks_own_servers_alone(
        self, ended, monkeypatch
    ):
        monkeypatch.setenv("DATABASE_URL", "postgresql://of-the-benchmark/")
        asked = ended(1, "<testsuites><testcase name='one'/></testsuites>")

        found = tests_report.run(["tests/one.py"], {"JUDGE_EVERYTHING": "1"})

        ((command, env),) = asked
        assert [test.get("name") for test in found.iter("testcase")] == ["one"]
        assert command[-1] == "tests/one.py"
        assert "DATABASE_URL" not in env
        assert env["JUDGE_EVERYTHING"] == "1"

    def test_says_so_when_the_tests_could_not_run(self, ended):
        ended(4)

        with pytest.raises(SystemExit, match="pytest ended with 4"):
            tests_report.run(["tests/one.py"])


class TestAccessibility:
    def test_adds_up_what_was_noted(self):
        found = report(
            ("one", NOTED.format(0)),
            ("two", NOTED.format(3) + FAILURE),
            ("answered 500", FAILURE),
        )

        assert accessibility.count(found) == Counts(3, 2, 8, 3)

    def test_tells_of_scripts_that_complained_behind_the_test(self):
        found = report(("one", NOTED.format(0)), ("one", NOTED.format(0) + ERROR))

        assert accessibility.count(found) == Counts(1, 1, 4, 0, complaints=1)

    @pytest.mark.parametrize(
        ("counts", "is_whole", "is_clean"),
        [
            (Counts(2, 2, 8, 0), True, True),
            (Counts(2, 2, 8, 1), True, False),
            (Counts(2, 1, 4, 0), False, True),
            (Counts(2, 2, 8, 0, complaints=1), True, False),
            (Counts(), False, True),
        ],
    )
    def test_misses_its_target_if_a_page_is_missing_or_something_is_found(
        self, counts, is_whole, is_clean
    ):
        pages, _views, *found = accessibility.figures(counts)

        assert (pages.ok, all(one.ok for one in found)) == (is_whole, is_clean)

    def test_says_so_where_there_is_no_browser(self, monkeypatch):
        monkeypatch.delenv("AGENCYHUB_CHROMIUM", raising=False)
        monkeypatch.setattr(checks, "find_browser", lambda: None)

        with pytest.raises(SystemExit, match="install Debian's package chromium"):
            list(accessibility.run("quick"))

    def test_sees_a_page_of_ours_in_every_view(self):
        ours = next(screen for screen in SCREENS if screen.name == "home:dashboard")

        assert views_of(ours) == EVERY_VIEW
        assert {(view.language, view.size, view.theme) for view in EVERY_VIEW} == {
            (language, size, theme)
            for language in ("en", "es")
            for size in ("desk", "phone")
            for theme in ("light", "dark")
        }


class TestAtLength:
    def test_tells_each_law_and_how_many_hold(self):
        *laws, held = at_length.figures(report(("one", ""), ("two", "")))

        assert [(law.metric, law.value, law.ok) for law in laws] == [
            ("one", 1.2, True),
            ("two", 1.2, True),
        ]
        assert (held.value, held.baseline, held.ok) == (2, 2, True)

    @pytest.mark.parametrize("inside", [FAILURE, ERROR, SKIPPED])
    def test_misses_its_target_if_one_does_not_hold_or_was_not_tried(self, inside):
        *laws, held = at_length.figures(report(("one", ""), ("two", inside)))

        assert [law.ok for law in laws] == [True, False]
        assert (held.value, held.ok) == (1, False)

    def test_misses_its_target_if_there_is_none(self):
        (held,) = at_length.figures(report())

        assert not held.ok

    def test_finds_its_laws_beside_the_tests(self, ended):
        asked = ended(0, "<testsuites><testcase name='one'/></testsuites>")

        list(at_length.run("quick"))

        assert [Path(word).name for word in asked[0][0][-1:]] == ["at_length.py"]
