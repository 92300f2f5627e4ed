"""What axe finds on a page, and whether the page is wider than its window."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Only a rule that axe leaves out by itself reads style sheets: bringing them takes its time.
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}


def findings(page: Page, options: dict[str, Any], *, where: Any = None) -> list[str]:
    """What axe finds once it is there: rule and element, one line each."""
    found = page.evaluate("([where, how]) => axe.run(where || document, how)", [where, options])
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def complaints(page: Page) -> list[str]:
    """Bring axe, and say all that it finds on the whole page."""
    page.evaluate(AXE)
    return findings(page, EVERYTHING)


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    root = "document.documentElement"
    return int(page.evaluate(f"() => {root}.scrollWidth - {root}.clientWidth"))
