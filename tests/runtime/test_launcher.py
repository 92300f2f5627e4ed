"""``python -m agencyhub.runtime exec``: commands with services around them."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agencyhub.runtime import environment
from agencyhub.runtime.home import REPOSITORY, Home, Lock
from tests.runtime.conftest import Launch, eventually, processes_of

pytestmark = pytest.mark.load

SYSTEM_PYTHON = Path("/usr/bin/python3.11")
NOBODY = 65534
SLEEP = ("sleep", "60")


def services_up(home: Home) -> bool:
    return bool(environment.addresses(home))


class TestExec:
    def test_gives_the_command_its_services_and_its_exit_code(
        self, home: Home, launch: Launch
    ) -> None:
        script = (
            "import os, psycopg, redis, sys\n"
            "psycopg.connect(os.environ['DATABASE_URL']).close()\n"
            "redis.Redis.from_url(os.environ['REDIS_URL']).ping()\n"
            "sys.exit(7)"
        )

        launcher = launch("exec", "--data", str(home.path), sys.executable, "-c", script)

        assert launcher.wait(60) == 7
        assert processes_of(home.path) == []

    def test_leaves_no_process_when_the_launcher_is_killed(
        self, home: Home, launch: Launch
    ) -> None:
        launcher = launch("exec", "--data", str(home.path), *SLEEP)
        assert eventually(lambda: services_up(home))

        launcher.send_signal(signal.SIGKILL)
        launcher.wait()

        assert eventually(lambda: processes_of(home.path) == [], seconds=60), processes_of(
            home.path
        )
        assert launch("exec", "--data", str(home.path), "true").wait(60) == 0

    def test_uses_services_that_run_already_and_keeps_them_for_the_last_user(
        self, home: Home, launch: Launch
    ) -> None:
        first = launch("exec", "--data", str(home.path), "sleep", "2")
        assert eventually(lambda: services_up(home))
        second = launch(
            *("exec", "--data", str(home.path), sys.executable, "-c"),
            "import os, psycopg, time\n"
            "with psycopg.connect(os.environ['DATABASE_URL']) as connection:\n"
            "    time.sleep(4)\n"
            "    connection.execute('select 1')\n",
        )

        assert second.wait(60) == 0
        assert first.wait(60) == 0
        assert processes_of(home.path) == []

    def test_passes_a_termination_on_to_the_command(self, home: Home, launch: Launch) -> None:
        started = home.path / "started"
        script = f"touch {started}; exec sleep 60"
        launcher = launch("exec", "--data", str(home.path), "sh", "-c", script)
        assert eventually(started.exists)

        launcher.terminate()

        assert launcher.wait(20) == 128 + signal.SIGTERM
        assert processes_of(home.path) == []

    def test_neither_starts_nor_fills_in_anything_for_production(
        self, home: Home, launch: Launch
    ) -> None:
        check = "import os; print(os.environ.get('SECRET_KEY'), os.environ.get('DATABASE_URL'))"
        settings = {"DJANGO_SETTINGS_MODULE": "agencyhub.settings.production"}

        launcher = launch("exec", "--data", str(home.path), sys.executable, "-c", check, **settings)
        output, _ = launcher.communicate(timeout=60)

        assert output == "None None\n"
        assert not home.path.exists()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
    @pytest.mark.skipif(not SYSTEM_PYTHON.exists(), reason="needs a Python nobody may run")
    def test_works_for_an_ordinary_user(self, tmp_path: Path) -> None:
        site = next(path for path in sys.path if path.endswith("site-packages"))
        theirs = Path("/var/tmp") / f"agencyhub-ordinary-{os.getpid()}"
        theirs.mkdir(mode=0o700)
        os.chown(theirs, NOBODY, NOBODY)
        words = [str(SYSTEM_PYTHON), "-m", "agencyhub.runtime", "exec", "--data", f"{theirs}/home"]
        check = "import os; print(os.getuid(), os.environ['DATABASE_URL'])"
        try:
            done = subprocess.run(
                [*words, str(SYSTEM_PYTHON), "-c", check],
                env={"PYTHONPATH": f"{REPOSITORY}:{site}", "PATH": "/usr/bin:/bin"},
                cwd="/",
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                text=True,
                capture_output=True,
                timeout=60,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, "")
            owner = (theirs / "home" / "postgres" / "PG_VERSION").stat().st_uid
        finally:
            subprocess.run(["rm", "-rf", str(theirs)], check=True)

        assert done.stdout == (
            f"{NOBODY} postgresql://agencyhub@/agencyhub?host={theirs}/home/run&port=5432\n"
        )
        assert owner == NOBODY


class TestDemo:
    def test_is_refused_on_a_home_in_use(self, home: Home, launch: Launch) -> None:
        lock = Lock(home, "launcher")
        assert lock.take()

        launcher = launch("demo", "--data", str(home.path))
        output, _ = launcher.communicate(timeout=60)
        lock.release()

        assert launcher.returncode == 1
        assert f"AgencyHub already runs on {home.path}" in output

    def test_says_which_port_is_taken_and_how_to_choose_another(
        self, home: Home, launch: Launch, free_port: int, taken_port: int
    ) -> None:
        words = ("--port", str(free_port), "--sandbox-port", str(taken_port))

        launcher = launch("demo", "--data", str(home.path), *words)
        output, _ = launcher.communicate(timeout=60)

        assert launcher.returncode == 1
        assert f"Port {taken_port} is in use" in output
        assert "--sandbox-port N" in output
        assert stat.S_IMODE(home.path.stat().st_mode) == 0o700


class TestManage:
    def test_works_in_the_directory_that_is_named_and_says_when_it_is_new(
        self, home: Home, launch: Launch
    ) -> None:
        words = ("manage", "--data", str(home.path), "--version")

        first, _ = launch(*words).communicate(timeout=90)
        second, _ = launch(*words).communicate(timeout=90)

        hint, version = first.splitlines()
        assert hint.startswith(f"{home.path} is new and holds no data yet.")
        assert "bin/manage --data DIR" in hint
        assert second.splitlines() == [version]
        assert home.secrets_file.exists()
