"""Every page, light and dark, wide and narrow: axe, overflow, and what scripts complain about."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from playwright.sync_api import Page

from tests.browser.screens import NOT_PAGES, SCREENS, Screen, find_examples

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 360, "height": 780}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
FIRST_ROWS = {"include": [["html"]], "exclude": [["tbody > tr:nth-child(n+13)"]]}
# Colours are judged once they have arrived.
STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after { transition: none !important }");
  document.adoptedStyleSheets = [still];
}"""
EVERYTHING = {"resultTypes": ["violations"]}
# What Django's own admin and Swagger's own page break is not ours to mend.
FOREIGN = {
    "admin:": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "api_docs": {
        "runOnly": ["wcag2a"],
        "rules": {"html-has-lang": {"enabled": False}, "nested-interactive": {"enabled": False}},
    },
}


@pytest.fixture(scope="module")
def examples(stack) -> dict[str, object]:
    with stack.records():
        return find_examples()


@pytest.fixture(scope="module")
def tabs(desk) -> Iterator[dict[str, Page]]:
    """One tab per user, kept open: styles and scripts are read once."""
    opened: dict[str, Page] = {}
    windows = []
    for user in sorted({screen.user for screen in SCREENS}):
        options = {"reduced_motion": "reduce", "viewport": DESKTOP}
        window = desk.sit(user, **options) if user else desk.window(**options)
        windows.append(window)
        opened[user] = window.__enter__()
    yield opened
    for window in windows:
        window.__exit__(None, None, None)


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds: rule and element, one line each. Of a long table the first rows speak."""
    found = page.evaluate("([where, how]) => axe.run(where, how)", [FIRST_ROWS, options])
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def paint(page: Page, theme: Literal["light", "dark"]) -> None:
    """Change the device's colours and wait until the page has taken them on."""
    page.emulate_media(color_scheme=theme)
    page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(
        page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
    )


@pytest.mark.parametrize("screen", SCREENS, ids=str)
class TestPage:
    def test_is_accessible_and_fits(self, screen: Screen, examples, tabs):
        page = tabs[screen.user]
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="light")
        answer = page.goto(screen.path(examples))
        assert answer is not None
        assert answer.status == screen.status
        if screen.press:
            page.get_by_role("button", name=screen.press, exact=True).click()
            page.locator("[aria-invalid=true], [role=alert]").first.wait_for()
        page.evaluate(AXE)
        page.evaluate(STILL)
        everything = next(
            (rules for start, rules in FOREIGN.items() if screen.name.startswith(start)), EVERYTHING
        )

        found = {"desktop": violations(page, everything)}
        if everything is EVERYTHING:
            paint(page, "dark")
            found["desktop, dark"] = violations(page, COLORS)
            page.set_viewport_size(PHONE)
            found["phone, dark"] = violations(page, COLORS)
            paint(page, "light")
        page.set_viewport_size(PHONE)
        found["phone"] = violations(page, everything)
        page.set_viewport_size(NARROWEST)
        wider = overflow(page) if everything is EVERYTHING else 0

        lines = [f"{where}: {line}" for where, what in found.items() for line in what]
        assert not lines, "\n".join(lines)
        assert wider == 0


class TestList:
    def test_names_every_address_of_the_product(self):
        named: dict[str, set[str]] = {}
        for screen in SCREENS:
            app, _, name = screen.name.partition(":")
            named.setdefault(app, set()).add(name)
        forgotten: list[str] = []
        for app, skipped in NOT_PAGES.items():
            missing = sorted(_names(app) - skipped - named.get(app, set()))
            forgotten += [f"{app}:{name}" for name in missing]

        assert forgotten == []


def _names(app: str) -> set[str]:
    return {
        pattern.name
        for resolver in get_resolver().url_patterns
        if isinstance(resolver, URLResolver) and resolver.namespace == app
        for pattern in resolver.url_patterns
    }
