"""On a tablet, in the longer language, what a row is about and what can be done stay in sight."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from agencyhub.accounts.models import User

WHO = "owner"
TABLETS = ({"width": 1024, "height": 768}, {"width": 768, "height": 1024})
# Scrolls every table to its end; answers whose titles or buttons have left its place.
OUT_OF_SIGHT = """() => [...document.querySelectorAll(".table-scroll")].flatMap(place => {
  const frame = place.getBoundingClientRect();
  const isOut = (part) => {
    const box = part.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1;
  };
  const gone = [];
  for (const at of [0, place.scrollWidth]) {
    place.scrollLeft = at;
    gone.push(...[...place.querySelectorAll("tbody .cell-title, tbody .btn")].filter(isOut));
  }
  return gone.map(part => part.textContent.trim().slice(0, 40));
})"""


@pytest.fixture(scope="module")
def reader(stack, desk) -> Iterator[Page]:
    """A page of somebody who reads Spanish."""
    with stack.records():
        before = User.objects.values_list("language", flat=True).get(username=WHO)
        User.objects.filter(username=WHO).update(language="es")
    with desk.sit(WHO, viewport=TABLETS[0]) as page:
        yield page
    with stack.records():
        User.objects.filter(username=WHO).update(language=before)


@pytest.mark.parametrize("size", TABLETS, ids=["landscape", "portrait"])
@pytest.mark.parametrize(
    "name",
    ["policies:policy_list", "commissions:dispute_list", "commissions:application_list"],
)
def test_titles_and_buttons_stay(name, size, reader):
    reader.set_viewport_size(size)
    reader.goto(reverse(name))

    assert reader.evaluate(OUT_OF_SIGHT) == []
