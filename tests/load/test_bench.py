"""The benchmarks run to their end and print what the contract says; speed is not tested here.

They find the demo in their database, which they otherwise fill in themselves.
"""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests import templates

pytestmark = pytest.mark.load
KEYS = {
    "bench", "metric", "value", "unit", "baseline", "baseline_name", "ratio", "target", "ok",
}  # fmt: skip


@pytest.fixture
def database(demo, worker_id):
    name = f"bench_{worker_id}"
    templates.copy(demo, name)
    yield name
    templates.drop(name)


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("sync", "enrollments_per_second"),
        ("hooks", "hook_p95"),
        ("pages", "p95 /individuals/ owner deep"),
    ],
)
def test_prints_a_line_for_each_metric(name, metric, database):
    environment = os.environ | {
        "DATABASE_URL": templates.url_of(database),
        "DJANGO_SETTINGS_MODULE": "agencyhub.settings.local",
    }

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
