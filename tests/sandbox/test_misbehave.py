"""How the sandbox's PlanCompare misbehaves when told to."""

import json

import pytest

from sandbox.server import Options, Sandbox
from tests.sandbox.fakes import Browser, eventually


def behave(browser, **settings):
    reply = browser.send("/control/api", settings)
    assert reply.status == 200


def make(browser, count=1):
    made = browser.send("/control/enrollments", {"count": count}).json["enrollments"]
    return [each["enrollment_id"] for each in made]


def all_sent(browser):
    return all(each["state"] == "sent" for each in browser.deliveries())


class TestDuplicates:
    def test_go_one_after_another(self, browser, hub):
        hub.seconds_to_answer = 0.02
        behave(browser, duplicates=2)

        make(browser)

        eventually(lambda: all_sent(browser))
        assert len(hub.deliveries) == 3
        assert len({each.body for each in hub.deliveries}) == 1
        assert hub.most_at_once == 1

    def test_go_at_the_same_moment(self, browser, hub):
        hub.seconds_to_answer = 0.5
        behave(browser, duplicates=4, duplicates_concurrent=True)

        make(browser)

        eventually(lambda: all_sent(browser))
        assert len(hub.deliveries) == 5
        assert hub.most_at_once == 5
        (delivery,) = browser.deliveries()
        assert [each["copy"] for each in delivery["tries"]] == [1, 2, 3, 4, 5]

    def test_count_as_sent_when_one_of_them_was_taken(self, browser, hub):
        hub.answers = [(500, {}, {})]
        behave(browser, duplicates=1)

        make(browser)

        eventually(lambda: all_sent(browser))
        assert len(hub.deliveries) == 2


class TestReordering:
    def test_holds_back_and_sends_batches_reversed(self, options, hub):
        with Sandbox(Options(**vars(options) | {"push_workers": 1})) as sandbox:
            browser = Browser(sandbox.url)
            behave(browser, reorder=3)
            made = make(browser, 2)
            with pytest.raises(AssertionError):
                eventually(lambda: hub.deliveries, 0.3)
            made += make(browser, 5)
            eventually(lambda: len(hub.deliveries) == 6)

        arrived = [each.json["enrollment_id"] for each in hub.deliveries]
        assert arrived == made[2::-1] + made[5:2:-1]

    def test_lets_go_of_the_rest_when_told_to(self, browser, hub):
        behave(browser, reorder=5)
        make(browser, 2)

        browser.send("/control/outbox/send", {})

        eventually(lambda: all_sent(browser))
        assert len(hub.deliveries) == 2

    def test_lets_go_of_the_rest_when_switched_off(self, browser, hub):
        behave(browser, reorder=5)
        make(browser, 2)

        behave(browser, reorder=0)

        eventually(lambda: all_sent(browser))


class TestLostAnswers:
    def test_make_it_send_again_what_was_taken(self, browser, hub):
        behave(browser, lost_answers=2)

        make(browser)

        eventually(lambda: all_sent(browser))
        assert len(hub.deliveries) == 3
        (delivery,) = browser.deliveries()
        assert [each["status"] for each in delivery["tries"]] == [None, None, 202]


class TestBadData:
    def arrive(self, browser, hub, kind):
        hub.answer = (422, {}, {})
        behave(browser, bad_data=kind)
        make(browser)
        return eventually(lambda: hub.deliveries)[0]

    def test_bad_json(self, browser, hub):
        body = self.arrive(browser, hub, "bad_json").body

        with pytest.raises(json.JSONDecodeError):
            json.loads(body)

    def test_missing_field(self, browser, hub):
        plan = self.arrive(browser, hub, "missing_field").json["plan"]

        assert "carrier_name" not in plan
        assert "plan_name" in plan

    def test_unknown_plan_type(self, browser, hub):
        sent = self.arrive(browser, hub, "unknown_plan_type").json

        assert sent["plan"]["plan_type"] == "Hospital Indemnity"

    def test_bad_date(self, browser, hub):
        sent = self.arrive(browser, hub, "bad_date").json

        assert sent["application_effective_date"] == "2027-02-30"

    def test_too_large(self, browser, hub):
        assert len(self.arrive(browser, hub, "too_large").body) > 5 * 1024 * 1024

    def test_wrong_key(self, browser, hub):
        headers = self.arrive(browser, hub, "wrong_key").headers

        assert headers["x-api-key"] == "sandbox-wrong-key"

    def test_is_good_again_when_sent_after_it_is_switched_off(self, browser, hub):
        self.arrive(browser, hub, "missing_field")
        hub.answer = (202, {}, {})
        behave(browser, bad_data="none")
        eventually(lambda: browser.deliveries()[0]["state"] == "refused")

        browser.send("/control/outbox/send", {})

        eventually(lambda: all_sent(browser))
        assert hub.deliveries[1].json["plan"]["carrier_name"]
        tries = browser.deliveries()[0]["tries"]
        assert [each["bad_data"] for each in tries] == ["missing_field", "none"]


class TestDelay:
    def test_makes_enrollments_arrive_late(self, browser, hub):
        behave(browser, delay_seconds=1.5)

        make(browser)

        with pytest.raises(AssertionError):
            eventually(lambda: hub.deliveries, 0.3)
        eventually(lambda: all_sent(browser))


class TestPause:
    def test_keeps_everything_until_it_ends_even_over_a_restart(self, options, hub):
        with Sandbox(options) as sandbox:
            browser = Browser(sandbox.url)
            behave(browser, paused=True)
            make(browser, 2)

        with Sandbox(options) as sandbox:
            browser = Browser(sandbox.url)
            with pytest.raises(AssertionError):
                eventually(lambda: hub.deliveries, 0.3)
            behave(browser, paused=False)
            eventually(lambda: all_sent(browser))

        assert len(hub.deliveries) == 2


class TestEnvelope:
    def test_brings_several_enrollments_in_one_delivery(self, options, hub):
        with Sandbox(Options(**vars(options) | {"push_workers": 1})) as sandbox:
            browser = Browser(sandbox.url)
            behave(browser, envelope=True, envelope_size=3, paused=True)
            made = make(browser, 4)
            behave(browser, paused=False)
            eventually(lambda: all_sent(browser))

        sizes = [len(each.json["enrollments"]) for each in hub.deliveries]
        arrived = [e["enrollment_id"] for each in hub.deliveries for e in each.json["enrollments"]]
        assert sizes == [3, 1]
        assert arrived == made

    def test_is_retried_as_a_whole(self, browser, hub):
        hub.answers = [(500, {}, {})]
        behave(browser, envelope=True, paused=True)
        make(browser, 3)

        behave(browser, paused=False)

        eventually(lambda: all_sent(browser))
        assert [len(each.json["enrollments"]) for each in hub.deliveries] == [3, 3]
