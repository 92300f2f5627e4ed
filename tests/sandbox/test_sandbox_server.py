"""The sandbox as a process and as a web server."""

import logging
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.fakes import HANDOFF, Browser, eventually

ROOT = Path(__file__).parents[2]


class TestServer:
    def test_is_healthy(self, browser):
        reply = browser.get("/healthz")

        assert (reply.status, reply.json) == (200, {"status": "ok"})

    def test_tells_at_home_what_to_enter_in_agencyhub(self, browser, hub):
        page = browser.get("/").text

        assert f"{browser.url}/plancompare/sso/2027" in page
        assert f"{browser.url}/plancompare/call-center/sso/2026" in page
        assert "SB-PARTNER-1" in page
        assert f"{hub.url}/hooks/plancompare/enrollments/" in page

    @pytest.mark.parametrize("path", ["/", "/control", "/plancompare/", "/static/sandbox.css"])
    def test_forbids_inline_code_framing_and_referrers(self, browser, path):
        reply = browser.get(path)

        assert reply.status == 200
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert reply.headers["referrer-policy"] == "no-referrer"

    @pytest.mark.parametrize("path", ["/", "/control", "/plancompare/new-beneficiary"])
    def test_writes_pages_without_inline_code(self, browser, path):
        page = browser.get(path).text

        assert '<html lang="en">' in page
        assert "<main" in page
        assert " style=" not in page
        assert "<script>" not in page

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/nothing", 404),
            ("GET", "/static/../server.py", 404),
            ("GET", "/static/no.css", 404),
            ("POST", "/healthz", 405),
            ("HEAD", "/", 200),
            ("DELETE", "/control/api", 405),
        ],
    )
    def test_answers_other_requests_with_an_error(self, browser, method, path, status):
        assert browser.ask(method, path).status == status

    @pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
    def test_refuses_bodies_that_are_no_object_as_json(self, browser, body):
        reply = browser._ask("POST", "/control/api", body, {"Content-Type": "application/json"})

        assert reply.status == 400
        assert reply.json["status"] == 400

    def test_refuses_a_body_over_1_mb(self, browser):
        headers = {"Content-Type": "application/json", "Content-Length": "1000001"}

        assert browser._ask("POST", "/control/api", b"", headers).status == 413

    @pytest.mark.parametrize("path", ["/control", "/control/reset", "/plancompare/new-beneficiary"])
    def test_takes_its_own_forms_from_its_own_pages_only(self, browser, path):
        assert browser.post(path, {}, Sec_Fetch_Site="same-site").status == 403

    def test_takes_a_hand_off_from_another_site(self, browser):
        reply = browser.post("/plancompare/sso/2027", HANDOFF, Sec_Fetch_Site="cross-site")

        assert reply.status == 303

    def test_logs_method_path_and_status_without_personal_data(self, browser, caplog):
        caplog.set_level(logging.DEBUG)

        person = browser.hand_off().location
        browser.post(f"{person}?name=Lopez", {"zip": "bad", "last_name": "Lopez"})
        browser.send("/control/enrollments", {"overrides": {"beneficiary": {"mbi": "1EG4TE5MK73"}}})
        eventually(lambda: browser.deliveries()[0]["state"] == "sent")

        lines = [record.getMessage() for record in caplog.records]
        assert any(line.startswith("POST /plancompare/sso/2027 303 ") for line in lines)
        assert any(line.startswith(f"POST {person} 422 ") for line in lines)
        assert "push delivery 1 round 1: 202" in lines
        for secret in ("Lopez", "1EG4TE5MK73", "50010", "ana@", "key-of-the-sandbox"):
            assert secret not in caplog.text


class TestCommand:
    def start(self, folder, port, *more):
        command = [sys.executable, "-m", "sandbox", "--port", str(port), "--data", str(folder)]
        process = subprocess.Popen(
            [*command, *more],
            cwd=ROOT,
            env={**os.environ, "SANDBOX_API_KEY": "k"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return process, Browser(f"http://127.0.0.1:{port}")

    def is_up(self, browser):
        try:
            return browser.get("/healthz").status == 200
        except OSError:
            return False

    def test_serves_until_it_is_told_to_stop(self, tmp_path):
        more = ("--hub", "http://127.0.0.1:9", "--partner-id", "P", "--plan-years", "2026")
        process, browser = self.start(tmp_path, free_port(), *more, "--field-map", '{"zip": "Z"}')
        with process:
            eventually(lambda: self.is_up(browser), 15)
            settings = browser.get("/control/api").json["settings"]
            process.send_signal(signal.SIGTERM)
            text = process.communicate(timeout=60)[0]

        assert process.returncode == 0
        assert (settings["partner_id"], settings["open_years"]) == ("P", [2026])
        assert (settings["hub"], settings["field_map"]) == ("http://127.0.0.1:9", {"zip": "Z"})
        assert "GET /control/api 200" in text
        assert (tmp_path / "sandbox.sqlite3").stat().st_mode & 0o077 == 0

    def test_says_that_its_port_is_taken(self, tmp_path):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            process, _ = self.start(tmp_path, taken.getsockname()[1])
            with process:
                text = process.communicate(timeout=60)[0]

        assert process.returncode == 1
        assert "Cannot listen" in text

    @pytest.mark.parametrize("more", [("--field-map", "{"), ("--hub", "nowhere")])
    def test_refuses_options_that_make_no_sense(self, tmp_path, more):
        process, _ = self.start(tmp_path, free_port(), *more)
        with process:
            process.communicate(timeout=60)

        assert process.returncode == 2


def free_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
