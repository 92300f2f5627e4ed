"""Production settings start complete or not at all."""

import json
import os
import subprocess
import sys

import pytest

from agencyhub.runtime.home import REPOSITORY

COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "agencyhub.settings.production",
    "DATABASE_URL": "postgresql://agencyhub:pw@db.example.com/agencyhub",
    "REDIS_URL": "rediss://:pw@cache.example.com:6380/0",
    "SECRET_KEY": "k" * 50,
    "FIELD_ENCRYPTION_KEYS": "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=",
    "BLIND_INDEX_KEY": "MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY=",
    "ALLOWED_HOSTS": "hub.example.com",
    "EMAIL_URL": "smtp+tls://hub:pw@mail.example.com:587",
    "DEBUG": "0",
}
NAMES = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "DEBUG"]
NAMES += ["TRUSTED_PROXIES"]
SCRIPT = f"""
import json
from django.conf import settings
print(json.dumps([getattr(settings, name) for name in {NAMES}]))
"""


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """Load the production settings in a process of their own."""
    env = COMPLETE | changes
    given = {name: value for name, value in env.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], **given},
        text=True,
        capture_output=True,
        check=False,
    )


class TestProductionSettings:
    def test_start_when_complete_with_secure_cookies(self) -> None:
        done = start()

        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout) == [True, True, True, False, 1]

    def test_take_keys_without_padding(self) -> None:
        keys = {
            "FIELD_ENCRYPTION_KEYS": f"{'A' * 43},{'B' * 42}A=",
            "BLIND_INDEX_KEY": "C" * 42 + "A",
        }

        assert start(**keys).stderr == ""

    @pytest.mark.parametrize(
        ("_case", "changes", "expected"),
        [
            ("behind one proxy", {}, 1),
            ("behind two", {"TRUSTED_PROXIES": "2"}, 2),
            ("behind none", {"BEHIND_TLS_PROXY": "0"}, 0),
        ],
    )
    def test_count_the_proxies_in_front(
        self, _case: str, changes: dict[str, str], expected: int
    ) -> None:
        assert json.loads(start(**changes).stdout)[-1] == expected

    def test_name_every_variable_that_is_missing_at_once(self) -> None:
        missing = ["DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL", "SECRET_KEY"]
        missing += ["FIELD_ENCRYPTION_KEYS", "BLIND_INDEX_KEY"]

        done = start(**dict.fromkeys(missing))

        assert done.returncode == 1
        last = done.stderr.splitlines()[-1]
        assert last.startswith("django.core.exceptions.ImproperlyConfigured: ")
        assert [name for name in missing if f"{name} is missing." not in last] == []

    @pytest.mark.parametrize(
        ("_case", "name", "value", "complaint"),
        [
            ("default secret", "SECRET_KEY", "only-for-tests" * 4, "published example"),
            ("short secret", "SECRET_KEY", "short", "too short"),
            (
                "bad key",
                "FIELD_ENCRYPTION_KEYS",
                f"{'A' * 43},c2hvcnQ",
                "number 2) is a key of 5 bytes",
            ),
            (
                "a letter too many",
                "FIELD_ENCRYPTION_KEYS",
                "A" * 44,
                "is a key of 33 bytes where 32",
            ),
            ("an odd sign", "BLIND_INDEX_KEY", f"{'A' * 42}?", "is not a base64url key"),
            ("no proxy in front", "TRUSTED_PROXIES", "0", "BEHIND_TLS_PROXY"),
            ("debug", "DEBUG", "1", "DEBUG is on"),
            ("every host", "ALLOWED_HOSTS", "*", "name yours"),
            ("half an address", "CLAMD_ADDRESS", "scanner:3310", "unix:/path/of/clamd.ctl nor"),
        ],
    )
    def test_refuse_a_weak_value(self, _case: str, name: str, value: str, complaint: str) -> None:
        done = start(**{name: value})

        assert done.returncode == 1
        last = done.stderr.splitlines()[-1]
        assert name in last
        assert complaint in last
