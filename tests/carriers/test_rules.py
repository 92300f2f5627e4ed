"""Pure rules of Retrieve: periods of files, lists of files, addresses."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from integrations.carriers.connectors.base import Limits, Sink
from integrations.carriers.connectors.listing import (
    Place,
    linked_files,
    read_json,
    read_page,
    safe_name,
)
from integrations.carriers.periods import is_current, period_of
from integrations.carriers.problems import RetrieveError

ZONE = ZoneInfo("America/New_York")
PLACE = Place("https://carrier.example/agents/files", ZONE)
TODAY = date(2026, 11, 22)


class TestPeriodOf:
    @pytest.mark.parametrize(
        ("name", "period"),
        [
            ("UHC_Commissions_2026-10.xlsx", "2026-10"),
            ("statement 20261031.csv", "2026-10"),
            ("Statement_10-31-2026.csv", "2026-10"),
            ("10_2026.csv", "2026-10"),
            ("Oct2026 statement.csv", "2026-10"),
            ("made 2026-09-01 for 2026-10.csv", "2026-10"),
            ("agency 90210 book.csv", "2026-08"),
            ("policy 20269999.csv", "2026-08"),
        ],
    )
    def test_reads_the_name_else_the_day_of_the_file(self, name, period):
        assert period_of(name, file_date=date(2026, 8, 3)) == period

    def test_is_blank_when_nothing_tells(self):
        assert period_of("book.csv", file_date=None) == ""

    def test_the_current_month_lasts_to_its_last_day(self):
        assert is_current("2026-11", today=date(2026, 11, 30))
        assert not is_current("2026-11", today=date(2026, 12, 1))
        assert not is_current("", today=TODAY)


class TestReadJson:
    def test_reads_names_sizes_versions_and_the_next_page(self):
        page = {
            "files": [
                {"name": "a.csv", "url": "/f/1", "size": 7, "modified": "2026-11-02T03:00:00Z"},
                {"fileName": "b.csv", "href": "2?x=1", "bytes": 8, "version": "v8"},
            ],
            "next": "/agents/files?page=2",
        }

        (first, second), following = read_json(page, PLACE)

        assert (first.name, first.path, first.size) == ("a.csv", "/f/1", 7)
        assert (first.stamp, first.file_date) == ("2026-11-02T03:00:00+00:00", date(2026, 11, 1))
        assert (second.name, second.path, second.stamp) == ("b.csv", "/agents/2?x=1", "v8")
        assert following == "/agents/files?page=2"

    @pytest.mark.parametrize(
        ("_case", "page"),
        [
            ("no list", {"message": "hello"}),
            ("a text", "hello"),
            ("a row that is none", {"files": ["a.csv"]}),
            ("a file without address", {"files": [{"name": "a.csv"}]}),
            ("a file elsewhere", {"files": [{"url": "https://evil.example/a.csv"}]}),
            ("a page elsewhere", {"files": [], "next": "https://evil.example/2"}),
            ("a size that is none", {"files": [{"url": "a.csv", "size": -1}]}),
            ("a size in words", {"files": [{"url": "a.csv", "size": "7 KB"}]}),
        ],
    )
    def test_refuses_what_is_no_list_of_files_here(self, _case, page):
        with pytest.raises(RetrieveError) as refusal:
            read_json(page, PLACE)

        assert refusal.value.problem.code == "no_list"


class TestReadPage:
    def test_finds_files_of_the_same_server_once(self):
        page = read_page(
            b"<a href='Book.csv'>Book</a><a href='Book.csv'>again</a><a href='help'>Help</a>"
            b"<a href='https://evil.example/x.csv'>x</a><a href='//evil.example/y.csv'>y</a>"
            b"<a href='my%20file.xls?v=2'>z</a>"
        )

        assert list(linked_files(page, PLACE)) == [
            ("Book.csv", "/agents/Book.csv"),
            ("my file.xls", "/agents/my%20file.xls?v=2"),
        ]

    def test_sees_a_sign_in_form_with_its_hidden_fields(self):
        page = read_page(
            b"<form action='/search'><input name=q></form><form action='/go' method=post>"
            b"<input type=hidden name=token value=t1><input name=user>"
            b"<input type=password name=pass></form>"
        )

        assert page.asks_password
        assert (page.action, page.hidden) == ("/go", {"token": "t1"})


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("a\\b.csv", "b.csv"), ("x\u202ey\n.csv", "xy.csv")],
)
def test_a_name_is_its_last_part_and_can_be_printed(name, kept):
    assert safe_name(name) == kept


class TestSink:
    def test_stops_what_is_too_large_and_what_is_too_slow(self, tmp_path):
        now = iter((0.0, 1.0, 1.0, 11.0))
        with (tmp_path / "file").open("wb") as target:
            sink = Sink(target, Limits(10, 10, 1), clock=lambda: next(now))
            sink.write(b"12345")
            with pytest.raises(RetrieveError) as too_large:
                sink.write(b"123456")
            sink.size = 0
            sink.write(b"1")
            with pytest.raises(RetrieveError) as too_slow:
                sink.write(b"1")

        assert too_large.value.problem.code == "too_large"
        assert too_slow.value.problem.code == "too_slow"
