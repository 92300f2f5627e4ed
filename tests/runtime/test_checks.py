"""What ``bin/test`` chooses to run."""

import os
from pathlib import Path

import pytest

from agencyhub.runtime import checks


class TestSelection:
    @pytest.mark.parametrize(
        ("_case", "fast", "browser", "ci", "expected"),
        [
            ("everything", False, "/usr/bin/chromium", True, ([], [])),
            ("fast", True, None, True, (["-m", "not browser and not load"], [])),
            ("no browser at home", False, None, False, (["-m", "not browser"], [])),
            (
                *("no browser in CI", False, None, True),
                (["-m", "not browser"], ["browser tests (not run)"]),
            ),
        ],
    )
    def test_leaves_out_what_cannot_run_and_fails_for_it_in_ci(
        self,
        _case: str,
        fast: bool,
        browser: str | None,
        ci: bool,
        expected: tuple[list[str], list[str]],
    ) -> None:
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
