"""A role with a second factor from making it to signing in with it, and viewing as somebody."""

import base64
import json
import re
import time

from django_otp.oath import TOTP
from playwright.sync_api import Page, Route, expect

from tests.browser.axe import complaints

SECRET = "eleven quiet lanterns"
DAY_AHEAD = 31  # the next code: each works once


def code(key: str, *, ahead: int = 0) -> str:
    totp = TOTP(base64.b32decode(key))
    totp.time = time.time() + ahead
    return f"{totp.token():06}"


def assert_accessible(page: Page) -> None:
    assert complaints(page) == []


class TestSecondFactor:
    def test_is_forced_by_a_role_and_asked_for(self, desk):
        with desk.sit("owner") as page:
            self._make_role(page)
            link = self._invite(page)
        with desk.window() as page:
            self._accept(page, link)
            key, recovery = self._set_up(page)
            self._sign_out(page)
            self._sign_in(page, code(key, ahead=DAY_AHEAD))
            self._is_warned_and_keeps_what_was_typed(page)
            self._sign_out(page)
            self._sign_in(page, recovery)
            expect(page.locator("#messages")).to_contain_text("9 are left")

    @staticmethod
    def _make_role(page: Page) -> None:
        page.goto("/settings/roles/")
        page.get_by_role("link", name="New role").click()
        page.get_by_label("Name").fill("Enrollment desk")
        page.get_by_label("Second factor required").check()
        page.get_by_label("Individuals: view").check()
        expect(page.get_by_label("View raw bodies")).to_be_disabled()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("main")).to_contain_text("The role Enrollment desk is saved.")

    @staticmethod
    def _invite(page: Page) -> str:
        page.goto("/settings/invitations/new/")
        page.get_by_label("Email").fill("nora.desk@example.com")
        page.get_by_label("Enrollment desk").check()
        page.get_by_role("button", name="Send the invitation").click()
        row = page.get_by_role("row").filter(has_text="nora.desk@example.com")
        expect(row).to_contain_text("Waiting")
        assert_accessible(page)
        return row.get_by_role("button", name="Copy link").get_attribute("data-copy") or ""

    @staticmethod
    def _accept(page: Page, link: str) -> None:
        page.goto(link)
        assert_accessible(page)
        page.get_by_label("First name").fill("Nora")
        page.get_by_label("Last name").fill("Desk")
        page.get_by_label(re.compile("^Password(?! again)")).fill(SECRET)
        page.get_by_label("Password again").fill(SECRET)
        page.get_by_role("button", name="Create my account").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")
        page.goto("/individuals/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second factor")

    @staticmethod
    def _set_up(page: Page) -> tuple[str, str]:
        expect(page.get_by_role("img", name="QR code for the app")).to_be_visible()
        key = (page.locator("main [data-copy]").get_attribute("data-copy") or "").replace(" ", "")
        page.get_by_label("Code that the app shows now").fill(code(key))
        page.get_by_role("button", name="Switch it on").click()
        codes = page.locator("#recovery-codes li")
        expect(codes).to_have_count(10)
        assert_accessible(page)
        with page.expect_download() as saved:
            page.get_by_role("button", name="Download").click()
        assert saved.value.path().read_text().split()[0] == codes.first.inner_text()
        recovery = codes.first.inner_text()
        page.get_by_role("link", name="I have kept them").click()
        return key, recovery

    @staticmethod
    def _sign_out(page: Page) -> None:
        page.get_by_role("button", name=re.compile("Account of")).click()
        page.get_by_role("button", name="Sign out").click()

    @staticmethod
    def _sign_in(page: Page, typed: str) -> None:
        page.goto("/accounts/login/?next=/accounts/profile/")
        page.get_by_label("Username").fill("nora.desk")
        page.get_by_label("Password").fill(SECRET)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
        assert_accessible(page)
        page.get_by_label("Code").fill(typed)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Profile")

    @staticmethod
    def _is_warned_and_keeps_what_was_typed(page: Page) -> None:
        """The time-out, with a server that says what we want and a clock that jumps."""
        said: dict[str, object] = {"user": 1, "seconds_left": 90}
        user = page.locator("dialog[data-idle]").get_attribute("data-user") or ""

        def answer(route: Route) -> None:
            alive = {"user": int(user), "seconds_left": 1800, "csrf_token": "new-token"}
            body = alive if route.request.method == "POST" and said["user"] else said
            route.fulfill(content_type="application/json", body=json.dumps(body))

        page.route("**/accounts/session/", answer)
        page.clock.install()
        page.reload()
        page.get_by_label("First name").fill("Leonora")
        page.clock.run_for(30 * 60 * 1000)
        warning = page.get_by_role("dialog", name="Are you still there?")
        expect(warning).to_be_visible()
        assert_accessible(page)
        page.get_by_role("button", name="Stay signed in").click()
        expect(warning).to_be_hidden()
        said.update(user=None, seconds_left=0)
        page.clock.run_for(30 * 60 * 1000)
        over = page.get_by_role("dialog", name="You were signed out")
        expect(over).to_be_visible()
        assert_accessible(page)
        page.get_by_role("button", name="Continue").click()
        expect(over).to_contain_text("You are not signed in yet.")
        said.update(user=int(user), seconds_left=1800, csrf_token="new-token")
        page.get_by_role("button", name="Continue").click()
        expect(over).to_be_hidden()
        expect(page.get_by_label("First name")).to_have_value("Leonora")
        token = page.locator("main input[name=csrfmiddlewaretoken]").first
        expect(token).to_have_value("new-token")
        page.unroute("**/accounts/session/")
        page.context.on("dialog", lambda dialog: dialog.accept())
        page.goto("/accounts/profile/")


class TestViewAs:
    def test_shows_a_book_and_changes_nothing(self, desk, stack):
        with desk.window() as page:
            desk.sign_in(page, "owner")
            page.goto("/settings/users/?state=active")
            page.get_by_role("link", name="Grace Whitfield").click()
            page.get_by_role("button", name="View as").click()
            banner = page.get_by_role("region", name="View as")
            expect(banner).to_contain_text("You see what Grace Whitfield sees.")
            assert_accessible(page)
            expect(page.get_by_role("link", name="Users")).to_have_count(0)
            page.goto("/accounts/profile/")
            page.get_by_label("First name").fill("Somebody")
            page.get_by_role("button", name="Save").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Nothing was changed")
            page.get_by_role("button", name="Stop viewing as").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Users")
            expect(page.get_by_role("link", name="Grace Whitfield")).to_be_visible()
            expect(banner).to_have_count(0)
