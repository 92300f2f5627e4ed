"""``bin/demo``: the whole product on one machine, in one terminal."""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus

from agencyhub.runtime.errors import RuntimeProblem
from agencyhub.runtime.home import REPOSITORY, Home, Lock
from agencyhub.runtime.postgres import Postgres
from agencyhub.runtime.services import Services
from agencyhub.runtime.supervisor import Program, Stopped, Supervisor

HOST = "127.0.0.1"
HEALTH_SECONDS = 120
SIGN_INS = {
    "owner": "everything: settings, rights, raw messages",
    "admin": "all records, users, integrations; no PlanCompare username",
    "agent1, agent2": "an agent's day: each sees only their own book of business",
    "callcenter1": "call center: an own book, and clients without an agent",
    "benefits1": "employer groups, EOI decisions, group mapping",
}
"""Whom to sign in as, and what to see there."""
IMPORT_MEMORY_KIB = 1024 * 1024
SFTP_BESIDE = 21
"""So much higher than the sandbox's port is that of its SFTP server."""


@dataclass(frozen=True)
class DemoOptions:
    """What the person at the terminal asked for."""

    home: Home
    port: int
    sandbox_port: int
    fresh: bool
    sandbox: bool

    @property
    def hub_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://{HOST}:{self.sandbox_port}"

    @property
    def sftp_port(self) -> int:
        return self.sandbox_port + SFTP_BESIDE


def refuse_used_ports(options: DemoOptions) -> None:
    """Raise ``RuntimeProblem`` when a port is taken, naming the option that changes it."""
    wanted = [("--port", options.port)]
    if options.sandbox:
        wanted += [("--sandbox-port", port) for port in (options.sandbox_port, options.sftp_port)]
    for option, port in wanted:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                msg = f"Port {port} is in use ({error.strerror}). Choose another with {option} N."
                raise RuntimeProblem(msg) from error


def programs(options: DemoOptions) -> list[Program]:
    """Return what runs beside the services, the web server first."""
    python = sys.executable
    as_root = "ignore:You're running the worker"  # root of this machine, without pickle
    celery = [python, "-W", as_root, "-m", "celery", "--quiet", "--app", "agencyhub"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    quick = ["--queues", "hooks,default,nightly,mail", "--concurrency", "2"]
    long = ["--queues", "imports", "--concurrency", "1"]
    memory = ["--max-memory-per-child", str(IMPORT_MEMORY_KIB)]
    web = [
        *(python, "-m", "gunicorn", "--config", "python:agencyhub.settings.gunicorn"),
        *("--bind", f"{HOST}:{options.port}", "--graceful-timeout", "4", "agencyhub.wsgi"),
    ]
    # An orphaned worker would wait for its broker, which dies too; its children die with it.
    kill = signal.SIGKILL
    chosen = [
        Program("web", web, signal.SIGQUIT),
        Program("worker", [*worker, "--hostname", "quick@%h", *quick], kill, restarts=True),
        Program("imports", [*worker, "--hostname", "imports@%h", *long, *memory], kill, True),
        Program("beat", [*celery, "beat", "--loglevel", "WARNING", "--pidfile="]),
    ]
    if options.sandbox:
        sandbox = [
            *(python, "-m", "sandbox", "--port", str(options.sandbox_port)),
            *("--sftp-port", str(options.sftp_port), "--hub", options.hub_url),
            *("--data", str(options.home.path / "sandbox")),
        ]
        chosen.append(Program("sandbox", sandbox))
    return chosen


def answers(url: str) -> bool:
    """Say whether ``url`` gives a good answer."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=2) as response:
            return bool(response.status == HTTPStatus.OK)
    except (OSError, urllib.error.URLError):
        return False


def wait_until_healthy(supervisor: Supervisor, options: DemoOptions) -> None:
    """Return once the web server answers."""
    deadline = time.monotonic() + HEALTH_SECONDS
    while not answers(f"{options.hub_url}/healthz"):
        supervisor.tick()
        if time.monotonic() > deadline:
            msg = f"{options.hub_url}/healthz gives no good answer after {HEALTH_SECONDS} s."
            raise RuntimeProblem(msg)


def welcome(supervisor: Supervisor, options: DemoOptions, *, password: str, seconds: float) -> None:
    """Print where to go and who to sign in as."""
    lines = [
        f"Ready in {seconds:.0f} s. Data is in {options.home.path}.",
        f"AgencyHub        {options.hub_url}",
    ]
    if options.sandbox:
        lines.append(f"Partner sandbox  {options.sandbox_url}")
    titles = ["Sign in as", *[""] * (len(SIGN_INS) - 1)]
    lines += [
        f"{title:<16} {names:<15} {purpose}"
        for title, (names, purpose) in zip(titles, SIGN_INS.items(), strict=True)
    ]
    lines += [
        f"Password         {password}   (the same for all)",
        "First steps      README.md (the first ten minutes), docs/README.md (all guides)",
        "Only warnings are told from here on; LOG_LEVEL=INFO bin/demo tells everything.",
        "Ctrl-C stops everything. The next start is quick and keeps what you did.",
    ]
    for line in lines:
        supervisor.say(line)


def run(options: DemoOptions) -> int:
    """Run the demo until it is asked to stop; return the exit code."""
    began = time.monotonic()
    lock = Lock(options.home, "launcher")
    if not lock.take():
        msg = (
            f"AgencyHub already runs on {options.home.path}. Stop it there, or choose another "
            "directory with --data DIR (and other ports)."
        )
        raise RuntimeProblem(msg)
    try:
        refuse_used_ports(options)
        if options.fresh:
            wipe(options.home)
        return supervise(options, began)
    finally:
        lock.release()


def wipe(home: Home) -> None:
    """Delete the home's data, and the cluster should it lie elsewhere."""
    home.wipe()
    Postgres(home).wipe()


def supervise(options: DemoOptions, began: float) -> int:
    """Start services and programs in order, look after them, stop them; return the exit code."""
    services = Services(options.home)

    def watch() -> str | None:
        dead = services.dead()
        return f"{dead.name} ended by itself; see {dead.log_file}." if dead else None

    with Supervisor(watch=watch) as supervisor:
        try:
            supervisor.say("Starting PostgreSQL and Valkey.")
            env = services.start() | {
                "SANDBOX_URL": options.sandbox_url,
                "SANDBOX_SFTP_PORT": str(options.sftp_port),
                "SANDBOX_DATA": str(options.home.path / "sandbox"),
                "HUB_URL": options.hub_url,
                "PUBLIC_URL": options.hub_url,
                # Few look at a demo, and each process takes seconds to load.
                "WEB_WORKERS": os.environ.get("WEB_WORKERS", "2"),
                # A line for each task would drive addresses and sign-ins off the terminal.
                "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
            }
            manage = [sys.executable, str(REPOSITORY / "manage.py")]
            supervisor.run(Program("prepare", [*manage, "prepare_demo"]), env)
            for program in programs(options):
                supervisor.start(program, env)
            wait_until_healthy(supervisor, options)
            spent = time.monotonic() - began
            welcome(supervisor, options, password=env["DEMO_PASSWORD"], seconds=spent)
            while True:
                supervisor.tick()
        except Stopped:
            supervisor.say("Stopping.")
            return 0
        except RuntimeProblem as problem:
            supervisor.say(f"{problem} Stopping everything.")
            return 1
        finally:
            supervisor.stop()
            services.stop()
