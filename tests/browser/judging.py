"""How a page is looked at and judged: in which views, by which rules, and with what left out."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal
from zlib import crc32

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PatienceEnded

from tests.browser import colors
from tests.browser.axe import AXE, EVERYTHING, findings, overflow
from tests.browser.screens import Screen

Size, Theme = Literal["desk", "phone"], Literal["light", "dark"]
SIZES: dict[Size, Any] = {
    "desk": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}
NARROWEST: Any = {"width": 360, "height": 780}
LANGUAGES = ("en", "es")
THEMES: tuple[Theme, ...] = ("light", "dark")
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
LATER_ROWS = "tbody > tr:nth-child(n+13)"
FIRST_ROWS = {"include": [["html"]], "exclude": [[LATER_ROWS]]}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SETTLED_MS = 2_000
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


@dataclass(frozen=True)
class View:
    """How somebody has a page before them."""

    language: str
    size: Size
    theme: Theme

    def __str__(self) -> str:
        return f"{self.language}, {self.size}, {self.theme}"

    @property
    def look(self) -> str:
        """What its colours depend on."""
        return f"{self.size}, {self.theme}"


EVERY_VIEW = [View(*one) for one in product(LANGUAGES, SIZES, THEMES)]


def views_of(screen: Screen, views: Iterable[View] = EVERY_VIEW) -> list[View]:
    """Those of the views that a page has: what is not ours has one theme."""
    return [view for view in views if _is_ours(screen) or view.theme == "light"]


def one_view_of(screen: Screen) -> View:
    """The view in which every run of the tests judges a page: always the same, by its name."""
    views = views_of(screen)
    return views[crc32(str(screen).encode()) % len(views)]


def look_at(screen: Screen, page: Page, examples: dict[str, object], view: View) -> None:
    """Open a screen in a view, in whose language its reader reads, and bring axe there."""
    turn(screen, page, view)
    answer = page.goto(screen.path(examples))
    assert answer is not None
    assert answer.status == screen.status
    if screen.press:
        with translation.override(view.language):
            name = gettext(screen.press)
        page.get_by_role("button", name=name, exact=True).click()
        page.locator("[aria-invalid=true], [role=alert], textarea[name=body]").first.wait_for()
    page.evaluate(AXE)
    colors.leave_out_marked(page)
    page.evaluate(STILL)
    _wait_for_theme(screen, page, view)


def turn(screen: Screen, page: Page, view: View) -> None:
    """Give the window the size and the device the colours of a view."""
    page.set_viewport_size(SIZES[view.size])
    page.emulate_media(color_scheme=view.theme)


def judge(
    screen: Screen, page: Page, view: View, judged: colors.Judged | None, *, only_colors: bool
) -> list[str]:
    """What axe finds on an open page once it is turned: of its colours only, or of all.

    With ``judged``, colours that were judged are not judged again, and of a long table the first
    rows speak.
    """
    turn(screen, page, view)
    _wait_for_theme(screen, page, view)
    rules = COLORS if only_colors else _rules(screen)
    if judged is None:
        found = findings(page, rules)
    else:
        with judged.once(page, view.look, but=LATER_ROWS):
            found = findings(page, rules, where=FIRST_ROWS)
    return [f"{view}: {line}" for line in found]


def wider(screen: Screen, page: Page, sizes: Sequence[Any] = (NARROWEST,)) -> list[str]:
    """In which of the sizes a page of ours is wider than its window."""
    found = []
    for size in sizes if _is_ours(screen) else ():
        page.set_viewport_size(size)
        with suppress(PatienceEnded):  # charts are drawn anew a moment after
            page.wait_for_function(FITS, timeout=SETTLED_MS)
        if pixels := overflow(page):
            found.append(f"{pixels} pixels wider than a window of {size['width']}")
    return found


def _wait_for_theme(screen: Screen, page: Page, view: View) -> None:
    if _is_ours(screen):
        page.locator(f"html[data-bs-theme={view.theme}]").wait_for(state="attached")


def _rules(screen: Screen) -> dict[str, Any]:
    foreign = (rules for start, rules in FOREIGN.items() if screen.name.startswith(start))
    return next(foreign, EVERYTHING)


def _is_ours(screen: Screen) -> bool:
    return _rules(screen) is EVERYTHING
