"""How enrollments get from the sandbox to AgencyHub."""

import http.server
import threading
import time
from email.utils import formatdate
from itertools import pairwise

import pytest

from sandbox.plancompare.push import send
from sandbox.server import Options, Sandbox
from tests.sandbox.fakes import Browser, eventually

PATH = "/hooks/plancompare/enrollments/"
PROBLEM = {
    "title": "Does not fit the schema",
    "detail": "One field is bad.",
    "errors": [{"field": "plan.plan_type", "code": "required", "detail": "is required"}],
}


def enroll_ana(browser, **changes):
    person = browser.hand_off(**changes).location
    form = {
        "plan": "H5216-001-000",
        "form_key": "k",
        "submission_date": "2026-10-15",
        "application_effective_date": "2027-01-01",
    }
    return browser.post(f"{person}/enroll", form).location


def only_delivery(browser, state):
    def look():
        (delivery,) = browser.deliveries()
        return delivery if delivery["state"] == state else None

    return eventually(look)


class TestPush:
    def test_sends_exactly_what_the_contract_says(self, browser, hub):
        enroll_ana(browser)

        delivery = eventually(lambda: hub.deliveries)[0]
        assert delivery.path == PATH
        assert delivery.headers["x-api-key"] == "key-of-the-sandbox"
        assert delivery.headers["content-type"] == "application/json"
        assert delivery.json == {
            "enrollment_id": "PC-20261015-0001",
            "confirmation_number": "CN100001",
            "username": "jsmith.pc",
            "individual_id": "1042",
            "sales_record_id": None,
            "beneficiary": {
                "first_name": "Ana",
                "last_name": "Lopez",
                "date_of_birth": "1958-03-14",
                "mbi": "1EG4TE5MK73",
                "part_a_effective_date": "2023-03-01",
                "part_b_effective_date": "2023-03-01",
                "email": "ana@example.com",
                "home_phone": "5155550100",
                "cell_phone": None,
                "business_phone": None,
                "address_1": "12 Oak St",
                "address_2": "Apt 4",
                "city": "Ames",
                "state": "IA",
                "zip": "50010",
            },
            "plan": {
                "carrier_name": "Humana",
                "plan_name": "Humana Gold Plus H5216-001",
                "plan_id": "H5216-001-000",
                "plan_type": "MAPD",
                "plan_year": 2027,
                "premium_per_month": "0.00",
            },
            "submission_date": "2026-10-15",
            "application_effective_date": "2027-01-01",
            "site": "broker",
        }

    def test_echoes_the_sales_record(self, browser, hub):
        enroll_ana(browser, record_type="sales_record", record_id="12", address_2=None)

        sent = eventually(lambda: hub.deliveries)[0].json
        assert (sent["individual_id"], sent["sales_record_id"]) == (None, "12")
        assert sent["beneficiary"]["address_2"] is None

    @pytest.mark.parametrize("status", [500, 503, 408, 425, 429])
    def test_tries_again_after_an_answer_that_will_pass(self, browser, hub, status):
        hub.answers = [(status, {}, {})] * 3

        enroll_ana(browser)

        delivery = only_delivery(browser, "sent")
        assert [each["status"] for each in delivery["tries"]] == [status] * 3 + [202]
        assert (delivery["attempts"], delivery["message_id"]) == (4, "7")
        assert len({each.body for each in hub.deliveries}) == 1

    def test_waits_longer_each_time(self, options, hub):
        hub.answers = [(500, {}, {})] * 4
        slow = vars(options) | {"retry_base_seconds": 0.1, "retry_limit_seconds": 60}
        with Sandbox(Options(**slow)) as sandbox:
            enroll_ana(Browser(sandbox.url))
            eventually(lambda: len(hub.deliveries) == 5, 10)

        moments = [delivery.at for delivery in hub.deliveries]
        waits = [later - earlier for earlier, later in pairwise(moments)]
        for wait, longest in zip(waits, (0.1, 0.2, 0.4, 0.8), strict=True):
            assert wait >= longest / 2

    @pytest.mark.parametrize("words", ["1", "a date"])
    def test_waits_as_long_as_the_hub_asks(self, browser, hub, words):
        until = formatdate(time.time() + 2, usegmt=True) if words == "a date" else words
        hub.answers = [(429, {}, {"Retry-After": until})]

        enroll_ana(browser)

        eventually(lambda: len(hub.deliveries) == 2)
        assert hub.deliveries[1].at - hub.deliveries[0].at >= 0.9

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 301])
    def test_stops_when_refused_and_says_why(self, browser, hub, status):
        hub.answer = (status, PROBLEM, {})

        enrollment = enroll_ana(browser)

        delivery = only_delivery(browser, "refused")
        assert (delivery["status"], delivery["attempts"]) == (status, 1)
        page = browser.get(enrollment).text
        assert str(status) in page
        if status != 301:
            assert "plan.plan_type: is required" in page

    def test_sends_a_refused_one_when_told_to(self, browser, hub):
        hub.answers = [(401, {}, {})]
        enroll_ana(browser)
        delivery = only_delivery(browser, "refused")

        reply = browser.send("/control/outbox/send", {"delivery_ids": [delivery["id"]]})

        assert reply.json == {"queued": 1}
        assert only_delivery(browser, "sent")["attempts"] == 2

    def test_keeps_the_outbox_over_a_restart_while_the_hub_is_away(self, options, hub):
        away = Options(**vars(options) | {"hub": "http://127.0.0.1:9"})
        with Sandbox(away) as sandbox:
            browser = Browser(sandbox.url)
            enroll_ana(browser)
            eventually(lambda: browser.deliveries()[0]["attempts"] >= 2)
            assert browser.deliveries()[0]["reason"].startswith("no answer")

        with Sandbox(options) as sandbox:
            delivery = only_delivery(Browser(sandbox.url), "sent")

        assert delivery["attempts"] >= 3
        assert len(hub.deliveries) == 1

    def test_takes_up_what_was_being_sent_when_it_died(self, options, hub):
        with Sandbox(options) as sandbox:
            browser = Browser(sandbox.url)
            enroll_ana(browser)
            only_delivery(browser, "sent")
            with sandbox.store.transaction() as db:
                db.execute("UPDATE plancompare_delivery SET state = 'sending'")

        with Sandbox(options) as sandbox:
            only_delivery(Browser(sandbox.url), "sent")

        assert len(hub.deliveries) == 2

    def test_does_not_hang_on_a_hub_that_never_answers(self, options, hub):
        hub.seconds_to_answer = 2
        with Sandbox(Options(**vars(options) | {"timeout_seconds": 0.1})) as sandbox:
            browser = Browser(sandbox.url)
            enroll_ana(browser)
            eventually(lambda: browser.deliveries()[0]["attempts"] >= 2)
            assert browser.deliveries()[0]["reason"] == "no answer (TimeoutError)"


class TestSend:
    def test_hears_the_answer_of_a_hub_that_does_not_read_all(self):
        class Impatient(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.send_response(413)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")
                self.close_connection = True

            def log_message(self, *message):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Impatient) as server:
            server.daemon_threads = True
            server.handle_error = lambda *error: None
            threading.Thread(target=server.serve_forever, daemon=True).start()

            answer = send(f"http://127.0.0.1:{server.server_port}/", b"x" * 5_000_000, {}, 5)

            server.shutdown()
        assert answer.status == 413
