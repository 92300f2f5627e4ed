"""The manuals hang together: links lead somewhere, pictures are there and can be taken anew."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.text import slugify

from tests.browser.pictures import PICTURES

ROOT = Path(settings.BASE_DIR)
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), *sorted((DOCS / "adr").glob("*.md")), ROOT / "README.md"]
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# What somebody does to take them is more than a page of the demo shows.
BY_HAND = {"imports-columns", "sandbox-beneficiary", "mail-reminder", "mail-report"}


def targets(page: Path) -> set[str]:
    found = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    links = {first or second for first, second in found}
    return {link for link in links if "://" not in link and not link.startswith("mailto:")}


def anchors(page: Path) -> set[str]:
    headings = HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {slugify(heading.replace("`", ""), allow_unicode=True) for heading in plain}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    dead = []
    for link in targets(page):
        path, _, anchor = link.partition("#")
        other = (page.parent / path).resolve() if path else page
        if not other.exists() or (anchor and anchor not in anchors(other)):
            dead.append(link)

    assert sorted(dead) == []


def test_every_page_stands_in_the_index():
    listed = targets(DOCS / "README.md")
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"README.md"}

    assert sorted(pages - {link.partition("#")[0] for link in listed}) == []


def test_every_picture_is_shown():
    shown = {Path(link).name for page in PAGES for link in targets(page)}

    assert sorted({image.name for image in (DOCS / "img").iterdir()} - shown) == []


def test_pictures_can_be_taken_anew():
    taken = {picture.name for picture in PICTURES} | BY_HAND

    assert sorted({image.stem for image in (DOCS / "img").iterdir()} - taken) == []
