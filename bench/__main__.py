"""``python -m bench NAME [--scale quick|full]``: run a benchmark, print a JSON line per metric."""

import argparse
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module

import django

MODULES = {
    "sync": "sync",
    "hooks": "hooks",
    "pages": "pages",
    "import": "imports",
    "statement": "statements",
    "search": "search",
    "matching": "matching",
    "nightly": "nightly",
    "premier": "premier",
    "premier-push": "premier_push",
    "eoi": "eoi",
    "noyo": "noyo",
    "noyo-who": "noyo_who",
    "load": "load",
    "faults": "faults",
    "backup": "backups",
    "accessibility": "accessibility",
    "at-length": "at_length",
}
# These bring servers of their own, which they kill.
OWN_SERVERS = {"faults": "faults_cluster"}
# As small as it works: tests of the benchmarks themselves.
SMOKE = "smoke"


def main(words: list[str]) -> int:
    """Run one benchmark; answer 1 when a target was missed."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure AgencyHub.")
    parser.add_argument("name", choices=MODULES)
    parser.add_argument("--scale", choices=("quick", "full", SMOKE), default="quick")
    options = parser.parse_args(words)
    if not os.environ.get("DATABASE_URL"):
        # A server of its own, with the settings that real data get, deleted afterwards.
        again = ["-m", "agencyhub.runtime", "scratch", sys.executable, "-m", "bench", *words]
        os.execv(sys.executable, [sys.executable, *again])
    with _servers(options.name):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agencyhub.settings.local")
        django.setup()
        results = import_module("bench.results")
        bench = import_module(f"bench.{MODULES[options.name]}")
        reached = [results.report(result) for result in bench.run(options.scale)]
    return 0 if all(reached) else 1


def _servers(name: str) -> AbstractContextManager[object]:
    if name not in OWN_SERVERS:
        return nullcontext()
    found: AbstractContextManager[object] = import_module(f"bench.{OWN_SERVERS[name]}").running()
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
