"""The commands behind ``bin/``."""

import argparse
import os
import signal
import sys
from pathlib import Path

from agencyhub.runtime import checks, demo, process
from agencyhub.runtime.errors import RuntimeProblem
from agencyhub.runtime.home import REPOSITORY, Home
from agencyhub.runtime.scratch import Scratch
from agencyhub.runtime.services import available


def run_in_foreground(command: list[str], env: dict[str, str]) -> int:
    """Run ``command`` with the terminal; return its exit code as a shell would."""
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


def exec_command(words: list[str]) -> int:
    """``exec [--data DIR] COMMAND ...``: run a command with the services of a home."""
    parser = argparse.ArgumentParser(prog="python -m agencyhub.runtime exec")
    parser.add_argument("--data", metavar="DIR")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(words)
    with available(Home.at(options.data)) as env:
        return run_in_foreground(options.command, env)


def manage_command(words: list[str]) -> int:
    """``manage [--data DIR] ...``: run a Django command with the services of a home."""
    parser = argparse.ArgumentParser(prog="bin/manage", add_help=False, allow_abbrev=False)
    parser.add_argument("--data", metavar="DIR")
    options, command = parser.parse_known_args(words)
    home = Home.at(options.data)
    if not (home.was_made or "DATABASE_URL" in os.environ):
        # Else the first thing that is told of a mistyped or forgotten directory is a lacking table.
        sys.stderr.write(
            f"{home.path} is new and holds no data yet. bin/demo makes some; where it was told"
            " --data DIR, say bin/manage --data DIR.\n"
        )
    with available(home) as env:
        return run_in_foreground([sys.executable, str(REPOSITORY / "manage.py"), *command], env)


def scratch_command(words: list[str]) -> int:
    """``scratch COMMAND ...``: run a command with services that are deleted afterwards."""
    scratch = Scratch(relaxed=False)
    try:
        return run_in_foreground(words, scratch.start())
    finally:
        scratch.stop()


def demo_command(words: list[str]) -> int:
    """``demo ...``: run the whole product."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="Run AgencyHub on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="of the web pages (8000)")
    parser.add_argument("--sandbox-port", type=int, default=8001, help="of the partners (8001)")
    parser.add_argument("--data", metavar="DIR", help="where data is kept (var)")
    parser.add_argument("--fresh", action="store_true", help="delete the data first")
    parser.add_argument("--no-sandbox", action="store_true", help="without the partners' side")
    options = parser.parse_args(words)
    return demo.run(
        demo.DemoOptions(
            home=Home.at(options.data),
            port=options.port,
            sandbox_port=options.sandbox_port,
            fresh=options.fresh,
            sandbox=not options.no_sandbox,
        )
    )


COMMANDS = {
    "demo": demo_command,
    "exec": exec_command,
    "manage": manage_command,
    "scratch": scratch_command,
    "test": checks.run,
}


def main(words: list[str]) -> int:
    """Run one command; return the exit code."""
    if not words or words[0] not in COMMANDS:
        sys.stderr.write(f"Say one of: {', '.join(COMMANDS)}.\n")
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda got, _frame: sys.exit(128 + got))
    try:
        return COMMANDS[words[0]](words[1:])
    except RuntimeProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        return 130
