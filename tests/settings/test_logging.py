"""Log lines carry no health data."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from agencyhub.middleware import RequestIdMiddleware
from agencyhub.settings.logging import configure, logging_settings


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What production writes, as a text that grows."""
    configure(logging_settings(log_format="json", level="INFO", show_texts=False))
    handler = logging.getLogger().handlers[-1]
    assert isinstance(handler, logging.StreamHandler)
    text = io.StringIO()
    handler.setStream(text)
    yield text
    configure(settings.LOGGING)


def only_line(text: io.StringIO) -> dict[str, object]:
    (line,) = text.getvalue().splitlines()
    found: dict[str, object] = json.loads(line)
    return found


def fail() -> None:
    raise ValueError("Ana Lopez 1EG4TE5MK73")


class TestLogging:
    def test_cuts_query_strings_out_of_a_librarys_message(self, lines: io.StringIO) -> None:
        logging.getLogger("django.server").info('"%s" %s', "GET /individuals/?q=Lopez HTTP/1", 200)

        assert only_line(lines)["event"] == '"GET /individuals/?… HTTP/1" 200'

    @pytest.mark.parametrize(
        "typed", ["1EG4-TE5-MK73", "1eg4te5mk73", "987-65-4321"], ids=["dashes", "small", "ssn"]
    )
    def test_cuts_personal_numbers_out_of_an_address(self, lines: io.StringIO, typed: str) -> None:
        logging.getLogger("django.request").warning("Not Found: %s", f"/individuals/{typed}/")

        assert only_line(lines)["event"] == "Not Found: /individuals/…/"

    @pytest.mark.parametrize("kept", ["/individuals/1234567/", "2026-11-23", "a1b2c3d4e5f60718"])
    def test_keeps_what_is_no_personal_number(self, lines: io.StringIO, kept: str) -> None:
        logging.getLogger("django.request").warning("Not Found: %s", kept)

        assert only_line(lines)["event"] == f"Not Found: {kept}"

    def test_cuts_query_strings_out_of_our_own_events(self, lines: io.StringIO) -> None:
        structlog.get_logger("policies").warning(
            "partner_slow", url="https://p.example.com/?m=1EG4"
        )

        line = only_line(lines)
        assert line["event"] == "partner_slow"
        assert line["url"] == "https://p.example.com/?…"
        assert line["level"] == "warning"

    @pytest.mark.parametrize("name", ["policies", "django.request"])
    def test_names_an_exception_and_its_places_but_not_its_text(
        self, lines: io.StringIO, name: str
    ) -> None:
        try:
            fail()
        except ValueError:
            logging.getLogger(name).exception("Cannot save policy %s", 42)

        line = only_line(lines)
        assert line["event"] == "Cannot save policy 42"
        assert line["exception"] == "ValueError"
        assert str(line["places"]).count("test_logging.py") == 2
        assert "Lopez" not in lines.getvalue()

    def test_does_the_same_for_structlog(self, lines: io.StringIO) -> None:
        try:
            fail()
        except ValueError:
            structlog.get_logger("policies").exception("cannot_save", policy_id=42)

        assert only_line(lines)["exception"] == "ValueError"
        assert "Lopez" not in lines.getvalue()

    def test_hides_what_celery_says_of_a_tasks_values(self, lines: io.StringIO) -> None:
        values = {
            "name": "policies.tasks.end",
            "id": "1",
            "args": "('Ana Lopez',)",
            "exc": "ValueError('Ana Lopez')",
            "return_value": "'Ana Lopez'",
        }

        logging.getLogger("celery.app.trace").error(
            "Task %(name)s[%(id)s] raised: %(exc)s %(args)s %(return_value)s", values
        )

        assert only_line(lines)["event"] == "Task policies.tasks.end[1] raised: ValueError - -"


class TestRequestIdMiddleware:
    @staticmethod
    def answer(sent: str) -> HttpResponse:
        def view(_request: HttpRequest) -> HttpResponse:
            logging.getLogger("policies").info("Seen")
            return HttpResponse()

        request = RequestFactory().get("/?q=Lopez", headers={"X-Request-ID": sent})
        return RequestIdMiddleware(view)(request)

    def test_names_the_request_in_the_lines_and_in_the_answer(self, lines: io.StringIO) -> None:
        answer = self.answer("abcdef-123456")

        assert answer["X-Request-ID"] == "abcdef-123456"
        assert only_line(lines)["request_id"] == "abcdef-123456"

    def test_replaces_an_id_that_does_not_look_like_one(self) -> None:
        answer = self.answer("Ana Lopez")

        assert len(answer["X-Request-ID"]) == 32
        assert answer["X-Request-ID"].isalnum()
