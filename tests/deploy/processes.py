"""What the files of ``deploy/`` start, read from each in its own form."""

import configparser
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

REPOSITORY = Path(settings.BASE_DIR)
DEPLOY = REPOSITORY / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def documented() -> dict[str, str]:
    """The processes of docs/running.md: command by name."""
    page = (REPOSITORY / "docs" / "running.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\w+) \| `((?:gunicorn|celery)[^`]*)` \|", page, re.MULTILINE)
    return dict(rows)


def compose() -> dict[str, Any]:
    """The compose file."""
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return found


def manifests() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of every manifest, with the name of its file."""
    for path in MANIFESTS:
        for one in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            yield path.name, one


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """The pods of deployments and jobs, with their names."""
    for _file, one in manifests():
        if one["kind"] == "CronJob":
            spec = one["spec"]["jobTemplate"]["spec"]
        elif one["kind"] in ("Deployment", "Job"):
            spec = one["spec"]
        else:
            continue
        yield one["metadata"]["name"], spec["template"]["spec"]


def unit(path: Path) -> configparser.RawConfigParser:
    """A systemd unit, in which keys may stand more than once: the last one is read."""
    found = configparser.RawConfigParser(strict=False, delimiters=("=",), interpolation=None)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read(path, encoding="utf-8")
    return found


def in_compose() -> list[list[str]]:
    return [list(one["command"]) for one in compose()["services"].values() if "build" in one]


def in_systemd() -> list[list[str]]:
    lines = [unit(path)["Service"]["ExecStart"] for path in UNITS]
    return [[Path(words[0]).name, *words[1:]] for words in map(shlex.split, lines)]


def in_kubernetes() -> list[list[str]]:
    return [list(one["command"]) for _name, pod in pods() for one in pod["containers"]]


def queues(commands: list[list[str]]) -> list[str]:
    """The queues that the workers of some commands take from."""
    workers = [words for words in commands if "worker" in words]
    return sorted(queue for words in workers for queue in words[words.index("-Q") + 1].split(","))


def programs(commands: list[list[str]]) -> set[str]:
    """Kinds of processes: web, worker, imports, beat."""
    return {kind for words in commands if (kind := _kind(words))}


def _kind(words: list[str]) -> str:
    if words[0] == "gunicorn":
        return "web"
    if "beat" in words:
        return "beat"
    if "worker" in words:
        return "imports" if words[words.index("-Q") + 1] == "imports" else "worker"
    return ""
