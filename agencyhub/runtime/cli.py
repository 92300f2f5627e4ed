"""The commands behind ``bin/``."""

import argparse
import signal
import sys
from pathlib import Path

from agencyhub.runtime import process
from agencyhub.runtime.errors import RuntimeProblem
from agencyhub.runtime.home import REPOSITORY, Home
from agencyhub.runtime.services import available


def run_with_services(home: Home, command: list[str]) -> int:
    """Run one command in the foreground with the services of ``home``; return its exit code."""
    with available(home) as env:
        child = process.start(command, env=env, cwd=Path.cwd(), own_session=False)
        # The terminal sends Ctrl-C to the child as well: what to do about it is its decision.
        before = {
            number: signal.signal(number, lambda got, _frame: child.send_signal(got))
            for number in (signal.SIGTERM, signal.SIGHUP)
        }
        before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            code = child.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def exec_command(options: argparse.Namespace) -> int:
    """Handle ``exec``."""
    return run_with_services(Home.at(options.data), options.command)


def manage_command(options: argparse.Namespace) -> int:
    """Handle ``manage``."""
    command = [sys.executable, str(REPOSITORY / "manage.py"), *options.command]
    return run_with_services(Home.at(options.data), command)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="python -m agencyhub.runtime")
    commands = top.add_subparsers(required=True)
    for name, handler in (("exec", exec_command), ("manage", manage_command)):
        command = commands.add_parser(name, help=f"{name} with the services running")
        command.add_argument("--data", metavar="DIR")
        command.add_argument("command", nargs=argparse.REMAINDER)
        command.set_defaults(handler=handler)
    return top


def main(arguments: list[str]) -> int:
    """Run one command; return the exit code."""
    options = parser().parse_args(arguments)
    try:
        return int(options.handler(options))
    except RuntimeProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
