"""Colours that axe has judged already: judging them is most of its work, so it is done once."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

MARK = "data-colors-judged"
AROUND = ".sidebar, .topbar"
ONLY_UNMARKED = f"""() => axe.configure({{
  rules: [{{ id: "color-contrast", selector: "*:not([{MARK}])" }}],
}})"""
READ_FRAME = """(around) => [...document.querySelectorAll(around)]
  .map((part) => part.outerHTML.replace(/(csrfmiddlewaretoken" value=")[^"]*/g, "$1")).join("")"""
MARK_FRAME = """([mark, around, isJudged]) => {
  for (const part of document.querySelectorAll(around)) {
    for (const one of [part, ...part.querySelectorAll("*")]) one.toggleAttribute(mark, isJudged);
  }
}"""
MARK_SHOWN = """(mark) => {
  const shown = { visibilityProperty: true, opacityProperty: true };
  for (const one of document.body.querySelectorAll("*")) {
    one.toggleAttribute(mark, one.checkVisibility(shown));
  }
}"""


def leave_out_marked(page: Page) -> None:
    """Let axe, once it is there, judge the colours of what is not marked."""
    page.evaluate(ONLY_UNMARKED)


def mark_shown(page: Page) -> None:
    """Mark what can be seen now, and nothing else."""
    page.evaluate(MARK_SHOWN, MARK)


class Frames:
    """The frames of pages whose colours were judged, by theme.

    A frame of the same markup has the same colours on every page. A user's name, a badge or the
    entry of the page makes it another one.
    """

    def __init__(self) -> None:
        self._judged: set[tuple[str, str]] = set()

    @contextmanager
    def once(self, page: Page, theme: str) -> Iterator[None]:
        """Mark the page's frame if it was judged before in a theme; remember that it was."""
        frame = (theme, page.evaluate(READ_FRAME, AROUND).replace(f' {MARK}=""', ""))
        page.evaluate(MARK_FRAME, [MARK, AROUND, frame in self._judged])
        yield
        self._judged.add(frame)
