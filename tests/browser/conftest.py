"""A browser, the running product, and people who are signed in."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from agencyhub.accounts.models import User
from tests.browser import colors
from tests.browser.desk import Desk
from tests.browser.judging import SIZES
from tests.browser.screens import SCREENS, find_examples
from tests.browser.stack import Stack

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EVERY_PAGE = "test_every_page.py"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this directory drives a browser.

    A journey's tests follow one another on one stack; the pages are looked at on any. They come
    last: many short tests keep every worker busy until the end, and a journey finds the demo as
    it was made.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if item.path.name != EVERY_PAGE:
                item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=lambda item: item.path.name == EVERY_PAGE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    found = os.environ.get("AGENCYHUB_CHROMIUM")
    found = found or next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        pytest.skip("There is no Chromium here.")
    # Playwright keeps an event loop in this thread, beside which Django refuses its ORM.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def stack(
    demo: str, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[Stack]:
    """The product with the demo data, running until the session ends."""
    stack = Stack(tmp_path_factory.mktemp("stack"), django_db_blocker)
    try:
        stack.start(demo)
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def desk(chromium: Browser, stack: Stack) -> Desk:
    """Where people sit down to work."""
    return Desk(chromium, stack)


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(desk: Desk) -> Iterator[None]:
    """Fail a test in whose pages a script or the Content Security Policy complained."""
    desk.clear()
    yield
    complaints = desk.clear()
    assert complaints == []


@pytest.fixture
def agent(desk: Desk) -> Iterator[Page]:
    """A page of agent1, signed in."""
    with desk.sit("agent1") as page:
        yield page


@pytest.fixture
def owner(desk: Desk) -> Iterator[Page]:
    """A page of the owner, signed in."""
    with desk.sit("owner") as page:
        yield page


@pytest.fixture(scope="session")
def examples(stack: Stack) -> dict[str, object]:
    """What the addresses of the pages name."""
    with stack.records():
        return find_examples()


@pytest.fixture(scope="module")
def tabs(desk: Desk) -> Iterator[dict[str, Page]]:
    """One tab per user, kept open: styles and scripts are read once."""
    opened: dict[str, Page] = {}
    with ExitStack() as windows:
        for user in sorted({screen.user for screen in SCREENS}):
            options = {"reduced_motion": "reduce", "viewport": SIZES["desk"]}
            window = desk.sit(user, **options) if user else desk.window(**options)
            opened[user] = windows.enter_context(window)
        yield opened


@pytest.fixture(scope="module")
def speak(stack: Stack, tabs: dict[str, Page]) -> Iterator[Callable[[str], None]]:
    """Let everybody read another language: users by their profile, others by their cookie."""
    with stack.records():
        usual = dict(User.objects.values_list("pk", "language"))
    now = "en"

    def change(language: str) -> None:
        nonlocal now
        if language == now:
            return
        with stack.records():
            for pk, own in usual.items():
                User.objects.filter(pk=pk).update(language=own if language == "en" else language)
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": stack.hub}
        tabs[""].context.add_cookies([cookie])
        now = language

    yield change
    change("en")


@pytest.fixture(scope="session")
def judged() -> colors.Judged:
    """What was judged of the colours of the pages before."""
    return colors.Judged()
