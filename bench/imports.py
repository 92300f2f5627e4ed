"""An import through its page, beside raw ``COPY`` of the file and stock django-import-export."""

import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencyhub.accounts.models import User
from agencyhub.home.demo import seed
from agencyhub.imports.models import Import, RejectedRows
from agencyhub.imports.services import mapping
from bench import databases, people, results, servers, stock
from bench.results import Result

NAME = "import"
KIND = "individuals"
COPY = "COPY of the same file into an unlogged table of texts"
TABLE = "bench_raw"
COPY_ROUNDS = 3
PIECE = 1024 * 1024
MEGABYTE = 1024 * 1024
PATIENCE = 1800
TICK = 0.02
State = Import.State
RESTING = {State.MAPPING, State.CHECKED, State.IMPORTED, State.ATTENTION, State.DUPLICATE}


@dataclass(frozen=True)
class Size:
    """Rows of the file, and of the sample that django-import-export gets."""

    rows: int
    sample: int


SIZES = {"smoke": Size(300, 20), "quick": Size(50_000, 200), "full": Size(1_000_000, 500)}


def run(scale: str) -> Iterator[Result]:
    """Import, import again, import what cannot be taken; every rate beside ``COPY``'s."""
    size = SIZES[scale]
    databases.prepare()
    results.note("filling the book")
    seed.seed_demo(scale=1, as_of=timezone.localdate(), at=timezone.now())
    stock_rate = stock.rate(rows=size.sample)
    results.note(f"django-import-export: {stock_rate:,.1f} rows/s")
    with tempfile.TemporaryDirectory() as folder:
        yield from _measure(size, Path(folder), stock_rate)


def _measure(size: Size, folder: Path, stock_rate: float) -> Iterator[Result]:
    good, bad, few = (folder / name for name in ("good.csv", "bad.csv", "few.csv"))
    people.write(good, rows=size.rows)
    people.write(bad, rows=size.rows, bad=True)
    people.write(few, rows=10, seed=2)
    results.note(f"{size.rows:,} rows, {good.stat().st_size / MEGABYTE:.0f} MB")
    copied = [_copy(good)]
    with (
        servers.serving(servers.PRODUCT, database=databases.own_url()) as port,
        _working() as worker,
    ):
        page = Page(port)
        _learn(page, few)
        first = page.upload(good)
        checked = page.wait(first, State.CHECKED)
        page.press(first.pk, "import_commit")
        done = page.wait(first, State.IMPORTED)
        results.note(f"checked in {checked:.1f} s, imported in {done:.1f} s more")
        copied.append(_copy(good))
        again = page.upload(good)
        page.wait(again, State.DUPLICATE)
        page.press(again.pk, "import_again")
        repeated = page.wait(again, State.CHECKED)
        results.note(f"again: {repeated:.1f} s")
        broken = page.upload(bad, watch_errors=True)
        refused = page.wait(broken, State.CHECKED)
        results.note(f"all bad: {refused:.1f} s")
        memory = worker.stop()
    copied.append(_copy(good))
    copy_rate = size.rows / results.median(copied)
    rate = size.rows / (checked + done)
    yield _beside_copy("rows_per_second_vs_copy", rate, copy_rate, 0.15)
    yield results.compare(
        NAME,
        "rows_per_second_vs_import_export",
        value=rate,
        unit="rows/s",
        baseline=stock_rate,
        baseline_name="stock django-import-export on the same rows",
        at_least=100,
    )
    yield _beside_copy("reimport_rows_per_second_vs_copy", size.rows / repeated, copy_rate, 0.5)
    yield results.compare(
        NAME,
        "bad_rows_rate_vs_good",
        value=size.rows / refused,
        unit="rows/s",
        baseline=size.rows / checked,
        baseline_name="check of good rows",
        at_least=0.8,
    )
    yield Result(NAME, "peak_memory_mib", memory, "MiB", target=1024, ok=memory <= 1024)
    errors = broken.first_errors
    yield Result(NAME, "first_errors_seconds", round(errors, 2), "s", target=2, ok=errors <= 2)


def _beside_copy(metric: str, value: float, copy_rate: float, at_least: float) -> Result:
    return results.compare(
        NAME,
        metric,
        value=value,
        unit="rows/s",
        baseline=copy_rate,
        baseline_name=COPY,
        at_least=at_least,
    )


def _copy(file: Path) -> float:
    """Seconds that the server takes to copy the file as it is."""
    columns = ", ".join(f"c{number} text" for number in range(len(people.HEADER)))
    with databases.connect(databases.MAIN) as database:
        database.execute(f"DROP TABLE IF EXISTS {TABLE}")
        database.execute(f"CREATE UNLOGGED TABLE {TABLE} ({columns})")
        database.commit()
        began = time.perf_counter()
        statement = f"COPY {TABLE} FROM STDIN (FORMAT csv, HEADER)"
        with file.open("rb") as source, database.cursor().copy(statement) as copy:
            while piece := source.read(PIECE):
                copy.write(piece)
        database.commit()
        spent = time.perf_counter() - began
        database.execute(f"DROP TABLE {TABLE}")
    results.note(f"COPY: {spent:.2f} s")
    return spent


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


def _learn(page: Page, few: Path) -> None:
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


@dataclass
class Worker:
    """A worker of the queue ``imports``, and the most memory that it took, in MiB."""

    child: "subprocess.Popen[bytes]"
    most: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look at the memory until the end."""
        while not self._over.wait(0.05):
            self.most = max(self.most, _memory(self.child.pid))

    def stop(self) -> float:
        """End watching; answer the most that was seen."""
        self._over.set()
        return round(self.most, 1)


@contextmanager
def _working() -> Iterator[Worker]:
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "agencyhub", "worker"]
    words = ["--queues", "imports", "--concurrency", "1", "--loglevel", "ERROR"]
    quiet = ["--without-gossip", "--without-mingle"]
    environment = os.environ | {"DATABASE_URL": databases.own_url()}
    child = subprocess.Popen([*command, *words, *quiet], env=environment)
    worker = Worker(child)
    watcher = threading.Thread(target=worker.watch, daemon=True)
    watcher.start()
    try:
        yield worker
    finally:
        worker.stop()
        child.terminate()
        child.wait()


def _memory(pid: int) -> float:
    """What a process and its children hold, shared pages shared out, in MiB."""
    total = 0.0
    for one in (pid, *_children(pid)):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return total


def _children(pid: int) -> list[int]:
    try:
        direct = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [number for child in map(int, direct) for number in (child, *_children(child))]
