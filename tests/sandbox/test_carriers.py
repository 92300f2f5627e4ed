"""The carriers of the sandbox: their calendar, their pay, their page."""

from dataclasses import replace
from datetime import date

import pytest

from sandbox import enrolled
from sandbox.carriers.office import Office
from sandbox.carriers.shelf import ready
from sandbox.enrolled import TABLES
from sandbox.server import Sandbox
from sandbox.store import Store
from tests.sandbox.fakes import Browser
from tests.sandbox.test_enrolled import ANA

CARRIERS = {"humana": "Humana", "uhc": "UnitedHealthcare", "aetna": "Aetna Medicare"}


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path)
    store.add_tables(TABLES)
    return store


@pytest.fixture
def office(store):
    return Office(store, lambda: date(2026, 11, 22))


def statements(store, office, carrier):
    return {one.name: one.tag for one in ready(store, office, carrier) if one.kind == "statement"}


@pytest.mark.parametrize("carrier", CARRIERS)
class TestStatements:
    def test_are_the_same_bytes_the_same_day(self, store, office, carrier):
        first = [(one.tag, one.changed_at) for one in ready(store, office, carrier)]

        assert [(one.tag, one.changed_at) for one in ready(store, office, carrier)] == first

    def test_pay_whoever_was_enrolled_in_the_month_after_the_effective_date(
        self, store, office, carrier
    ):
        office.advance(4)  # effective in January 2027: paid in February, final in March
        before = statements(store, office, carrier)

        enrolled.add(store, replace(ANA, carrier=CARRIERS[carrier]))

        after = statements(store, office, carrier)
        assert [name for name in after if after[name] != before[name]] == [
            name for name in after if "2027-02" in name
        ]

    def test_pay_out_of_turn_once(self, store, office, carrier):
        enrolled.add(store, replace(ANA, carrier=CARRIERS[carrier]))
        before = statements(store, office, carrier)

        assert (office.pay_now(), office.pay_now()) == (1, 0)

        after = statements(store, office, carrier)
        (paid,) = [name for name in after if after[name] != before.get(name)]
        assert "2026-11" in paid
        office.advance(4)
        february = {
            name: tag
            for name, tag in statements(store, office, carrier).items()
            if "2027-02" in name
        }
        enrolled.forget(store, ANA.site)
        assert february
        assert february.items() <= statements(store, office, carrier).items()


class TestControl:
    def test_advances_pays_and_forgives_by_page_and_by_json(self, options):
        with Sandbox(options) as sandbox:
            browser = Browser(sandbox.url)
            browser.post("/carriers/advance", {})
            browser.post("/carriers/misbehave", {"carrier": "uhc", "how": "down"})
            state = browser.get("/carriers/control").json
            assert (state["today"], state["misbehave"]["uhc"]) == ("2026-12-01", "down")
            assert "Advance a month" in browser.get("/carriers/").text

            state = browser.send("/carriers/control", {"forgive": True}).json

            assert (state["today"], state["misbehave"]["uhc"]) == ("2026-11-22", "none")

    def test_refuses_a_misbehaviour_that_is_none(self, options):
        with Sandbox(options) as sandbox:
            answer = Browser(sandbox.url).send("/carriers/control", {"misbehave": {"uhc": "sulks"}})

            assert answer.status == 422

    def test_the_portal_and_the_api_let_no_stranger_in(self, options):
        with Sandbox(replace(options, carrier_password="right")) as sandbox:
            browser = Browser(sandbox.url)

            listed = browser.get("/carriers/humana/files")
            assert (listed.status, listed.location) == (303, "/carriers/humana/login")
            assert browser.get("/carriers/aetna/api/v1/files").status == 401
            values = {"form": "sign-in", "username": "sandbox-agency", "password": "wrong"}
            refused = browser.post("/carriers/humana/login", values)
            assert "is wrong" in refused.text
