"""What a page weighs, and that nothing moves when a part of it arrives.

Weighed is what Chromium receives, headers and all, for a page that it has never seen: the page
itself and the parts that it asks for, with gzip, and static files as production serves them, with
Brotli.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import PATIENCE_MS

MOST_BYTES = 300_000
MOST_SHIFT = 0.1
MOST_UNASKED = 0.02
# None of these has a page of ours that is weighed here.
FOREIGN = ("admin*", "drf_spectacular_sidecar*", "rest_framework*", "import_export*")
PAGES = (
    "/", "/individuals/", "/policies/", "/at-risk/", "/applications/review/", "/commissions/",
    "/eoi/", "/imports/", "/integrations/", "/reports/production/",
)  # fmt: skip
# Also what follows a click, which browsers themselves forgive.
WATCH = """window.moved = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.moved += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""
DESKTOP, PHONE, TALL = (1280, 900), (390, 844), (1280, 3000)


@pytest.fixture(scope="module")
def pressed(stack, tmp_path_factory) -> str:
    """The address of a web server on the same database that serves as production does."""
    static = tmp_path_factory.mktemp("static")
    name = {"DJANGO_SETTINGS_MODULE": "tests.browser.pressed", "PRESSED_STATIC": str(static)}
    ignored = [word for one in FOREIGN for word in ("--ignore", one)]
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0", *ignored]
    subprocess.run(command, cwd=settings.BASE_DIR, env=os.environ | name, check=True, timeout=300)
    return stack.another_web(**name)


@pytest.fixture(scope="module")
def state(desk) -> Any:
    """The owner's sign-in."""
    with desk.sit("owner") as page:
        return page.context.storage_state()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light(path, pressed, state, chromium):
    found = weigh(chromium, f"{pressed}{path}", state)

    total = sum(size for size, _url in found)
    assert total <= MOST_BYTES, "\n".join(f"{size:>8} {url}" for size, url in sorted(found))
    assert any("/static/" in url and size for size, url in found)


def weigh(chromium: Browser, url: str, state: Any) -> list[tuple[int, str]]:
    """Bytes received for each address that a page asks for, in a browser with nothing kept."""
    context = chromium.new_context(storage_state=state)
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    urls: dict[str, str] = {}
    sizes: dict[str, float] = {}
    network.on(
        "Network.requestWillBeSent", lambda e: urls.update({e["requestId"]: e["request"]["url"]})
    )
    network.on(
        "Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]})
    )
    answer = page.goto(url)
    assert answer is not None
    assert answer.ok
    page.wait_for_load_state("networkidle")
    settle(page)
    context.close()
    return [(int(sizes.get(key, 0)), address) for key, address in urls.items()]


def settle(page: Page) -> None:
    """Wait until every part has arrived and the browser has painted it."""
    expect(page.locator("[aria-busy], .htmx-request")).to_have_count(0, timeout=PATIENCE_MS)
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


@pytest.fixture(params=[DESKTOP, PHONE, TALL], ids=["desk", "phone", "tall"])
def watched(desk, request) -> Iterator[Page]:
    """A window that notes what moves in it."""
    width, height = request.param
    with desk.sit("owner", viewport={"width": width, "height": height}) as page:
        page.add_init_script(WATCH)
        yield page


class TestNothingMoves:
    def test_while_the_parts_of_the_dashboard_arrive(self, watched):
        watched.goto("/")
        settle(watched)

        assert watched.locator("canvas").count() == 5
        assert watched.evaluate("window.moved") <= MOST_SHIFT

    def test_while_a_report_is_grouped_otherwise(self, watched):
        _choose(watched, "/reports/production/", name="by", choice="carrier")

        assert watched.evaluate("window.moved") <= MOST_SHIFT

    def test_while_a_list_is_filtered(self, desk):
        width, height = DESKTOP
        with desk.sit("owner", viewport={"width": width, "height": height}) as page:
            page.add_init_script(WATCH)
            _choose(page, "/policies/", name="payment", choice="due_soon")

            assert page.evaluate("window.moved") <= MOST_SHIFT

    def test_while_parts_come_that_nobody_asked_for(self, desk):
        """What a page fetches by itself moves nothing: no key and no click forgives it."""
        width, height = DESKTOP
        with desk.sit("owner", viewport={"width": width, "height": height}) as page:
            page.add_init_script(WATCH)
            page.goto("/integrations/")
            settle(page)
            page.evaluate("window.moved = 0")
            with page.expect_response("**/integrations/"):
                page.evaluate(
                    "htmx.ajax('GET', location.pathname, {target: '#health', swap: 'outerHTML'})"
                )
            settle(page)
            assert page.evaluate("window.moved") <= MOST_UNASKED

    def test_while_a_list_is_turned_over_and_searched_through(self, desk):
        width, height = DESKTOP
        with desk.sit("owner", viewport={"width": width, "height": height}) as page:
            page.add_init_script(WATCH)
            page.goto("/individuals/")
            settle(page)
            page.evaluate("window.moved = 0")
            page.locator("#list .pager a[rel=next]").click()
            expect(page.locator("#list .pager a[rel=prev]")).to_be_visible()
            settle(page)
            assert page.evaluate("window.moved") <= MOST_SHIFT

            page.evaluate("window.moved = 0")
            page.keyboard.press("Control+k")
            page.keyboard.type("and")
            expect(page.locator("#palette-options [role=option]").first).to_be_visible()
            settle(page)
            assert page.evaluate("window.moved") <= MOST_UNASKED

    def test_while_a_decision_is_previewed(self, desk):
        width, height = DESKTOP
        with desk.sit("owner", viewport={"width": width, "height": height}) as page:
            page.add_init_script(WATCH)
            page.goto("/eoi/")
            settle(page)
            page.locator("#list tbody input[type=checkbox]").first.check()
            settle(page)
            page.evaluate("window.moved = 0")
            page.locator("#id_action").select_option(label="Approve All")
            expect(page.locator("#eoi-preview")).to_contain_text("is approved")
            settle(page)
            assert page.evaluate("window.moved") <= MOST_SHIFT


def _choose(page: Page, path: str, *, name: str, choice: str) -> None:
    """Choose in a filter of a page, and note what moves from then on."""
    page.goto(path)
    settle(page)
    page.evaluate("window.moved = 0")
    with page.expect_response(lambda one: f"{name}={choice}" in one.url):
        page.locator(f"select[name={name}]").first.select_option(choice)
    settle(page)
