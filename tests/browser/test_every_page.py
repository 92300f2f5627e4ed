"""Every page, once: axe, overflow, and what scripts complain about.

Each is judged in one language, one theme and one size, always the same: which ones, its name says.
So each of these is seen on a part of all pages, and every page is seen. Before a release,
``bin/bench accessibility`` judges every page in all of them.
"""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from playwright.sync_api import Page

from tests.browser import colors, judging
from tests.browser.axe import AXE, findings
from tests.browser.judging import COLORS, EVERY_VIEW, FIRST_ROWS, View, one_view_of
from tests.browser.screens import NOT_PAGES, SCREENS, Screen

# Those in one language follow one another.
PAGES = sorted(
    ((screen, one_view_of(screen)) for screen in SCREENS), key=lambda one: one[1].language
)


@pytest.mark.parametrize(
    ("screen", "view"), PAGES, ids=[f"{screen} ({view})" for screen, view in PAGES]
)
def test_is_accessible_and_fits_a_phone(screen: Screen, view: View, examples, tabs, speak, judged):
    speak(view.language)
    page = tabs[screen.user]
    judging.look_at(screen, page, examples, view)

    found = judging.judge(screen, page, view, judged, only_colors=False)
    found += judging.wider(screen, page)

    assert not found, "\n".join(found)


class TestViews:
    def test_are_all_seen_on_many_pages(self):
        seen = Counter(view for _, view in PAGES)

        assert set(seen) == set(EVERY_VIEW)
        assert min(seen.values()) >= len(SCREENS) / len(EVERY_VIEW) / 2

    def test_of_what_is_not_ours_are_light(self):
        foreign = [screen for screen in SCREENS if screen.name.startswith(("admin:", "api_docs"))]

        found = {view.theme for screen in foreign for view in judging.views_of(screen)}

        assert found == {"light"}


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
                found.append(len(findings(page, COLORS, where=FIRST_ROWS)))

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


def _beside_the_frame(page: Page) -> list[str]:
    return [line for line in findings(page, COLORS, where=FIRST_ROWS) if "around" not in line]


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
