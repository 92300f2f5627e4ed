"""People's data stay out of the database server's own log."""

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from agencyhub.home.server_log import check_server_log

pytestmark = pytest.mark.django_db


class TestServerLog:
    def test_of_our_own_server_is_silent(self):
        assert check_server_log() == []

    @pytest.mark.parametrize(
        ("name", "setting"),
        [
            ("log_error_verbosity", "default"),
            ("log_min_duration_sample", "0"),
            ("log_min_duration_statement", "250"),
            ("log_min_error_statement", "error"),
            ("log_parameter_max_length_on_error", "-1"),
            ("log_statement", "all"),
            ("log_transaction_sample_rate", "0.5"),
        ],
    )
    def test_that_shows_people_is_named_with_the_remedy(self, name: str, setting: str):
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL {name} = '{setting}'")

        (warning,) = check_server_log()

        assert (warning.id, setting in warning.msg) == ("home.W001", True)
        assert f"ALTER SYSTEM SET {name} = " in warning.hint

    def test_is_part_of_the_check_before_deployment(self, capsys: pytest.CaptureFixture[str]):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL log_statement = 'all'")

        call_command("check", "--deploy")

        assert "log_statement is all" in capsys.readouterr().err

    def test_says_nothing_while_the_server_is_away(self, monkeypatch: pytest.MonkeyPatch):
        def away() -> None:
            raise OperationalError

        monkeypatch.setattr(connection, "cursor", away)

        assert check_server_log() == []
