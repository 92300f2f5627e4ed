"""A sandbox on a free port with a fake hub behind it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from sandbox.server import Options, Sandbox
from tests.sandbox.fakes import Browser, FakeHub


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    """A hub that accepts everything unless told otherwise."""
    hub = FakeHub()
    yield hub
    hub.stop()


@pytest.fixture
def options(hub: FakeHub, tmp_path: Path) -> Options:
    """Options of a sandbox that retries within milliseconds, on 22 November 2026."""
    return Options(
        data=tmp_path,
        hub=hub.url,
        port=0,
        api_key="key-of-the-sandbox",
        retry_base_seconds=0.02,
        retry_limit_seconds=0.1,
        timeout_seconds=5,
        today=lambda: date(2026, 11, 22),
    )


@pytest.fixture
def browser(options: Options) -> Iterator[Browser]:
    """A browser at a running sandbox."""
    with Sandbox(options) as sandbox:
        yield Browser(sandbox.url)
