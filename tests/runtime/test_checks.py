"""What ``bin/test`` chooses to run."""

import os
import threading
from pathlib import Path

import pytest

from agencyhub.runtime import checks
from agencyhub.runtime.rounds import Round

QUICK = Round("not browser and not load", ("-n", "2"))
GROUPED = ("--dist", "loadgroup")
SLOW = Round("browser or load", ("-n", "3", *GROUPED), ("-n", "1", *GROUPED))
LOAD = Round("load and not browser", ("-n", "3", *GROUPED), ("-n", "1", *GROUPED))


class TestSelection:
    @pytest.mark.parametrize(
        ("_case", "fast", "browser", "ci", "expected"),
        [
            ("everything", False, "/usr/bin/chromium", True, ([QUICK, SLOW], [])),
            ("fast", True, None, True, ([QUICK], [])),
            ("no browser at home", False, None, False, ([QUICK, LOAD], [])),
            (
                *("no browser in CI", False, None, True),
                ([QUICK, LOAD], ["browser tests (not run)"]),
            ),
        ],
    )
    def test_leaves_out_what_cannot_run_and_fails_for_it_in_ci(
        self,
        _case: str,
        fast: bool,
        browser: str | None,
        ci: bool,
        expected: tuple[list[Round], list[str]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(os, "cpu_count", lambda: 2)
        assert checks.selection(fast=fast, browser=browser, ci=ci) == expected

    def test_says_what_is_not_run(self, capsys: pytest.CaptureFixture[str]) -> None:
        checks.selection(fast=False, browser=None, ci=False)

        assert capsys.readouterr().out.startswith("NOT RUN: browser tests")


class TestFindBrowser:
    def test_takes_the_first_that_is_installed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("google-chrome", "chromium-browser"):
            (tmp_path / name).touch(mode=0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

        assert checks.find_browser() == str(tmp_path / "chromium-browser")

    def test_installs_nothing_for_an_ordinary_user(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        monkeypatch.setenv("PATH", str(tmp_path))

        assert checks.find_browser() is None


class TestPasses:
    def test_shows_the_output_of_a_failed_check_only(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        good = checks.Check("good", ["sh", "-c", "echo quiet"])
        bad = checks.Check("bad", ["sh", "-c", "echo loud; exit 1"])

        assert checks.passes(good, os.environ)
        assert not checks.passes(bad, os.environ)

        output = capsys.readouterr().out
        assert "quiet" not in output
        assert "FAIL bad" in output
        assert "loud" in output


class TestFailures:
    def test_are_named_in_the_order_of_the_checks(self, capsys: pytest.CaptureFixture[str]) -> None:
        scripts = {"slow": "sleep 0.3; exit 1", "good": "exit 0", "quick": "exit 1"}
        found = [checks.Check(name, ["sh", "-c", script]) for name, script in scripts.items()]

        assert checks.failures(found, os.environ) == ["slow", "quick"]

        assert capsys.readouterr().out.count("FAIL") == 2


class TestMeanwhile:
    def test_goes_on_beside_the_rest_and_is_told_in_the_end(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        is_begun = threading.Event()

        def work(tell: checks.Tell) -> list[str]:
            tell("known vulnerabilities")
            is_begun.set()
            return ["vulnerabilities"]

        with checks.meanwhile(work) as found:
            assert is_begun.wait(10)
            checks.say("tests")
            assert found == []

        assert found == ["vulnerabilities"]
        assert capsys.readouterr().out == "tests\nknown vulnerabilities\n"


class TestStaticChecks:
    @pytest.mark.parametrize(("fast", "words"), [(True, []), (False, ["demo"])])
    def test_make_the_demo_only_for_tests_that_copy_it(self, fast: bool, words: list[str]) -> None:
        (made,) = [one for one in checks.static_checks(fast=fast) if one.name == "migrate"]

        assert made.command[1:] == ["-m", "tests.templates", *words]
