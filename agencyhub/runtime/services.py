"""Both embedded services of a home together, or those of them that the environment lacks."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from agencyhub.runtime import environment
from agencyhub.runtime.errors import RuntimeProblem
from agencyhub.runtime.home import Home, Lock
from agencyhub.runtime.postgres import Postgres
from agencyhub.runtime.valkey import Valkey

Service = Postgres | Valkey
WAIT_SECONDS = 60


def base_environment(home: Home) -> dict[str, str]:
    """Return our environment with the home's path in it and byte code allowed."""
    env = os.environ | {"AGENCYHUB_HOME": str(home.path)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


class Services:
    """The services this process runs. Addresses given by the environment are left alone."""

    def __init__(self, home: Home, *, relaxed: bool = False) -> None:
        self.home = home
        self._relaxed = relaxed
        self.running: list[Service] = []

    def start(self) -> dict[str, str]:
        """Start what is not given; return the whole environment for child processes."""
        self.home.create()
        env = base_environment(self.home)
        try:
            if not env.get("DATABASE_URL"):
                env["DATABASE_URL"] = self._run(Postgres(self.home, relaxed=self._relaxed))
            if not env.get("REDIS_URL"):
                env["REDIS_URL"] = self._run(Valkey(self.home, relaxed=self._relaxed))
        except BaseException:
            self.stop()
            raise
        environment.fill_in(env, self.home)
        environment.write_addresses(self.home, env)
        return env

    def _run(self, service: Service) -> str:
        self.running.append(service)
        service.start()
        return service.url

    def dead(self) -> Service | None:
        """Return a service that has ended by itself, if any."""
        for service in self.running:
            if service.child is None or service.child.poll() is not None:
                return service
        return None

    def stop(self) -> None:
        """Stop what was started, the last one first."""
        environment.forget_addresses(self.home)
        while self.running:
            self.running.pop().stop()


@contextmanager
def available(home: Home) -> Iterator[dict[str, str]]:
    """Give the environment of working services: those already running, else our own.

    Services started here are stopped at the end, once no other borrower needs them. With
    production settings nothing is started and nothing filled in.
    """
    if os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".production"):
        yield dict(os.environ)
        return
    launcher, borrowers = Lock(home, "launcher"), Lock(home, "borrowers")
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if launcher.take():
            services = Services(home)
            try:
                environment.forget_addresses(home)
                yield services.start()
            finally:
                borrowers.take(wait=True)
                services.stop()
                borrowers.release()
                launcher.release()
            return
        if borrowers.take(shared=True):
            if environment.addresses(home):
                try:
                    env = base_environment(home)
                    environment.fill_in(env, home)
                    yield env
                finally:
                    borrowers.release()
                return
            borrowers.release()
        time.sleep(0.1)
    msg = f"Another program holds {home.path} but its services do not come up."
    raise RuntimeProblem(msg)
