"""Hands that have a keyboard and nothing else."""

from typing import Any

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.desk import PATIENCE_MS

MOST_STOPS = 250
TRIES = 3
# The element with the focus: whether it is the wanted one, what it is, and whether it shows.
LOOK = """(wanted) => {
  const one = document.activeElement;
  if (!one || one === document.body) return { is: false, shows: false, what: "" };
  const ring = (part) => {
    const style = getComputedStyle(part);
    const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return isOutlined || /0px 0px 0px [1-9]|inset/.test(style.boxShadow);
  };
  const box = one.getBoundingClientRect();
  const isBeside = box.width <= 0 || box.right <= 0 || box.left >= innerWidth;
  const isInside = !isBeside && box.bottom > 0 && box.top < innerHeight;
  return {
    is: one === wanted,
    where: [Math.round(box.top), Math.round(box.bottom), ring(one)].join(" "),
    shows: isInside && (one.id === "content" || ring(one) || ring(one.parentElement)),
    what: one.outerHTML.slice(0, 200),
  };
}"""


IS_PAST_NAVIGATION = "document.querySelector('main').contains(document.activeElement)"


class Hands:
    """Somebody at a page who presses keys; every stop on the way must show the focus."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, path: str) -> None:
        """Go to an address and past the navigation."""
        self.page.goto(path)
        self.skip()

    def skip(self) -> None:
        """Skip the navigation of a page that has just come, unless it begins behind it."""
        self.page.wait_for_load_state()
        self.page.keyboard.press("Tab")
        if self.page.evaluate(IS_PAST_NAVIGATION):
            return
        found = self._look(self.page.locator(".skip-link[href='#content']"))
        assert found["is"], f"does not begin with the way past its navigation: {found['what']}"
        self.page.keyboard.press("Enter")
        assert self._look(self.page.locator("#content"))["is"]

    def to(self, target: Locator, *, back: bool = False) -> None:
        """Press Tab, or Shift and Tab, until ``target`` has the focus."""
        passed = []
        for _ in range(MOST_STOPS):
            found = self._shown(target)
            if found["is"]:
                return
            passed.append(found["what"][:80])
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError("\n".join(["never reached; passed:", *passed[-40:]]))

    def press(self, target: Locator, key: str = "Enter", *, back: bool = False) -> None:
        """Walk to ``target`` and press a key on it."""
        self.to(target, back=back)
        self.page.keyboard.press(key)

    def follow(self, target: Locator, *, back: bool = False) -> None:
        """Walk to a link or a button that leads to another page, and past its navigation."""
        self.to(target, back=back)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.skip()

    def type_into(self, target: Locator, text: str) -> None:
        """Walk to a field and write into it in place of what it holds."""
        self.to(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose_file(self, target: Locator, file: Any) -> None:
        """Walk to a field for files and choose one."""
        self.to(target)
        self.assert_held()
        for _ in range(TRIES):
            # A busy browser may drop a chooser that opens late; a person presses the key again.
            try:
                with self.page.expect_file_chooser(timeout=PATIENCE_MS / TRIES) as chooser:
                    self.page.keyboard.press("Enter")
            except PlaywrightTimeout:
                continue
            return chooser.value.set_files(file)
        raise AssertionError("Enter opens no chooser of files")

    def assert_held(self) -> None:
        """The focus is somewhere that shows, once no part is on its way."""
        expect(self.page.locator(".htmx-request")).to_have_count(0, timeout=PATIENCE_MS)
        assert self._shown(self.page.locator("body"))["what"], "the focus is lost"

    def _shown(self, target: Locator) -> dict[str, Any]:
        """What has the focus, once it shows that; a browser that is busy takes its time."""
        for _ in range(10):
            found = self._look(target)
            if found["shows"] or not found["what"]:
                return found
            self.page.wait_for_timeout(100)
        raise AssertionError(f"shows no focus ({found['where']}): {found['what']}")

    def _look(self, target: Locator) -> dict[str, Any]:
        return dict(self.page.evaluate(LOOK, target.element_handle()))
