"""The benchmarks run to their end and print what the contract says; speed is not tested here."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.load
OWN = ("DATABASE_URL", "REDIS_URL", "AGENCYHUB_HOME", "DJANGO_SETTINGS_MODULE")
KEYS = {
    "bench", "metric", "value", "unit", "baseline", "baseline_name", "ratio", "target", "ok",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("sync", "enrollments_per_second"),
        ("hooks", "hook_p95"),
        ("pages", "p95 /individuals/ owner deep"),
    ],
)
def test_prints_a_line_for_each_metric(name, metric):
    environment = {key: value for key, value in os.environ.items() if key not in OWN}

    done = subprocess.run(
        [sys.executable, "-m", "bench", name, "--scale", "smoke"],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = {line["metric"]: line for line in lines}
    assert found, done.stderr[-2000:]
    assert all(set(line) == KEYS for line in lines)
    assert found[metric]["value"] > 0
    assert found[metric]["baseline"] > 0
