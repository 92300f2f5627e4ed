import json
import subprocess
import sys

from agencyhub.lib.reading.converting import ROOT, START
from agencyhub.lib.reading.limits import MEGABYTE
from tests.lib.reading.files import SAMPLES


class TestConverter:
    def test_loads_neither_the_product_nor_its_settings(self, tmp_path):
        job = {
            "kind": "xls",
            "path": str(SAMPLES / "book_of_business.xls"),
            "folder": str(tmp_path),
            "sheets": 5,
            "memory": 160 * MEGABYTE,
            "seconds": 10,
            "written": MEGABYTE,
        }
        command = [sys.executable, "-X", "importtime", "-c", START, json.dumps(job)]

        done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=True)

        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert json.loads(done.stdout)["sheets"]
        assert "agencyhub.lib.reading.converter" in loaded
        assert loaded.isdisjoint({"agencyhub.celery", "celery", "django", "structlog", "openpyxl"})
