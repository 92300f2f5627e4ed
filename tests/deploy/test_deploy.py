"""The files of ``deploy/``: right by their own forms, and the same processes as docs/running.md."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
from django.conf import settings

from agencyhub.home.server_log import KEPT_OUT
from agencyhub.settings.celery import QUEUES
from tests.deploy import processes

KUBERNETES = "1.34"
PLACES = {
    "compose": processes.in_compose,
    "systemd": processes.in_systemd,
    "kubernetes": processes.in_kubernetes,
}
# Of the Compose Specification; a slip of the pen is none of them.
COMPOSE_WORDS = {
    "build", "cap_drop", "command", "depends_on", "deploy", "env_file", "environment",
    "healthcheck", "image", "mem_limit", "ports", "profiles", "read_only", "restart",
    "security_opt", "shm_size", "stop_grace_period", "tmpfs", "user", "volumes",
}  # fmt: skip
SECRETS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "BLIND_INDEX_KEY",
           "EMAIL_URL"}  # fmt: skip


class TestProcesses:
    def test_documented_ones_are_all_there(self):
        assert set(processes.documented()) == {"web", "worker", "imports", "beat"}

    @pytest.mark.parametrize("place", PLACES)
    def test_are_those_of_the_page(self, place):
        commands = PLACES[place]()

        assert processes.programs(commands) == set(processes.documented())
        assert processes.queues(commands) == sorted(QUEUES)
        assert any(words[-3:-1] == ["manage.py", "migrate"] for words in commands)
        assert any("manage.py backup" in words[-1] for words in commands)

    @pytest.mark.parametrize("place", PLACES)
    def test_start_the_web_and_the_schedule_as_the_page_says(self, place):
        documented = processes.documented()
        commands = [" ".join(words) for words in PLACES[place]()]

        assert documented["web"] in commands
        assert commands.count(documented["beat"]) == 1
        assert all(" -c " in words for words in commands if " worker " in words)

    def test_names_in_environments_are_explained(self):
        example = (Path(settings.BASE_DIR) / ".env.example").read_text(encoding="utf-8")
        known = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
        services = processes.compose()["services"].values()
        used = {name for one in services if "build" in one for name in one["environment"]}
        for _file, one in processes.manifests():
            if one["kind"] in ("ConfigMap", "Secret"):
                used |= set(one.get("data") or one["stringData"])
        for path in processes.UNITS:
            used |= set(re.findall(r"^Environment=([A-Z_]+)=", path.read_text(), re.MULTILINE))

        assert used
        assert used - known == set()


class TestCompose:
    def test_names_only_what_is_there(self):
        found = processes.compose()
        services = found["services"]
        assert {name for name in found if not name.startswith("x-")} == {
            "name", "services", "volumes",
        }  # fmt: skip
        for name, one in services.items():
            assert ("image" in one, set(one) - COMPOSE_WORDS) == (True, set()), name
            assert set(one.get("depends_on", {})) <= set(services)
            named = [text.split(":")[0] for text in one.get("volumes", [])]
            assert {text for text in named if "/" not in text} <= set(found["volumes"])
            conditions = {told["condition"] for told in one.get("depends_on", {}).values()}
            assert conditions <= {"service_healthy", "service_completed_successfully"}
            for needed, told in one.get("depends_on", {}).items():
                is_watched = "healthcheck" in services[needed]
                assert is_watched or told["condition"] != "service_healthy"

    def test_database_keeps_people_out_of_its_log(self):
        command = processes.compose()["services"]["database"]["command"]
        told = dict(word.removeprefix("--").split("=", 1) for word in command[1:])

        # The others are so as PostgreSQL comes.
        for name in ("log_error_verbosity", "log_min_error_statement"):
            assert told[name] == KEPT_OUT[name][0]

    def test_runs_without_root_on_a_root_that_nobody_writes_to(self):
        for name, one in processes.compose()["services"].items():
            if "build" in one:
                assert (name, one["user"], one["read_only"]) == (name, "10001:10001", True)
                assert one["cap_drop"] == ["ALL"]

    def test_image_is_made_of_the_locked_packages_and_runs_without_root(self):
        text = (processes.DEPLOY / "Dockerfile").read_text(encoding="utf-8")

        assert "--require-hashes -r requirements/production.txt" in text
        assert text.rindex("\nUSER 10001:10001\n") < text.rindex("\nCMD ")
        assert json.loads(text[text.rindex("\nCMD ") + 5 :]) == (
            processes.documented()["web"].split()
        )


class TestSystemd:
    @pytest.mark.parametrize("path", processes.UNITS, ids=lambda path: path.name)
    def test_units_run_without_root_and_come_back(self, path):
        service = processes.unit(path)["Service"]

        assert service["User"] == "agencyhub"
        assert service["NoNewPrivileges"] == "yes"
        assert service["ProtectSystem"] == "strict"
        assert service["EnvironmentFile"] == "/etc/agencyhub/environment"
        assert service.get("Type") == "oneshot" or service["Restart"] == "always"

    def test_target_wants_every_process(self):
        text = (processes.DEPLOY / "systemd" / "agencyhub.target").read_text(encoding="utf-8")
        wanted = re.search(r"^Wants=(.*)$", text, re.MULTILINE)
        lasting = {path.name for path in processes.UNITS} - {
            "agencyhub-migrate.service", "agencyhub-backup.service",
        }  # fmt: skip

        assert wanted
        assert {re.sub(r"@\d+", "@", name) for name in wanted[1].split()} == lasting

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
    def test_units_are_understood_by_systemd(self, tmp_path):
        for path in (processes.DEPLOY / "systemd").iterdir():
            text = re.sub(r"/opt/agencyhub/\.venv/bin/\w+", "/bin/true", path.read_text())
            (tmp_path / path.name).write_text(text)

        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
             *sorted(str(path) for path in tmp_path.iterdir() if "@" not in path.name)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        ours = [line for line in done.stderr.splitlines() if "agencyhub" in line]
        assert ours == []


class TestKubernetes:
    def test_manifests_keep_to_the_schema(self):
        kinds = set()
        for _file, one in processes.manifests():
            kubernetes_validate.validate(one, KUBERNETES, strict=True)
            kinds.add(one["kind"])

        assert {"Deployment", "Job", "CronJob", "PodDisruptionBudget", "Service"} <= kinds

    def test_pods_run_without_root_with_bounds_and_secrets_by_reference(self):
        for name, pod in processes.pods():
            assert (name, pod["securityContext"]["runAsNonRoot"]) == (name, True)
            for one in pod["containers"]:
                safe = one["securityContext"]
                assert safe["readOnlyRootFilesystem"] is True
                assert safe["allowPrivilegeEscalation"] is False
                assert safe["capabilities"] == {"drop": ["ALL"]}
                assert {"cpu", "memory"} <= set(one["resources"]["requests"])
                assert "memory" in one["resources"]["limits"]
                sources = [next(iter(source)) for source in one["envFrom"]]
                assert sources == ["configMapRef", "secretRef"]
                assert "env" not in one

    def test_no_secret_stands_in_a_file(self):
        for _file, one in processes.manifests():
            if one["kind"] == "ConfigMap":
                assert not SECRETS & set(one["data"])
            if one["kind"] == "Secret":
                assert set(one["stringData"]) >= SECRETS
                assert not any(one["stringData"].values())

    def test_schedule_is_never_there_twice_and_the_web_never_gone(self):
        found = {
            one["metadata"]["name"]: one["spec"]
            for _file, one in processes.manifests()
            if one["kind"] == "Deployment"
        }

        beat, web = found["agencyhub-beat"], found["agencyhub-web"]
        assert (beat["replicas"], beat["strategy"]["type"]) == (1, "Recreate")
        assert web["replicas"] >= 2
        assert web["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        container = web["template"]["spec"]["containers"][0]
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)

    def test_budgets_belong_to_deployments(self):
        labels = [
            one["spec"]["template"]["metadata"]["labels"]
            for _file, one in processes.manifests()
            if one["kind"] == "Deployment"
        ]
        budgets = [
            one["spec"]["selector"]["matchLabels"]
            for _file, one in processes.manifests()
            if one["kind"] == "PodDisruptionBudget"
        ]

        assert budgets
        assert all(budget in labels for budget in budgets)
