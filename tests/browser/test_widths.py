"""Lists fit their windows in both languages: nothing is cut, and a laptop shows every column."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from agencyhub.accounts.models import User
from agencyhub.records.lists import registry
from tests.browser.axe import overflow

WHO = "owner"
LAPTOP = {"width": 1280, "height": 900}
NARROWER = ({"width": 1024, "height": 768}, {"width": 768, "height": 1024})
PHONE = {"width": 390, "height": 844}
# What is wider than its place: the name, and by how many pixels.
WIDER = """where => [...document.querySelectorAll(where)]
  .map(e => [e.getAttribute("aria-label") || e.textContent.trim().slice(0, 40),
             e.scrollWidth - e.clientWidth])
  .filter(([, pixels]) => pixels > 1)"""
TABLES = ".table-scroll, .risk"
BUTTONS = ".page-head-actions .btn, .list-bar .btn, .risk .btn, .sidebar .nav-link-title"


@pytest.fixture(scope="module", params=["en-us", "es"])
def reader(request, stack, desk) -> Iterator[Page]:
    """A page of somebody who reads in a language."""
    with stack.records():
        before = User.objects.values_list("language", flat=True).get(username=WHO)
        User.objects.filter(username=WHO).update(language=request.param)
    with desk.sit(WHO, viewport=LAPTOP) as page:
        yield page
    with stack.records():
        User.objects.filter(username=WHO).update(language=before)


@pytest.mark.parametrize("key", [kind.key for kind in registry.every()])
def test_list_fits(key, reader):
    reader.set_viewport_size(LAPTOP)
    reader.goto(reverse(registry.of(key).url_name))
    wider = {"laptop": reader.evaluate(WIDER, f"{TABLES}, {BUTTONS}")}
    pages = [overflow(reader)]
    for size in NARROWER:
        reader.set_viewport_size(size)
        pages.append(overflow(reader))
    reader.set_viewport_size(PHONE)
    wider["phone"] = reader.evaluate(WIDER, f"{TABLES}, {BUTTONS}")
    pages.append(overflow(reader))

    assert wider == {"laptop": [], "phone": []}
    assert pages == [0, 0, 0, 0]
