"""What HealthSherpa did not deliver: silence against the usual rhythm, and what it gave up."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from integrations.healthsherpa.giving_up import Refusal, given_up
from integrations.healthsherpa.rhythm import office_hours, silence

ZONE = ZoneInfo("America/New_York")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def days(first, count, hour=10, step=1):
    """One arrival on each business day, or on each ``step`` of them."""
    found, day = [], at(f"{first}T{hour:02d}:00")
    while len(found) < count:
        if day.weekday() < 5:
            found.append(day)
        day += timedelta(days=1)
    return found[::step]


class TestOfficeHours:
    @pytest.mark.parametrize(
        ("_case", "start", "end", "hours"),
        [
            ("within a day", "2026-11-18T09:00", "2026-11-18T11:30", 2.5),
            ("over a night", "2026-11-18T19:00", "2026-11-19T09:00", 2),
            ("over a weekend", "2026-11-20T19:00", "2026-11-23T09:00", 2),
            ("on a Sunday", "2026-11-22T09:00", "2026-11-22T18:00", 0),
            ("backwards", "2026-11-19T09:00", "2026-11-18T09:00", 0),
        ],
    )
    def test_counts_the_hours_of_business_days(self, _case, start, end, hours):
        assert office_hours(at(start), at(end)) == hours


class TestSilence:
    def test_notices_that_a_daily_sender_stopped(self):
        arrivals = days("2026-10-19", 20)  # the last on Friday, 13 November

        assert silence(arrivals, now=at("2026-11-16T18:00")) is None
        found = silence(arrivals, now=at("2026-11-19T10:00"))

        assert found is not None
        assert found.last_at == at("2026-11-13T10:00")
        assert found.usual_days == 1
        assert found.days == 4
        assert f"{found.missing_from}" == "2026-11-13"

    def test_lets_weekends_and_a_holiday_pass(self):
        busy = [at("2026-11-09T08:00") + timedelta(minutes=20 * n) for n in range(30)]
        busy += days("2026-11-10", 12)  # the last on Wednesday, 25 November, before Thanksgiving

        assert silence(busy, now=at("2026-11-27T09:00")) is None
        assert silence(busy, now=at("2026-11-30T20:00")) is not None

    def test_knows_slow_senders(self):
        arrivals = days("2026-08-31", 60, step=5)

        assert silence(arrivals, now=arrivals[-1] + timedelta(days=14)) is None
        assert silence(arrivals, now=arrivals[-1] + timedelta(days=28)) is not None

    @pytest.mark.parametrize("arrivals", [[], days("2026-10-19", 4) * 5, days("2026-10-19", 9)])
    def test_says_nothing_about_who_has_no_rhythm(self, arrivals):
        assert silence(arrivals, now=at("2026-12-19T10:00")) is None

    def test_takes_arrivals_in_any_order(self):
        arrivals = days("2026-10-19", 20)
        now = at("2026-11-20T10:00")

        assert silence(arrivals[::-1], now=now) == silence(arrivals, now=now)


class TestGivenUp:
    NOW = at("2026-11-18T12:00")

    def refused(self, *minutes_ago, application="a", code="unknown_key"):
        return [Refusal(application, self.NOW - timedelta(minutes=m), code) for m in minutes_ago]

    def test_waits_while_a_retry_may_come(self):
        assert given_up(self.refused(69, 68), arrived={}, now=self.NOW) == []

    def test_names_what_no_retry_will_bring(self):
        [found] = given_up(self.refused(75, 74), arrived={}, now=self.NOW)

        assert (found.application, found.tries, found.code) == ("a", 2, "unknown_key")
        assert found.first_at == self.NOW - timedelta(minutes=75)

    def test_needs_no_wait_after_the_fourth_try(self):
        [found] = given_up(self.refused(72, 71, 61, 1), arrived={}, now=self.NOW)

        assert found.tries == 4

    def test_forgets_what_arrived_later(self):
        arrived = {"a": self.NOW - timedelta(minutes=80)}

        assert given_up(self.refused(90, 85), arrived=arrived, now=self.NOW) == []

    def test_remembers_an_update_that_was_refused_after_a_success(self):
        arrived = {"a": self.NOW - timedelta(days=2)}

        assert len(given_up(self.refused(90), arrived=arrived, now=self.NOW)) == 1

    def test_tells_submissions_apart_newest_first(self):
        refusals = self.refused(90) + self.refused(80, application="b", code="invalid_json")

        found = given_up(refusals, arrived={}, now=self.NOW)

        assert [one.application for one in found] == ["b", "a"]
