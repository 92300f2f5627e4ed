"""Every page, light and dark: axe, overflow, and what scripts complain about.

Each is opened once, in Spanish, whose words are longer: on a desk by day and in its dark colours,
then on a phone in the dark. A page of each part of the product is opened in English, too; before a
release every page is, with ``EVERY_PAGE_IN_ENGLISH=1``.
"""

import os
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
from tests.browser import colors
from tests.browser.axe import AXE, EVERYTHING, findings, overflow
from tests.browser.screens import NOT_PAGES, SCREENS, Screen, find_examples

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 360, "height": 780}
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
LATER_ROWS = "tbody > tr:nth-child(n+13)"
FIRST_ROWS = {"include": [["html"]], "exclude": [[LATER_ROWS]]}
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


def first_of_each_part() -> list[Screen]:
    """One screen of each app."""
    found: dict[str, Screen] = {}
    for screen in SCREENS:
        found.setdefault(screen.name.partition(":")[0], screen)
    return list(found.values())


IN_ENGLISH = SCREENS if os.environ.get("EVERY_PAGE_IN_ENGLISH") == "1" else first_of_each_part()


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


@pytest.fixture(scope="module")
def judged() -> colors.Judged:
    """What was judged of the colours of the pages before."""
    return colors.Judged()


@pytest.mark.parametrize("screen", IN_ENGLISH, ids=str)
def test_is_accessible_in_english(screen: Screen, examples, tabs, speak, judged):
    speak("en")
    page, rules = look_at(screen, tabs[screen.user], examples)

    found = on_a_desk(page, rules, judged)

    assert not _lines(found), "\n".join(_lines(found))


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_is_accessible_and_fits_a_phone(screen: Screen, examples, tabs, speak, judged):
    speak("es")
    page, rules = look_at(screen, tabs[screen.user], examples)

    found = on_a_desk(page, rules, judged)
    if rules is EVERYTHING:
        # In the dark, too: what a phone shows and a desk does not is still to be judged.
        colors.mark_shown(page)
    page.set_viewport_size(PHONE)
    found["phone"] = violations(page, rules)
    page.set_viewport_size(NARROWEST)
    wider = overflow(page) if rules is EVERYTHING else 0

    assert not _lines(found), "\n".join(_lines(found))
    assert wider == 0


def on_a_desk(page: Page, rules: dict[str, Any], judged: colors.Judged) -> dict[str, list[str]]:
    """What axe finds by day, and what it finds of our colours in the dark."""
    with judged.once(page, "light", but=LATER_ROWS):
        found = {"desk": violations(page, rules)}
    if rules is EVERYTHING:
        paint(page, "dark")
        with judged.once(page, "dark", but=LATER_ROWS):
            found["desk, dark"] = violations(page, COLORS)
    return found


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
    colors.leave_out_marked(page)
    page.evaluate(STILL)
    foreign = (rules for start, rules in FOREIGN.items() if screen.name.startswith(start))
    return page, next(foreign, EVERYTHING)


def _lines(found: dict[str, list[str]]) -> list[str]:
    return [f"{where}: {line}" for where, what in found.items() for line in what]


class TestJudgedColors:
    @pytest.fixture
    def page(self, chromium) -> Iterator[Page]:
        page = chromium.new_page()
        page.set_content(
            "<div class='sidebar'><p style='color: #bbb'>around</p></div>"
            "<p style='color: #ccc'>inside</p><p hidden style='color: #ddd'>later</p>"
        )
        page.evaluate(AXE)
        colors.leave_out_marked(page)
        yield page
        page.close()

    def test_of_a_frame_are_judged_once_in_a_theme(self, page):
        judged, found = colors.Judged(), []
        for theme in ("light", "light", "dark"):
            with judged.once(page, theme):
                found.append(len(violations(page, COLORS)))

        assert found == [2, 1, 2]

    def test_of_texts_that_look_alike_are_judged_on_a_few_pages(self, page):
        page.evaluate("document.body.innerHTML += '<p style=\"color: #ccc\">again</p>'.repeat(3)")
        judged, found = colors.Judged(), []
        for _ in range(4):
            with judged.once(page, "light"):
                found.append(len(_beside_the_frame(page)))

        assert found == [2, 2, 2, 0]

    @pytest.mark.parametrize(
        "change",
        [
            "color: #cdcdcd",
            "color: #ccc; font-weight: 700",
            "color: #ccc; font-size: 15px",
            "color: #ccc; background: #eee",
            "color: #ccc; position: absolute",
            "color: #ccc; opacity: .9",
        ],
    )
    def test_are_judged_where_anything_of_the_look_is_another(self, page, change):
        judged = colors.Judged()
        for _ in range(6):
            with judged.once(page, "light"):
                pass
        page.evaluate(f"document.body.innerHTML += '<div style=\"{change}\">other one</div>'")

        with judged.once(page, "light"):
            (found,) = _beside_the_frame(page)

        assert "other one" in found

    def test_of_what_axe_was_not_shown_are_still_to_be_judged(self, page):
        judged = colors.Judged()
        for _ in range(6):
            with judged.once(page, "light", but="p"):
                pass

        with judged.once(page, "light"):
            (found,) = _beside_the_frame(page)

        assert "inside" in found

    def test_of_what_was_shown_are_not_judged_again(self, page):
        colors.mark_shown(page)
        page.evaluate("document.querySelector('[hidden]').hidden = false")

        (found,) = violations(page, COLORS)

        assert "later" in found


def _beside_the_frame(page: Page) -> list[str]:
    return [line for line in violations(page, COLORS) if "around" not in line]


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
