"""Boxes for passwords: what is typed is shown for a while, and a new one is graded meanwhile."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.desk import Desk

SHOW = "Show the password"
STRENGTH = "/accounts/password/strength/"


@pytest.fixture
def stranger(desk: Desk) -> Iterator[Page]:
    """Somebody who is not signed in."""
    with desk.window(locale="en-US") as page:
        yield page


class TestShow:
    def test_shows_what_is_typed_until_it_is_pressed_again(self, stranger):
        stranger.goto("/accounts/login/")
        box, button = stranger.locator("#id_password"), stranger.get_by_role("button", name=SHOW)
        box.fill("some words")
        expect(button).to_have_attribute("aria-pressed", "false")

        box.press("Tab")
        expect(button).to_be_focused()
        stranger.keyboard.press("Space")

        expect(box).to_have_attribute("type", "text")
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(box).to_have_value("some words")
        stranger.keyboard.press("Enter")
        expect(box).to_have_attribute("type", "password")
        expect(button).to_have_attribute("aria-pressed", "false")

    def test_is_over_when_the_form_is_sent(self, stranger):
        sent = []

        def note(route: Route) -> None:
            if route.request.method != "POST":
                return route.fallback()
            sent.append(route.request.post_data)
            return route.fulfill(status=204)

        stranger.route("**/accounts/login/", note)
        stranger.goto("/accounts/login/")
        stranger.locator("#id_username").fill("owner")
        box = stranger.locator("#id_password")
        box.fill("some words")
        stranger.get_by_role("button", name=SHOW).click()
        expect(box).to_have_attribute("type", "text")

        stranger.get_by_role("button", name="Sign in", exact=True).click()

        expect(box).to_have_attribute("type", "password")
        assert [parse_qs(one)["password"] for one in sent] == [["some words"]]

    def test_is_not_offered_without_javascript(self, desk):
        with desk.window(java_script_enabled=False) as page:
            page.goto("/accounts/login/")

            expect(page.locator("#id_password")).to_be_visible()
            expect(page.locator("[data-password-show]")).to_be_hidden()


class TestStrength:
    def test_is_not_asked_about_once_the_form_is_sent(self, owner):
        owner.goto("/accounts/password/")
        asked: list[str] = []
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        owner.on("request", lambda one: asked.append(one.url) if STRENGTH in one.url else None)
        owner.route("**/accounts/password/", hold)
        owner.locator("#id_old_password").fill("not my secret")
        owner.locator("#id_new_password2").fill("four words in a row")
        owner.locator("#id_new_password1").press_sequentially("four words")
        owner.keyboard.press("Enter")
        owner.wait_for_timeout(1_200)  # twice as long as typing is waited for

        assert (asked, len(held)) == ([], 1)

        held[0].continue_()
        expect(owner.locator("[aria-invalid=true]").first).to_be_visible()

    def test_is_told_while_one_types_and_nothing_else_is_sent(self, owner):
        owner.goto("/accounts/password/")
        owner.locator("#id_old_password").fill("my secret before")
        new = owner.locator("#id_new_password1")
        told = owner.get_by_role("status").filter(has_text="Strength:")

        with owner.expect_request(f"**{STRENGTH}") as asked:
            new.press_sequentially("password1234")
        expect(told).to_contain_text("Strength: weak")
        expect(told).to_contain_text("This password is too common.")
        new.fill("four words in a row 88 umbrellas")
        expect(told).to_contain_text("Strength: strong")

        assert asked.value.method == "POST"
        assert parse_qs(asked.value.post_data).keys() <= {"csrfmiddlewaretoken", "new_password1"}
        assert "secret" not in asked.value.post_data
        assert "password" not in owner.url.partition("?")[2]
