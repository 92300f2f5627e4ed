"""Signatures, pauses and folding: pure."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from integrations.outgoing import signing, waiting
from integrations.outgoing.found import Found, fold

AT = datetime(2026, 11, 2, 15, tzinfo=UTC)


def found(verb, pk=1, source_id=1, batch=7, kind="individual", **more):
    return Found(kind, verb, pk, AT, "change", source_id, batch_id=batch, **more)


class TestHeaders:
    def test_sign_id_timestamp_and_body_with_each_secret(self):
        secrets = [signing.new_secret(), signing.new_secret()]

        made = signing.headers(event_id="evt_1", timestamp=1700000000, body=b"{}", secrets=secrets)

        wanted = []
        for secret in secrets:
            key = base64.b64decode(secret.removeprefix("whsec_"))
            digest = hmac.new(key, b"evt_1.1700000000.{}", hashlib.sha256).digest()
            wanted.append("v1," + base64.b64encode(digest).decode())
        assert made == {
            "webhook-id": "evt_1",
            "webhook-timestamp": "1700000000",
            "webhook-signature": " ".join(wanted),
        }


class TestPause:
    @pytest.mark.parametrize(
        ("tries", "seconds"), [(1, 10), (2, 30), (3, 90), (7, 7290), (9, 21600), (500, 21600)]
    )
    def test_triples_up_to_six_hours(self, tries, seconds):
        assert waiting.pause(tries=tries, chance=0.5) == timedelta(seconds=seconds)

    def test_is_spread_and_obeys_the_receiver_within_reason(self):
        assert waiting.pause(tries=1, chance=0) == timedelta(seconds=8)
        assert waiting.pause(tries=1, chance=0.5, asked=timedelta(hours=1)) == timedelta(hours=1)
        assert waiting.pause(tries=1, chance=0.5, asked=timedelta(days=9)) < timedelta(hours=8)


class TestRest:
    @pytest.mark.parametrize(
        ("failures", "seconds"), [(4, None), (5, 30), (6, 60), (10, 900), (900, 900)]
    )
    def test_begins_with_the_fifth_failure_in_a_row(self, failures, seconds):
        wanted = None if seconds is None else timedelta(seconds=seconds)
        assert waiting.rest(failures=failures, chance=0.5) == wanted


class TestFold:
    def test_makes_one_of_what_an_act_did_to_a_record(self):
        told = fold(
            [
                found("updated", source_id=4, changed=("email",)),
                found("updated", source_id=5, changed=("addresses",)),
                found("updated", source_id=6, changed=("email",), batch=8),
                found("created", pk=2, source_id=7),
                found("updated", pk=2, source_id=8, changed=("email",)),
            ]
        )

        assert [(one.verb, one.record_id, one.changed, one.source_id) for one in told] == [
            ("updated", 1, ("email", "addresses"), 4),
            ("updated", 1, ("email",), 6),
            ("created", 2, (), 7),
        ]

    def test_says_nothing_of_what_came_and_went(self):
        assert fold([found("created"), found("deleted", source_id=2)]) == []

    def test_says_merged_and_not_removed(self):
        merged = found("merged", source_id=2, through=9)

        assert fold([found("deleted"), merged]) == [merged]

    def test_keeps_acts_without_a_batch_apart(self):
        one, other = found("updated", batch=None), found("updated", batch=None, source_id=2)

        assert len(fold([one, other])) == 2
