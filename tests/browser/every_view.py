"""Every page in both languages, both themes, on a desk and on a phone: ``bin/bench accessibility``.

Its name keeps it out of the tests, which judge each page in one of these views.
``JUDGE_EVERYTHING=1`` leaves nothing out: no colour that was judged before, no row of a table.
"""

import os

import pytest

from tests.browser import colors, judging
from tests.browser.judging import LANGUAGES, SIZES
from tests.browser.screens import SCREENS

LEAVES_NOTHING_OUT = os.environ.get("JUDGE_EVERYTHING") == "1"


@pytest.fixture(scope="session")
def known(judged) -> colors.Judged | None:
    """What need not be judged again."""
    return None if LEAVES_NOTHING_OUT else judged


@pytest.mark.parametrize("screen", SCREENS, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_is_accessible(screen, language, examples, tabs, speak, known, record_property):
    views = [one for one in judging.views_of(screen) if one.language == language]
    # By day and then in the dark, and back on a phone: each step changes one thing.
    views = [*views[: len(views) // 2], *reversed(views[len(views) // 2 :])]
    speak(language)
    page = tabs[screen.user]
    judging.look_at(screen, page, examples, views[0])

    found: list[str] = []
    sizes: set[str] = set()
    for view in views:
        # What is not about colours is the same in another theme.
        is_seen = view.size in sizes
        found += judging.judge(screen, page, view, known, only_colors=is_seen)
        sizes.add(view.size)
    found += judging.wider(screen, page, [SIZES["phone"], judging.NARROWEST])

    record_property("page", str(screen))
    record_property("views", len(views))
    record_property("findings", len(found))
    assert not found, "\n".join(found)
