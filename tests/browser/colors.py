"""Colours that axe has judged already: judging them is most of its work, so it is done once."""

from collections import Counter
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
# What contrast depends on, read of the browser: the colour of a text, what it is drawn on, its size
# and weight. What is laid over something else, is hardly seen, or is a single sign stays unmarked,
# for axe judges those by more than that.
MARK_ALIKE = """([mark, judgedHere, judged, perPage]) => {
  const known = new Set(judged), counts = {}, grounds = new Map();
  const shown = { visibilityProperty: true, opacityProperty: true };
  const ground = (one) => {
    if (!one) return "";
    if (grounds.has(one)) return grounds.get(one);
    const style = getComputedStyle(one), below = ground(one.parentElement);
    let found = null;
    if (below !== null && !["absolute", "fixed", "sticky"].includes(style.position)) {
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter];
      const isNothing = own.join() === "rgba(0, 0, 0, 0),none,1,none";
      found = isNothing ? below : `${below}/${own}`;
    }
    grounds.set(one, found);
    return found;
  };
  const looks = (one) => {
    const texts = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    if (texts.map((node) => node.data).join("").trim().length < 2) return null;
    const { width, height } = one.getBoundingClientRect();
    if (width < 4 || height < 4 || !one.checkVisibility(shown)) return null;
    const behind = ground(one);
    if (behind === null) return null;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(one);
    const isOff = one.closest(":disabled, [aria-disabled=true]") !== null
      || Boolean(one.closest("label")?.control?.disabled);
    return [one.localName, color, fontSize, fontWeight, textShadow, isOff, behind].join("|");
  };
  for (const one of document.body.querySelectorAll(judgedHere)) {
    one.removeAttribute(mark);
    const key = looks(one);
    if (key === null) continue;
    if (known.has(key) || counts[key] === perPage) one.setAttribute(mark, "");
    else counts[key] = (counts[key] || 0) + 1;
  }
  return counts;
}"""
PER_PAGE, ENOUGH = 2, 6


def leave_out_marked(page: Page) -> None:
    """Let axe, once it is there, judge the colours of what is not marked."""
    page.evaluate(ONLY_UNMARKED)


class Judged:
    """What was judged of pages in each size and theme: their frames, and texts that look alike.

    A frame of the same markup has the same colours on every page. A user's name, a badge or the
    entry of the page makes it another one. Beside the frame, a text of the same size and colours on
    the same ground is judged twice on a page, and on pages until six of its kind were.
    """

    def __init__(self) -> None:
        self._frames: set[tuple[str, str]] = set()
        self._alike: dict[str, Counter[str]] = {}

    @contextmanager
    def once(self, page: Page, look: str, *, but: str = "[hidden]") -> Iterator[None]:
        """Mark what was judged before in a size and theme; remember that the rest was.

        ``but`` selects what axe is told to leave out, with all that is in it.
        """
        frame = (look, page.evaluate(READ_FRAME, AROUND).replace(f' {MARK}=""', ""))
        page.evaluate(MARK_FRAME, [MARK, AROUND, frame in self._frames])
        alike = self._alike.setdefault(look, Counter())
        enough = [looks for looks, times in alike.items() if times >= ENOUGH]
        apart = f":is({AROUND}, {but})"
        beside = f":not({apart}, {apart} *)"
        now = page.evaluate(MARK_ALIKE, [MARK, beside, enough, PER_PAGE])
        yield
        self._frames.add(frame)
        alike.update(now)
