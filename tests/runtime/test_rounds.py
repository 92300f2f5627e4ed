"""What makes the rounds of ``bin/test`` pass, and which tests get a second try."""

import os
import subprocess
from pathlib import Path

import pytest

from agencyhub.runtime import rounds
from agencyhub.runtime.rounds import Round

QUICK = Round("quick", ())
# As bin/test has them: xdist renames tests that are in a group.
SLOW = Round("slow", ("-n", "2", "--dist", "loadgroup"), ("-n", "1", "--dist", "loadgroup"))
# Every test notes that it ran; ``slow`` ones pass from their second try on, or never.
TESTS = """
from pathlib import Path

import pytest

HERE = Path(__file__).parent

def tries(name):
    with (HERE / f"{name}.ran").open("a") as ran:
        ran.write("x")
    return len((HERE / f"{name}.ran").read_text())

@pytest.mark.quick
@pytest.mark.skipif(not (HERE / "quick.fails").exists(), reason="")
def test_quick():
    assert tries("quick") > 1

@pytest.mark.slow
def test_steady():
    tries("steady")

@pytest.mark.slow
@pytest.mark.xdist_group("journey")
@pytest.mark.parametrize("name", (HERE / "unsteady").read_text().split())
def test_unsteady(name):
    assert tries(name) > 1

@pytest.mark.slow
@pytest.mark.skipif(not (HERE / "broken").exists(), reason="")
def test_broken():
    tries("broken")
    assert False
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "unsteady").touch()
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  quick\n  slow\n")
    monkeypatch.setattr(rounds, "REPOSITORY", tmp_path)
    return tmp_path


def passes(project: Path, chosen: Round) -> bool:
    """Run a round of the project's tests, with nothing of ours around it."""
    env = {key: val for key, val in os.environ.items() if not key.startswith(("PYTEST", "DJANGO"))}
    env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return rounds.tests_pass([chosen], ["-q", "-p", "xdist"], env)


class TestSecondTry:
    @pytest.mark.parametrize("names", [["one"], ["one", "a@b.example", "three"]])
    def test_of_a_few_is_alone_and_makes_the_round_pass(
        self, names: list[str], project: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (project / "unsteady").write_text("\n".join(names))

        assert passes(project, SLOW)

        told = capfd.readouterr().out
        ids = ", ".join(f"test_it.py::test_unsteady[{name}]" for name in sorted(names))
        assert f"\nUNSTEADY: passed at the second try, alone: {ids}\n" in told
        assert [(project / f"{name}.ran").read_text() for name in names] == ["xx"] * len(names)
        assert (project / "steady.ran").read_text() == "x"

    def test_that_fails_fails_the_round(
        self, project: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (project / "unsteady").write_text("one")
        (project / "broken").touch()

        assert not passes(project, SLOW)

        assert (project / "broken.ran").read_text() == "xx"
        told = capfd.readouterr().out
        assert "UNSTEADY" not in told
        assert "\nFAILED AGAIN.\n" in told

    def test_is_not_given_to_four(self, project: Path) -> None:
        names = ["one", "two", "three", "four"]
        (project / "unsteady").write_text("\n".join(names))

        assert not passes(project, SLOW)

        assert [(project / f"{name}.ran").read_text() for name in names] == ["x"] * 4

    def test_is_not_given_to_quick_tests(self, project: Path) -> None:
        (project / "quick.fails").touch()

        assert not passes(project, QUICK)

        assert (project / "quick.ran").read_text() == "x"

    def test_is_not_given_where_nothing_failed(
        self, project: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert passes(project, SLOW)

        assert "TRIED AGAIN" not in capfd.readouterr().out


class TestTestsPass:
    @pytest.mark.parametrize(
        ("codes", "passes"),
        [
            *(([0, 0], True), ([0, 5], True), ([5, 5], False)),
            *(([0, 1], False), ([1, 0], False), ([2, 0], False), ([0, 2], False)),
        ],
    )
    def test_needs_every_round_to_pass_and_one_to_have_tests(
        self, codes: list[int], passes: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        left = iter(codes)
        done = lambda *_args, **_kwargs: subprocess.CompletedProcess([], next(left))  # noqa: E731
        monkeypatch.setattr(subprocess, "run", done)

        assert rounds.tests_pass([QUICK, SLOW], [], {}) is passes
