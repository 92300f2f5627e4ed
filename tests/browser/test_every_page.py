"""Every page, light and dark: axe, overflow, and what scripts complain about.

On a desk in English by day and in its dark colours, on a phone in Spanish, whose words are longer,
in the dark.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from django.conf import settings
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page

from agencyhub.accounts.models import User
from tests.browser.axe import AXE, EVERYTHING, findings, overflow
from tests.browser.screens import NOT_PAGES, SCREENS, Screen, find_examples

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 360, "height": 780}
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
FIRST_ROWS = {"include": [["html"]], "exclude": [["tbody > tr:nth-child(n+13)"]]}
# Colours are judged once they have arrived.
STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after { transition: none !important }");
  document.adoptedStyleSheets = [still];
}"""
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


@pytest.fixture(scope="module")
def speak(stack, tabs) -> Iterator[Callable[[str], None]]:
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


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds; of a long table the first rows speak."""
    return findings(page, options, where=FIRST_ROWS)


def paint(page: Page, theme: Literal["light", "dark"]) -> None:
    """Change the device's colours and wait until the page has taken them on."""
    page.emulate_media(color_scheme=theme)
    page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")


@pytest.mark.parametrize("screen", SCREENS, ids=str)
class TestPage:
    def test_is_accessible_on_a_desk(self, screen: Screen, examples, tabs, speak):
        speak("en")
        page, rules = look_at(screen, tabs[screen.user], examples)

        found = {"desktop": violations(page, rules)}
        if rules is EVERYTHING:
            paint(page, "dark")
            found["desktop, dark"] = violations(page, COLORS)

        assert not _lines(found), "\n".join(_lines(found))

    def test_is_accessible_and_fits_a_phone_in_spanish(self, screen, examples, tabs, speak):
        speak("es")
        page, rules = look_at(screen, tabs[screen.user], examples)

        page.set_viewport_size(PHONE)
        if rules is EVERYTHING:
            paint(page, "dark")
        found = {"phone": violations(page, rules)}
        page.set_viewport_size(NARROWEST)
        wider = overflow(page) if rules is EVERYTHING else 0

        assert not _lines(found), "\n".join(_lines(found))
        assert wider == 0


def look_at(screen: Screen, page: Page, examples: dict[str, object]) -> tuple[Page, dict[str, Any]]:
    """Open a screen on a desk in daylight; answer it with the rules that hold for it."""
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    answer = page.goto(screen.path(examples))
    assert answer is not None
    assert answer.status == screen.status
    if screen.press:
        language = page.locator("html").get_attribute("lang")
        with translation.override(language):
            name = gettext(screen.press)
        page.get_by_role("button", name=name, exact=True).click()
        page.locator("[aria-invalid=true], [role=alert], textarea[name=body]").first.wait_for()
    page.evaluate(AXE)
    page.evaluate(STILL)
    foreign = (rules for start, rules in FOREIGN.items() if screen.name.startswith(start))
    return page, next(foreign, EVERYTHING)


def _lines(found: dict[str, list[str]]) -> list[str]:
    return [f"{where}: {line}" for where, what in found.items() for line in what]


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
