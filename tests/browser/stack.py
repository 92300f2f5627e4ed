"""The whole product as processes of its own: web server, Celery worker, partner sandbox."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import requests
from django.conf import settings
from django.utils import timezone

from agencyhub.runtime import process
from agencyhub.settings.celery import numbered
from integrations.plancompare.models import QuotingLink
from tests import templates

PATIENCE = 120
HEADERS = {"X-API-Key": templates.SANDBOX_KEY}
GUNICORN = (sys.executable, "-m", "gunicorn", "--config", "python:agencyhub.settings.gunicorn")
Found = TypeVar("Found")


def until(question: Callable[[], Found], *, seconds: float = PATIENCE) -> Found:
    """Ask until the answer is true; return it."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.15)
    return answer


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """Runs on a database of its own, filled with the demo data, until ``stop``.

    ``blocker`` is pytest-django's: tests of this directory use the stack's database, not the
    test database.
    """

    def __init__(self, home: Path, blocker: Any) -> None:
        self._home, self._blocker = home, blocker
        self._children: list[subprocess.Popen[bytes]] = []
        self.name = f"browser_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
        self.hub = f"http://127.0.0.1:{free_port()}"
        self.sandbox = f"http://127.0.0.1:{free_port()}"
        self.sftp_port = free_port()

    def start(self, demo: str) -> None:
        """Copy the database of the demo, start every process on it, wait until they answer."""
        templates.copy(demo, self.name)
        shutil.copytree(templates.demo_files(), self._home / "files")
        templates.prepare_demo(self._env)
        self._keep_links_current()
        python = sys.executable
        self._run("web", [*GUNICORN, "--bind", self.hub.removeprefix("http://"), "agencyhub.wsgi"])
        worker = [python, "-m", "celery", "--quiet", "--app", "agencyhub", "worker"]
        queues = "hooks,default,imports,nightly"
        options = ["--queues", queues, "--concurrency", "1", "--loglevel", "INFO"]
        self._run("worker", [*worker, *options, "--without-gossip", "--without-mingle"])
        port = self.sandbox.rpartition(":")[2]
        places = ["--port", port, "--hub", self.hub, "--data", str(self._home / "sandbox")]
        places += ["--sftp-port", str(self.sftp_port), "--plan-years", "2027,2026"]
        self._run("sandbox", [python, "-m", "sandbox", *places])
        until(lambda: self._answers(self.hub) and self._answers(self.sandbox))

    def stop(self) -> None:
        """End the processes and drop the database."""
        for child in self._children:
            process.kill_group(child)
            child.wait()
        templates.drop(self.name)
        shutil.rmtree(self._home, ignore_errors=True)

    @contextmanager
    def records(self) -> Iterator[None]:
        """Let the ORM of this process work on the stack's database."""
        with self._blocker.unblock(), templates.using(self.name):
            yield

    def another_web(self, **changes: str) -> str:
        """Serve the same data once more, in an environment that is a little different."""
        address = f"127.0.0.1:{free_port()}"
        self._run("web-again", [*GUNICORN, "--bind", address, "agencyhub.wsgi"], **changes)
        until(lambda: self._answers(f"http://{address}"))
        return f"http://{address}"

    def control(self, **changes: Any) -> None:
        """Change how the sandbox behaves."""
        answer = requests.post(f"{self.sandbox}/control/api", json=changes, timeout=60)
        assert answer.status_code == 200, answer.text

    def enroll(self, **wishes: Any) -> dict[str, Any]:
        """Let somebody enroll at PlanCompare without a browser; return what is delivered."""
        answer = requests.post(f"{self.sandbox}/control/enrollments", json=wishes, timeout=60)
        assert answer.status_code == 201, answer.text
        return dict(answer.json()["enrollments"][0])

    def deliver(self, body: dict[str, Any]) -> str:
        """Post one enrollment to the hook as PlanCompare does; return the message's id."""
        url = f"{self.hub}/hooks/plancompare/enrollments/"
        answer = requests.post(url, json=body, headers=HEADERS, timeout=60)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["message_id"])

    def message(self, message_id: str) -> dict[str, Any]:
        """Ask what became of a message, once it is no longer on its way."""
        url = f"{self.hub}/api/v1/inbox/{message_id}/"

        def settled() -> dict[str, Any] | None:
            answer = requests.get(url, headers=HEADERS, timeout=60).json()
            return None if answer["state"] in ("received", "processing") else dict(answer)

        return until(settled)

    def log(self) -> str:
        """Everything that web server, worker and sandbox have written so far."""
        files = sorted(self._home.glob("*.log"))
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)

    def _keep_links_current(self) -> None:
        """Quoting links of the years that tests name, whatever the day is; one has expired."""
        expired = timezone.localdate() - timedelta(days=2)
        with self.records():
            links = QuotingLink.objects.order_by("plan_year")
            for year, link in zip((2025, 2026, 2027), links, strict=True):
                link.label, link.plan_year = f"{year} quotes", year
                link.sso_url = f"{self.sandbox}/plancompare/sso/{year}"
                link.save()
            current = QuotingLink.objects.exclude(plan_year=2025)
            current.update(valid_from=None, valid_to=None)
            QuotingLink.objects.filter(plan_year=2025).update(valid_to=expired)

    def _run(self, name: str, command: list[str], **changes: str) -> None:
        log = (self._home / f"{name}.log").open("wb")
        self._children.append(
            process.start(
                command,
                env=self._env | changes,
                output=log,
                cwd=settings.BASE_DIR,
                death_signal=signal.SIGKILL,
            )
        )
        log.close()

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            return requests.get(f"{url}/healthz", timeout=5).ok
        except (requests.ConnectionError, requests.Timeout):
            return False

    @property
    def _env(self) -> dict[str, str]:
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "agencyhub.settings.test",
            "DATABASE_URL": templates.url_of(self.name),
            "REDIS_URL": numbered(os.environ["REDIS_URL"], by=templates.OWN_REDIS_DATABASES),
            "AGENCYHUB_HOME": str(self._home / "files"),
            "HUB_URL": self.hub,
            "SANDBOX_URL": self.sandbox,
            "SANDBOX_API_KEY": templates.SANDBOX_KEY,
            "SANDBOX_CARRIER_PASSWORD": templates.CARRIER_PASSWORD,
            "SANDBOX_SFTP_PORT": str(self.sftp_port),
            "ACCESS_LOG": "1",
            "WEB_WORKERS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        for name in ("PYTEST_XDIST_WORKER", "PYTHONDONTWRITEBYTECODE"):
            env.pop(name, None)
        return env
