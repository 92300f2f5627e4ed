"""pytest plug-in: one embedded PostgreSQL and Valkey for the whole run.

Loaded by ``-p tests.embedded``, because pytest-django reads the settings before any conftest.
Real servers are used instead when DATABASE_URL or REDIS_URL name them.
"""

import os
from collections.abc import Iterator

import pytest

from agencyhub.runtime.scratch import Scratch
from agencyhub.settings.celery import numbered
from tests import templates

NAMES = ("DATABASE_URL", "REDIS_URL", "AGENCYHUB_HOME")
_scratch: list[Scratch] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Start what the environment lacks; workers of xdist inherit the addresses.

    Each of them has two databases of its own on the one Redis server, as have its children.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        number = 2 * (1 + int(worker.removeprefix("gw")))
        os.environ["REDIS_URL"] = numbered(os.environ["REDIS_URL"], by=number)
    else:
        scratch = Scratch(relaxed=True)
        _scratch.append(scratch)
        env = scratch.start()
        os.environ.update({name: env[name] for name in NAMES})
        templates.forget()
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the services and delete their data."""
    while _scratch:
        _scratch.pop().stop()
