"""Tags and filters of templates."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from agencyhub.lib.templatetags import ui

ROOT = Path(settings.BASE_DIR)


class TestIcon:
    def test_hides_from_screen_readers_without_a_label(self):
        drawn = ui.icon("users")

        assert 'aria-hidden="true"' in drawn
        assert "icons.svg#users" in drawn

    def test_names_itself_with_a_label(self):
        drawn = ui.icon("eye", label='Show "it"')

        assert 'role="img" aria-label="Show &quot;it&quot;"' in drawn

    def test_every_icon_that_a_template_names_is_in_the_sprite(self):
        sprite = (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")
        drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
        wanted = set(ui.TONE_ICONS.values())
        for template in (ROOT / "templates").rglob("*.html"):
            text = template.read_text(encoding="utf-8")
            wanted |= set(re.findall(r'{% icon "([^"]+)"', text))
            wanted |= set(re.findall(r'\bicon="([^"{]+)"', text))
            wanted |= set(re.findall(r'\bicon\|default:"([^"]+)"', text))

        assert wanted - drawn == set()


class TestBadge:
    def test_escapes_its_words(self):
        assert "&lt;b&gt;" in ui.badge("<b>", "danger")

    def test_draws_a_dash_for_nothing(self):
        assert ui.badge("", "danger") == ui.EMPTY

    def test_takes_an_unknown_tone_as_neutral(self):
        assert "tone-neutral" in ui.badge("Ended", "purple")

    def test_leaves_the_icon_out_when_told_to(self):
        assert "<svg" not in ui.badge("3", "neutral", "")


class TestFormats:
    @pytest.mark.parametrize(
        ("_case", "value", "shown"),
        [
            ("cents", Decimal("1234.5"), "$1,234.50"),
            ("negative", Decimal(-3), "-$3.00"),
            ("zero is an amount", 0, "$0.00"),
            ("unreadable stays", "n/a", "n/a"),
        ],
    )
    def test_usd(self, _case, value, shown):
        assert ui.usd(value) == shown

    @pytest.mark.parametrize(
        ("_case", "value", "shown"),
        [
            ("ten digits", "3055550142", "(305) 555-0142"),
            ("with country", "+1 305 555 0142", "(305) 555-0142"),
            ("extension", "3055550142 x12", "(305) 555-0142 x12"),
            ("foreign stays", "+34 600 000 000", "+34 600 000 000"),
        ],
    )
    def test_us_phone(self, _case, value, shown):
        assert ui.us_phone(value) == shown

    def test_dates_are_shown_in_local_time(self):
        moment = datetime(2026, 1, 1, 3, 4, tzinfo=UTC)

        with timezone.override("America/New_York"):
            assert ui.us_date(moment) == "12/31/2025"
            assert ui.us_datetime(moment) == "12/31/2025 10:04 PM EST"
        assert ui.us_date(date(2026, 1, 1)) == "01/01/2026"

    @pytest.mark.parametrize("show", [ui.usd, ui.us_phone, ui.us_date, ui.us_datetime, ui.dash])
    def test_nothing_is_a_dash(self, show):
        assert show(None) == ui.EMPTY

    def test_dash_keeps_zero_and_escapes_nothing_away(self):
        assert ui.dash(0) == 0

    def test_keep_lines_escapes_what_was_typed(self):
        assert "&lt;script&gt;" in ui.keep_lines("<script>\nline")

    @pytest.mark.parametrize(
        ("name", "letters"), [("Maria Garcia", "MG"), ("maria de la garcia", "MG"), ("", "")]
    )
    def test_initials(self, name, letters):
        assert ui.initials(name) == letters


class TestRelativeTime:
    @pytest.mark.parametrize(
        ("ago", "words"),
        [
            (timedelta(seconds=20), "just now"),
            (timedelta(minutes=5), "5 minutes ago"),
            (timedelta(minutes=59), "1 hour ago"),
            (timedelta(hours=30), "1 day ago"),
            (timedelta(days=90), "3 months ago"),
            (timedelta(days=800), "2 years ago"),
            (timedelta(days=-3), "in 3 days"),
        ],
    )
    def test_says_it_in_words(self, ago, words):
        assert f">{words}</time>" in ui.relative_time(timezone.now() - ago)

    def test_has_the_exact_time_in_its_title(self):
        moment = datetime(2026, 7, 1, 16, 0, tzinfo=UTC)

        with timezone.override("America/New_York"):
            assert 'title="07/01/2026 12:00 PM EDT"' in ui.relative_time(moment)

    def test_takes_today_as_a_day(self):
        assert ">today</time>" in ui.relative_time(timezone.localdate())

    def test_says_when_a_fact_was_never_received(self):
        assert "never received" in ui.as_of(None)

    def test_marks_an_old_fact_as_stale(self):
        assert "Stale since" in ui.as_of(timezone.now(), is_stale=True)
