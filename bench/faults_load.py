"""Who uses the installation meanwhile: each goes on asking until the answer says that it is done.

An answer that says so is an acknowledgement. What was acknowledged is noted here, outside of the
installation, to be looked for when all is over.
"""

import json
import shutil
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

import psycopg
from django.test import Client
from django.urls import reverse

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import
from bench import databases, eoi_stock, servers
from bench.faults_stock import File

PATIENCE = 15
PAUSE = 0.5
BETWEEN_DELIVERIES = 0.15
BETWEEN_PAGES = 0.3
BETWEEN_PRESSES = 10
HOOK = "/hooks/plancompare/enrollments/"
FORM = "application/x-www-form-urlencoded"
FOUND, OK, ACCEPTED, BROKEN = 302, 200, 202, 500
State = Import.State
PAGES = ("home:dashboard", "individuals:individual_list", "policies:policy_list",
         "imports:import_list", "commissions:application_list", "eoi:request_list")  # fmt: skip


@dataclass
class Noted:
    """What was acknowledged, and how answers were."""

    enrollments: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: list[File] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    decided: list[range] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)


class Visitor:
    """Somebody signed in, or a partner, with a connection for each request."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._port, self._headers = port, dict(headers)

    def ask(
        self, method: str, path: str, body: bytes | None = None, content: str = ""
    ) -> HTTPResponse | None:
        """The answer, read to its end; None when there is none."""
        headers = self._headers | ({"Content-Type": content} if content else {})
        connection = HTTPConnection(servers.HOST, self._port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.body = answer.read()  # type: ignore[attr-defined]
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()
        return answer


def owner(port: int) -> Visitor:
    """The owner's browser; signs in by the database, so before anything is killed."""
    client = Client(SERVER_NAME=servers.HOST)
    client.force_login(User.objects.get(username="owner"))
    client.get(reverse("imports:import_list"))
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    return Visitor(port, {"Cookie": cookies, "X-CSRFToken": client.cookies["csrftoken"].value})


class Load:
    """The threads; ``begin`` starts them, and ``end`` lets each finish what it has begun."""

    def __init__(self, *, partner: Visitor, browser: Visitor, noted: Noted) -> None:
        self.noted = noted
        self._partner, self._browser = partner, browser
        self._is_over, self._must_stop = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []

    def begin(self, *work: Callable[[], None]) -> None:
        """Start threads."""
        for one in work:
            thread = threading.Thread(target=one, daemon=True)
            thread.start()
            self._threads.append(thread)

    def end(self) -> None:
        """Begin nothing new from now on."""
        self._is_over.set()

    def is_idle(self) -> bool:
        """Whether everybody has come to the end."""
        return not any(thread.is_alive() for thread in self._threads)

    def give_up(self) -> None:
        """Stop even in the middle."""
        self._must_stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def deliver(self, bodies: Sequence[dict[str, Any]]) -> None:
        """Enrollments one after the other, each again until it is received."""
        for body in bodies:
            if self._is_over.is_set():
                return
            sent = json.dumps(body).encode()
            for answer in self._until_answered("delivery", self._partner, "POST", HOOK, sent,
                                               "application/json"):  # fmt: skip
                if answer.status in (OK, ACCEPTED):
                    self.noted.enrollments[body["enrollment_id"]] = body
                    break
            time.sleep(BETWEEN_DELIVERIES)

    def import_files(self, files: Sequence[File]) -> None:
        """Upload, wait for the check, press Import, wait for the end; file after file."""
        for file in files:
            if self._is_over.is_set():
                return
            run_id = self._upload(file)
            if run_id is not None:
                self.noted.files.append(file)
                self._see_through(run_id, file)

    def _upload(self, file: File) -> int | None:
        boundary = uuid.uuid4().hex
        fields = {"kind": file.kind, "mode": Import.Mode.CREATE_AND_UPDATE.value}
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file";'
            f' filename="{file.path.name}"\r\nContent-Type: text/csv\r\n\r\n'
        )
        body = "".join(parts).encode() + file.path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        content = f"multipart/form-data; boundary={boundary}"
        path = reverse("imports:import_upload")
        for answer in self._until_answered("upload", self._browser, "POST", path, body, content):
            if answer.status == FOUND:
                return int((answer.getheader("Location") or "").strip("/").split("/")[-1])
        return None

    def _see_through(self, run_id: int, file: File) -> None:
        """Do what a person does on the page of an import, until it is done."""
        buttons = {State.CHECKED: "import_commit", State.ATTENTION: "import_again"}
        while not self._must_stop.is_set():
            found = row("SELECT state, duplicate_of_id FROM imports_import WHERE id = %s", run_id)
            state, original = found or ("", None)
            if state == State.IMPORTED:
                return
            if state == State.DUPLICATE and original:
                run_id = original
                continue
            if state == State.ATTENTION:
                self.noted.attention.append(file.path.name)
            if state in buttons:
                path = reverse(f"imports:{buttons[State(state)]}", args=[run_id])
                self._browser.ask("POST", path, b"", FORM)
            time.sleep(PAUSE)

    def drop_decisions(self, inboxes: Sequence[Path], waves: Sequence[range]) -> None:
        """Lay files of decisions into the carriers' folders, one wave after the other."""
        for number, wave in enumerate(waves):
            if self._is_over.is_set():
                return
            drafts = [inbox.with_name("drafts") for inbox in inboxes]
            for draft in drafts:
                draft.mkdir(exist_ok=True)
            eoi_stock.write_by_group(drafts, first=wave.start, count=len(wave))
            for draft, inbox in zip(drafts, inboxes, strict=True):
                shutil.move(draft / "decisions.csv", inbox / f"wave-{number}.csv")
            self.noted.decided.append(wave)
            self._is_over.wait(BETWEEN_PRESSES * 2)

    def press(self, *buttons: str) -> None:
        """Press buttons whose work may be asked for any number of times."""
        while not self._is_over.wait(BETWEEN_PRESSES):
            for path in buttons:
                self._count("button", self._browser.ask("POST", path, b"", FORM))

    def read_pages(self) -> None:
        """Open page after page."""
        paths = [reverse(name) for name in PAGES]
        while not self._is_over.is_set():
            for path in paths:
                self._count("page", self._browser.ask("GET", path))
                time.sleep(BETWEEN_PAGES)

    def _until_answered(self, what: str, visitor: Visitor, *request: Any) -> Iterator[HTTPResponse]:
        while not self._must_stop.is_set():
            answer = visitor.ask(*request)
            self._count(what, answer)
            if answer is not None:
                yield answer
            self.noted.repeated[what] += 1
            time.sleep(PAUSE)

    def _count(self, what: str, answer: HTTPResponse | None) -> None:
        kind = "none" if answer is None else str(answer.status)
        if answer is not None and "/login/" in (answer.getheader("Location") or ""):
            kind = "signed out"
        self.noted.answers[f"{what} {kind}"] += 1


def row(query: str, *values: object) -> tuple[Any, ...] | None:
    """The first row of an answer; None also while the database is away."""
    try:
        with databases.connect(databases.MAIN, autocommit=True) as database:
            return database.execute(query, values).fetchone()  # type: ignore[arg-type]
    except psycopg.OperationalError:
        return None
