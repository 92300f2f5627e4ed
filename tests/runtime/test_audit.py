"""Known vulnerabilities of packages: what fails, what is accepted, and what was never asked."""

from datetime import date

import pytest

from agencyhub.runtime import audit

TODAY = date(2026, 11, 23)
CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
WEAK = {
    "name": "requests",
    "version": "2.34.0",
    "vulns": [{"id": "PYSEC-2026-9", "aliases": ["CVE-2026-9"], "fix_versions": ["2.34.1"]}],
}
UNKNOWN = {"name": "vine", "skip_reason": "Dependency not found on PyPI"}
ENTRY = '[[accepted]]\nid = "{id}"\nreason = "Not reached."\nuntil = {until}\n'


def judged(*packages, accepted=""):
    entries = audit.read_accepted(accepted)
    return audit.judge({"dependencies": list(packages)}, entries, on=TODAY)


def test_a_vulnerability_is_told_with_the_version_that_mends_it():
    report = judged(CLEAN, WEAK)

    assert report.problems == ["requests 2.34.0: PYSEC-2026-9 (fixed in 2.34.1)"]


@pytest.mark.parametrize("name", ["PYSEC-2026-9", "CVE-2026-9"])
def test_one_is_accepted_to_its_last_day(name):
    accepted = ENTRY.format(id=name, until="2026-11-23")

    assert judged(WEAK, accepted=accepted).problems == []


def test_an_acceptance_that_ended_fails_even_without_its_vulnerability():
    accepted = ENTRY.format(id="PYSEC-2026-9", until="2026-11-22")

    assert len(judged(WEAK, accepted=accepted).problems) == 2
    assert judged(CLEAN, accepted=accepted).problems == [
        "the acceptance of PYSEC-2026-9 ended on 2026-11-22"
    ]


@pytest.mark.parametrize(
    "text",
    [
        '[[accepted]]\nid = "X"\nuntil = 2026-11-23\n',
        '[[accepted]]\nid = "X"\nreason = " "\nuntil = 2026-11-23\n',
        '[[accepted]]\nid = "X"\nreason = "y"\nuntil = "soon"\n',
    ],
)
def test_an_acceptance_has_a_reason_and_a_last_day(text):
    with pytest.raises(ValueError, match="reason and until"):
        audit.read_accepted(text)


@pytest.mark.parametrize("packages", [(), (CLEAN, UNKNOWN)])
def test_a_package_that_nobody_knows_is_not_cleared(packages):
    assert not judged(*packages).is_complete


@pytest.mark.parametrize(
    ("_case", "answers", "is_required", "failures", "says"),
    [
        ("all known", {"pypi": [CLEAN]}, True, [], "ok   vulnerabilities"),
        ("weak", {"pypi": [CLEAN, WEAK]}, False, ["vulnerabilities"], "requests 2.34.0"),
        ("the second knows", {"pypi": [UNKNOWN], "osv": [CLEAN]}, True, [], "(osv"),
        ("nobody, on a desk", {"pypi": [UNKNOWN]}, False, [], "NOT RUN: known vulnerabilities"),
        (
            "nobody, at a release",
            {},
            True,
            ["vulnerabilities (not run)"],
            "osv: the service does not",
        ),
        ("weak but not whole", {"pypi": [UNKNOWN, WEAK]}, False, ["vulnerabilities"], "FAIL"),
    ],
)
def test_services_are_asked_until_one_knows_every_package(
    monkeypatch, capsys, _case, answers, is_required, failures, says
):
    def ask(service):
        return {"dependencies": answers[service]} if service in answers else None

    monkeypatch.setattr(audit, "ask", ask)

    assert audit.failures(is_required=is_required) == failures
    assert says in capsys.readouterr().out


def test_what_is_accepted_now_can_be_read():
    assert audit.read_accepted(audit.ACCEPTED.read_text(encoding="utf-8")) is not None
