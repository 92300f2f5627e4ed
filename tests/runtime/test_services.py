"""The embedded services of one home."""

import os
import signal
import stat
from pathlib import Path

import psycopg
import pytest
import redis

from agencyhub.runtime import environment
from agencyhub.runtime.errors import RuntimeProblem
from agencyhub.runtime.home import Home
from agencyhub.runtime.postgres import Postgres
from agencyhub.runtime.services import Services
from tests.runtime.conftest import eventually, processes_of

pytestmark = pytest.mark.load


def write_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists kept (word text)")
        connection.execute("insert into kept values ('kept')")


def rows(url: str) -> list[tuple[str]]:
    with psycopg.connect(url) as connection:
        return connection.execute("select word from kept").fetchall()


class TestServices:
    def test_start_stop_and_keep_their_data(self, home: Home) -> None:
        services = Services(home)
        env = services.start()
        write_row(env["DATABASE_URL"])
        with redis.Redis.from_url(env["REDIS_URL"]) as client:
            client.set("word", "kept")
        services.stop()
        assert processes_of(home.path) == []
        assert environment.addresses(home) == {}

        again = Services(home)
        env = again.start()
        try:
            assert rows(env["DATABASE_URL"]) == [("kept",)]
            with redis.Redis.from_url(env["REDIS_URL"]) as client:
                assert client.get("word") == b"kept"
        finally:
            again.stop()

    def test_give_the_database_as_much_memory_as_asked(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AGENCYHUB_SHARED_BUFFERS", "40MB")
        services = Services(home)
        env = services.start()
        try:
            with psycopg.connect(env["DATABASE_URL"]) as connection:
                assert connection.execute("show shared_buffers").fetchall() == [("40MB",)]
        finally:
            services.stop()

    def test_recover_after_the_database_server_was_killed(self, home: Home) -> None:
        services = Services(home)
        env = services.start()
        write_row(env["DATABASE_URL"])
        killed = services.running[0]
        assert killed.child is not None
        os.kill(killed.child.pid, signal.SIGKILL)

        assert eventually(lambda: services.dead() is killed)
        services.stop()
        again = Services(home)
        env = again.start()
        try:
            assert rows(env["DATABASE_URL"]) == [("kept",)]
        finally:
            again.stop()

    @pytest.mark.usefixtures("no_services_given")
    def test_work_inside_a_closed_directory_and_leave_its_mode_alone(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        services = Services(Home(closed / "home"))
        modes = [stat.S_IMODE(path.stat().st_mode) for path in closed.parents]

        services.start()
        services.stop()

        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert [stat.S_IMODE(path.stat().st_mode) for path in closed.parents] == modes

    def test_find_room_for_their_sockets_when_the_path_is_long(self, home: Home) -> None:
        deep = Home(home.path.joinpath(*["a-rather-long-name"] * 6))
        services = Services(deep)
        env = services.start()
        try:
            write_row(env["DATABASE_URL"])
            assert str(deep.path) not in env["DATABASE_URL"]
            assert stat.S_IMODE(deep.sockets.stat().st_mode) == 0o700
        finally:
            services.stop()

    def test_refuse_data_of_another_major_version(self, home: Home) -> None:
        services = Services(home)
        services.start()
        services.stop()
        (home.path / "postgres" / "PG_VERSION").write_text("9\n")

        with pytest.raises(RuntimeProblem, match="was made by PostgreSQL 9"):
            Postgres(home).start()

    def test_leave_given_addresses_alone(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://db.example.com/agency")
        monkeypatch.setenv("REDIS_URL", "redis://cache.example.com/0")
        services = Services(home)

        env = services.start()

        assert services.running == []
        assert env["DATABASE_URL"] == "postgresql://db.example.com/agency"
        assert env["REDIS_URL"] == "redis://cache.example.com/0"
        services.stop()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may become nobody")
    def test_run_as_nobody_where_user_namespaces_are_forbidden(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AGENCYHUB_USER_NAMESPACE", "off")
        services = Services(home)
        env = services.start()
        try:
            write_row(env["DATABASE_URL"])
            assert rows(env["DATABASE_URL"]) == [("kept",)]
        finally:
            services.stop()
            Postgres(home).wipe()


class TestLocalSecrets:
    def test_are_made_once_for_the_owner_only(self, home: Home) -> None:
        first = environment.local_secrets(home)

        assert set(first) == set(environment.GENERATED)
        assert environment.local_secrets(home) == first
        assert stat.S_IMODE(home.secrets_file.stat().st_mode) == 0o600

    def test_keep_what_a_person_wrote_into_the_file(self, home: Home) -> None:
        home.create()
        home.secrets_file.write_text("# mine\nSECRET_KEY=my=own\n")

        kept = environment.local_secrets(home)

        assert kept["SECRET_KEY"] == "my=own"
        assert environment.read(home) == kept


class TestWipe:
    def test_deletes_what_the_program_made(self, home: Home) -> None:
        home.create()

        home.wipe()

        assert list(home.path.iterdir()) == []

    def test_refuses_somebody_elses_directory(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("mine")

        with pytest.raises(RuntimeProblem, match="not made by AgencyHub"):
            Home(tmp_path).wipe()

        assert (tmp_path / "thesis.txt").read_text() == "mine"
