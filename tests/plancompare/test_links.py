from datetime import date

import pytest

from integrations.plancompare.links import (
    InvalidSsoUrlError,
    Link,
    LinkState,
    read_link,
    read_sso_url,
    right_link,
)

TODAY = date(2026, 11, 22)


def link(
    pk: int = 1, year: int = 2027, first: date | None = None, last: date | None = None
) -> Link:
    return read_link(
        pk=pk, label=f"Link {pk}", plan_year=year, valid_from=first, valid_to=last, on=TODAY
    )


class TestReadLink:
    @pytest.mark.parametrize(
        ("_case", "first", "last", "state", "soon"),
        [
            ("no dates", None, None, LinkState.VALID, False),
            ("its first day", TODAY, None, LinkState.VALID, False),
            ("its last day", None, TODAY, LinkState.VALID, True),
            ("30 days left", None, date(2026, 12, 22), LinkState.VALID, True),
            ("31 days left", None, date(2026, 12, 23), LinkState.VALID, False),
            ("the day after", None, date(2026, 11, 21), LinkState.EXPIRED, False),
            ("the day before", date(2026, 11, 23), None, LinkState.UPCOMING, False),
        ],
    )
    def test_says_how_a_link_stands(self, _case, first, last, state, soon):
        found = link(first=first, last=last)

        assert (found.state, found.expires_soon) == (state, soon)
        assert found.is_valid == (state is LinkState.VALID)

    def test_says_the_dates_in_words(self):
        assert link(last=date(2025, 12, 31)).words == "expired 12/31/2025"
        assert link(first=date(2027, 1, 1)).words == "from 01/01/2027"
        assert link(last=date(2027, 12, 31)).words == "until 12/31/2027"
        assert link().words == ""


class TestRightLink:
    def test_offers_the_same_plan_year_first(self):
        expired = link(1, 2026, last=date(2026, 1, 31))
        same = link(2, 2026)

        assert right_link([expired, same, link(3, 2027)], instead_of=expired) == same

    def test_offers_the_latest_plan_year_else(self):
        expired = link(1, 2025, last=date(2025, 12, 31))
        newest = link(3, 2027)

        assert right_link([expired, link(2, 2026), newest], instead_of=expired) == newest

    def test_offers_nothing_when_no_link_works(self):
        assert right_link([link(last=date(2025, 12, 31))]) is None


class TestReadSsoUrl:
    @pytest.mark.parametrize(
        ("url", "origin"),
        [
            ("https://jsa7.example.com/PC/sso?year=2027", "https://jsa7.example.com"),
            ("https://jsa7.example.com:8443/sso", "https://jsa7.example.com:8443"),
            ("http://127.0.0.1:8001/plancompare/sso/2027", "http://127.0.0.1:8001"),
            ("http://localhost:8001/sso", "http://localhost:8001"),
            ("http://[::1]:8001/sso", "http://[::1]:8001"),
        ],
    )
    def test_answers_the_origin(self, url, origin):
        assert read_sso_url(url) == origin

    @pytest.mark.parametrize(
        "url",
        [
            "http://plancompare.example.com/sso",
            "http://127.0.0.1.example.com/sso",
            "http://192.168.1.5/sso",
            "ftp://example.com/sso",
            "javascript:alert(1)",
            "https://",
            "plancompare.example.com",
            "https://name:secret@example.com/sso",
            "https://example.com:notaport/sso",
            "https://example.com;script-src/",
        ],
    )
    def test_refuses(self, url):
        with pytest.raises(InvalidSsoUrlError):
            read_sso_url(url)
