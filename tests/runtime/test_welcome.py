"""What the demo says once it is ready."""

from pathlib import Path

from agencyhub.home.demo import company
from agencyhub.runtime import demo
from agencyhub.runtime.home import Home


class Terminal:
    """Keeps what a supervisor would print."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


def welcome(tmp_path: Path) -> list[str]:
    terminal = Terminal()
    options = demo.DemoOptions(Home(tmp_path), 8000, 8001, fresh=False, sandbox=True)
    demo.welcome(terminal, options, password="word", seconds=3)
    return terminal.lines


class TestWelcome:
    def test_names_every_sign_in_with_what_it_is_for(self, tmp_path):
        lines = welcome(tmp_path)

        for sign_in in (*company.SIGN_INS, company.BENEFITS):
            (line,) = [line for line in lines if sign_in.username in line.split(" ", 1)[-1]]
            assert len(line.split()) > 4, line
        assert any(line.startswith("Sign in as       owner  ") for line in lines)

    def test_fits_a_terminal_of_a_hundred_columns(self, tmp_path):
        long = [line for line in welcome(tmp_path) if "Data is in" not in line and len(line) > 97]

        assert long == []
