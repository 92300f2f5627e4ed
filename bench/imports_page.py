"""Somebody who imports files through the pages, with a stopwatch."""

import time
import uuid
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from django.test import Client
from django.urls import reverse

from agencyhub.accounts.models import User
from agencyhub.imports.models import Import, RejectedRows
from agencyhub.imports.services import mapping
from bench import servers

KIND = "individuals"
PATIENCE = 1800
TICK = 0.02
State = Import.State
RESTING = {State.MAPPING, State.CHECKED, State.IMPORTED, State.ATTENTION, State.DUPLICATE}


@dataclass
class Upload:
    """An import that was sent, and when."""

    pk: int
    began: float
    first_errors: float = 0.0
    watches_errors: bool = False


class Page:
    """Somebody signed in who uses the pages of imports over HTTP."""

    def __init__(self, port: int) -> None:
        self._port = port
        client = Client(SERVER_NAME=servers.HOST)
        client.force_login(User.objects.get(username="owner"))
        client.get(reverse("imports:import_list"))
        self._cookies = {name: morsel.value for name, morsel in client.cookies.items()}

    def upload(self, file: Path, *, watch_errors: bool = False) -> Upload:
        """Send a file; the clock runs from the first byte."""
        boundary = uuid.uuid4().hex
        fields = {"kind": KIND, "mode": Import.Mode.CREATE_AND_UPDATE}
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        head += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"'
            "\r\nContent-Type: text/csv\r\n\r\n"
        )
        body = head.encode() + file.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        began = time.perf_counter()
        content = f"multipart/form-data; boundary={boundary}"
        to = self._post(reverse("imports:import_upload"), body, content)
        return Upload(int(to.strip("/").split("/")[-1]), began, watches_errors=watch_errors)

    def press(self, pk: int, button: str) -> None:
        """Press one of an import's buttons."""
        content = "application/x-www-form-urlencoded"
        self._post(reverse(f"imports:{button}", args=[pk]), b"", content)

    def wait(self, upload: Upload, state: str) -> float:
        """Wait until the import rests in ``state``; seconds since the button before."""
        deadline = time.perf_counter() + PATIENCE
        while time.perf_counter() < deadline:
            now = Import.objects.values_list("state", "problem").get(pk=upload.pk)
            self._watch(upload)
            if now[0] == state:
                spent = time.perf_counter() - upload.began
                upload.began = time.perf_counter()
                return spent
            if now[0] in RESTING and now[0] != State.CHECKED:
                msg = f"The import is {now[0]} instead of {state}: {now[1]}"
                raise RuntimeError(msg)
            time.sleep(TICK)
        msg = f"The import is not {state} after {PATIENCE} s."
        raise RuntimeError(msg)

    def _watch(self, upload: Upload) -> None:
        is_waiting = upload.watches_errors and not upload.first_errors
        if is_waiting and RejectedRows.objects.filter(run=upload.pk).exists():
            upload.first_errors = time.perf_counter() - upload.began

    def _post(self, path: str, body: bytes, content: str) -> str:
        token = self._cookies["csrftoken"]
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            "Content-Type": content,
            "X-CSRFToken": token,
        }
        visitor = HTTPConnection(servers.HOST, self._port, timeout=PATIENCE)
        try:
            visitor.request("POST", path, body, headers)
            answer = visitor.getresponse()
            answer.read()
        finally:
            visitor.close()
        if answer.status != 302:
            msg = f"POST {path} answered {answer.status}."
            raise RuntimeError(msg)
        return answer.getheader("Location", "")


def learn(page: Page, few: Path) -> None:
    """Show the product the layout once, as a person does in the studio."""
    upload = page.upload(few)
    page.wait(upload, State.MAPPING)
    run = Import.objects.get(pk=upload.pk)
    columns = [
        {"header": one.header, "field": one.field_key} for one in mapping.propose(run).columns
    ]
    mapping.save(
        import_id=run.pk, columns=columns, template_id=None, name="Benchmark", user=run.user
    )
    page.wait(upload, State.CHECKED)
