"""Green, yellow or red."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from integrations.carriers.status import Facts, Light, judge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)
FINE = Facts(
    is_active=True,
    has_credentials=True,
    expires_on=None,
    is_running=False,
    last_good_at=NOW - timedelta(hours=5),
    failed_in_a_row=0,
    last_code="",
    last_due=NOW - timedelta(hours=6),
    to_settle=0,
)
LATE = {"last_good_at": NOW - timedelta(days=1), "last_due": NOW - timedelta(hours=3)}


@pytest.mark.parametrize(
    ("word", "light", "changes"),
    [
        ("Working", Light.GREEN, {}),
        ("Working", Light.GREEN, {"last_due": NOW - timedelta(hours=1), "last_good_at": NOW
                                  - timedelta(days=1)}),
        ("Working", Light.GREEN, {"expires_on": TODAY + timedelta(days=15)}),
        ("Off", Light.OFF, {"is_active": False, "failed_in_a_row": 9}),
        ("No credentials", Light.RED, {"has_credentials": False}),
        ("Credentials expired", Light.RED, {"expires_on": TODAY - timedelta(days=1)}),
        ("Expires soon", Light.YELLOW, {"expires_on": TODAY}),
        ("Expires soon", Light.YELLOW, {"expires_on": TODAY + timedelta(days=14)}),
        ("Credentials refused", Light.RED, {"failed_in_a_row": 1, "last_code": "credentials"}),
        ("Last run failed", Light.YELLOW, {"failed_in_a_row": 2, "last_code": "no_answer"}),
        ("Failing", Light.RED, {"failed_in_a_row": 3, "last_code": "no_answer"}),
        ("Failing", Light.RED, {"failed_in_a_row": 1, "last_good_at": None}),
        ("Never ran", Light.YELLOW, {"last_good_at": None, "last_due": None}),
        ("First run", Light.YELLOW, {"last_good_at": None, "last_due": None, "is_running": True}),
        ("Late", Light.YELLOW, LATE),
        ("Late", Light.RED, LATE | {"last_due": NOW - timedelta(hours=25),
                                    "last_good_at": NOW - timedelta(days=3)}),
        ("Working", Light.GREEN, LATE | {"is_running": True}),
        ("Needs attention", Light.YELLOW, {"to_settle": 1}),
        ("Credentials expired", Light.RED, {"to_settle": 1, "expires_on": date(2026, 1, 1)}),
    ],
)  # fmt: skip
def test_says_the_worst_thing_in_words(word, light, changes):
    status = judge(replace(FINE, **changes), now=NOW, today=TODAY)

    assert (status.word, status.light) == (word, light)
    assert status.sentence.endswith(".")
