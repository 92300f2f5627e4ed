"""Signed-in browser windows, and what was seen through them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser.stack import Stack

PASSWORD = "agencyhub-demo"
PATIENCE_MS = 60_000
# A refused form answers 422 and a page out of reach 404: Chromium notes that as an error. So does
# htmx of what a newer choice has overtaken; a request that fails has a complaint of its own.
EXPECTED = re.compile(
    r"^Failed to load resource: the server responded with a status of 4\d\d"
    r"|^htmx:(sendAbort|afterRequest)\b"
)


class Desk:
    """Opens windows for users; keeps every address asked for and every complaint of a page."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self._browser, self.stack = browser, stack
        self._states: dict[str, Any] = {}
        self._complaints: list[str] = []
        self.addresses: list[str] = []

    @contextmanager
    def sit(self, username: str, **options: Any) -> Iterator[Page]:
        """A window of its own for ``username``; ``options`` as of a browser context."""
        if username not in self._states:
            with self.window() as page:
                self.sign_in(page, username)
                self._states[username] = page.context.storage_state()
        with self.window(storage_state=self._states[username], **options) as page:
            yield page

    @contextmanager
    def window(self, **options: Any) -> Iterator[Page]:
        """A window without cookies; links of the product may be written without its address."""
        context = self._browser.new_context(base_url=self.stack.hub, **options)
        context.set_default_timeout(PATIENCE_MS)
        self._watch(context)
        try:
            yield context.new_page()
        finally:
            context.close()

    def sign_in(self, page: Page, username: str) -> None:
        """Sign in the way people do."""
        page.goto("/accounts/login/")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", level=1).wait_for()

    def clear(self) -> list[str]:
        """Forget what was seen; return the complaints."""
        complaints = list(self._complaints)
        self._complaints.clear()
        self.addresses.clear()
        return complaints

    def _watch(self, context: BrowserContext) -> None:
        def note_request(request: Request) -> None:
            self.addresses.append(request.url)
            self.addresses.append(request.headers.get("referer", ""))

        def note_console(message: ConsoleMessage) -> None:
            if message.type == "error" and not EXPECTED.match(message.text):
                self._complaints.append(f"{message.page and message.page.url}: {message.text}")

        context.on("request", note_request)
        context.on("console", note_console)
        context.on("weberror", lambda error: self._complaints.append(str(error.error)))
