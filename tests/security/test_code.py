"""Laws about the code itself: what leads outside, what is served, what the checklist names."""

import ast
import hashlib
import re
from pathlib import Path

from agencyhub.runtime.home import REPOSITORY

APPS = (
    "agencyhub", "commissions", "documents", "eoi", "groups", "individuals", "integrations",
    "policies",
)  # fmt: skip
# What opens connections, and the modules that may use it.
REACHING = {
    "requests", "urllib3", "urllib.request", "http.client", "socket", "asyncssh", "httpx",
    "aiohttp", "ftplib", "paramiko",
}  # fmt: skip
MAY_REACH = {
    "agencyhub/lib/outbound/connections.py": "the guard",
    "agencyhub/lib/clamd.py": "the agency's own virus scanner",
    "integrations/http.py": "every call to a partner, through the guard",
    "integrations/outgoing/wire.py": "webhooks, through the guard; cuts its connections in time",
    "integrations/carriers/connectors/blame.py": "names errors",
    "integrations/carriers/connectors/sftp.py": "dials through the guard",
    "agencyhub/runtime/": "the launcher's own services on this machine",
}
# Chance that need not be secret.
MAY_FORESEE = {"integrations/outgoing/services/sending.py": "when the next attempt is made"}
# What runs texts as code, or opens files that do.
DANGEROUS = {"eval", "exec", "compile", "__import__"}
DANGEROUS_MODULES = {"pickle", "marshal", "shelve", "xml.etree.ElementTree", "xml.sax", "lxml"}
HARMLESS = {
    "xml.etree.ElementTree.Element",
    "xml.etree.ElementTree.ParseError",
    "xml.sax.saxutils.escape",
    "xml.sax.saxutils.quoteattr",
}
VENDOR = REPOSITORY / "static" / "vendor"
SUM = re.compile(r"^([0-9a-f]{64})  (\S+)$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?`")
WHY_NOT = re.compile(r"\| (n/a|by hand|not met): \w")
LINE = re.compile(r"^\| V?\d+\.\d+[^|]*\|", re.MULTILINE)
REQUIREMENT = re.compile(r"(\d+\.\d+)\.(\d+)(?:-\1\.(\d+))?")
# OWASP ASVS 4.0.3: the last number of each section, and what is deleted or of level 3.
SECTIONS = {
    "1.1": 7, "1.2": 4, "1.4": 5, "1.5": 4, "1.6": 4, "1.7": 2, "1.8": 2, "1.9": 2, "1.10": 1,
    "1.11": 3, "1.12": 2, "1.14": 6, "2.1": 12, "2.2": 7, "2.3": 3, "2.4": 5, "2.5": 7,
    "2.6": 3, "2.7": 6, "2.8": 7, "2.9": 3, "2.10": 4, "3.1": 1, "3.2": 4, "3.3": 4, "3.4": 5,
    "3.5": 3, "3.7": 1, "4.1": 5, "4.2": 2, "4.3": 3, "5.1": 5, "5.2": 8, "5.3": 10, "5.4": 3,
    "5.5": 4, "6.1": 3, "6.2": 8, "6.3": 3, "6.4": 2, "7.1": 4, "7.2": 2, "7.3": 4, "7.4": 3,
    "8.1": 6, "8.2": 3, "8.3": 8, "9.1": 3, "9.2": 5, "10.2": 6, "10.3": 3, "11.1": 8,
    "12.1": 3, "12.2": 1, "12.3": 6, "12.4": 2, "12.5": 2, "12.6": 1, "13.1": 5, "13.2": 6,
    "13.3": 2, "13.4": 2, "14.1": 5, "14.2": 6, "14.3": 3, "14.4": 7, "14.5": 4,
}  # fmt: skip
NOT_WANTED = {
    *("1.4.2", "1.4.3", "1.11.3", "1.12.1", "2.2.4", "2.2.5", "2.2.6", "2.2.7", "4.1.4", "6.2.7"),
    *("6.2.8", "6.3.3", "7.3.2", "8.1.5", "8.1.6", "9.2.5", "10.2.3", "10.2.4", "10.2.5"),
    *("10.2.6", "13.1.2", "14.1.5", "14.3.1"),
}


def modules():
    for app in APPS:
        for path in sorted((REPOSITORY / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(REPOSITORY).as_posix(), ast.parse(path.read_text("utf-8"))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _is_of(name: str, found: set[str]) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in found)


def test_nothing_reaches_outside_but_through_the_guard():
    reaching = {
        path
        for path, tree in modules()
        if any(_is_of(name, REACHING) for name in imported(tree))
        and not path.startswith(tuple(MAY_REACH))
    }

    assert reaching == set()


def test_no_text_is_run_and_no_pickle_or_unsafe_xml_is_read():
    called = {
        (path, node.func.id)
        for path, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in DANGEROUS
    }
    read = {
        (path, name)
        for path, tree in modules()
        for name in imported(tree)
        if _is_of(name, DANGEROUS_MODULES) and name not in HARMLESS
    }

    assert (called, read) == (set(), set())


def test_chance_that_others_could_foresee_is_for_made_up_data_only():
    foreseen = {
        path
        for path, tree in modules()
        if any(_is_of(name, {"random", "numpy.random"}) for name in imported(tree))
    }

    ours = {path for path in foreseen if not path.startswith("agencyhub/home/demo/")}
    assert ours == set(MAY_FORESEE)


def test_vendored_files_are_those_of_their_sums_and_have_their_version_in_the_name():
    sums = {name: digest for digest, name in SUM.findall((VENDOR / "README.md").read_text("utf-8"))}
    served = {path.name for path in VENDOR.iterdir() if path.suffix != ".md" and path.is_file()}

    assert served == {name for name in sums if not name.startswith("..")}
    for name, digest in sums.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
    assert all(re.search(r"-\d+\.\d+\.\d+\.", name) for name in served)


def test_pages_load_nothing_from_other_sites():
    pages = [*(REPOSITORY / "templates").rglob("*.html"), *(REPOSITORY / "static/css").rglob("*")]
    loads = re.compile(r"""(?:src|href)=["']https?://[^"']+\.(?:js|css|woff2?)|url\(["']?https?:""")

    assert [str(path) for path in pages if loads.search(path.read_text("utf-8"))] == []


def test_every_test_that_the_checklist_names_exists():
    text = (REPOSITORY / "docs" / "security.md").read_text("utf-8")
    named = set(TEST.findall(text))
    missing = {f"{file}::{name}" for file, name in named if not _has(REPOSITORY / file, name)}

    assert named
    assert missing == set()


def test_every_line_of_the_checklist_names_a_test_or_says_why_not():
    text = (REPOSITORY / "docs" / "security.md").read_text("utf-8")
    bare = [
        line
        for line in text.splitlines()
        if LINE.match(line) and not TEST.search(line) and not WHY_NOT.search(line)
    ]

    assert LINE.search(text)
    assert bare == []


def test_the_checklist_has_every_requirement_of_level_2():
    text = (REPOSITORY / "docs" / "security.md").read_text("utf-8")
    listed = {
        f"{section}.{number}"
        for line in LINE.findall(text)
        for section, first, last in REQUIREMENT.findall(line)
        for number in range(int(first), int(last or first) + 1)
    }
    wanted = {f"{one}.{at + 1}" for one, last in SECTIONS.items() for at in range(last)}

    assert wanted - NOT_WANTED - listed == set()


def _has(path: Path, name: str) -> bool:
    """Whether a file has a test, or a class of tests, of that name."""
    if not path.exists():
        return False
    tree: ast.AST = ast.parse(path.read_text("utf-8"))
    for part in filter(None, name.split("::")):
        found = [
            node
            for node in ast.iter_child_nodes(tree)
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == part
        ]
        if not found:
            return False
        tree = found[0]
    return True
